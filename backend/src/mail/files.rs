//! Mails as files in `DIR/outbox/`, where no relay is configured.

use super::Transport;
use async_trait::async_trait;
use lettre::Message;
use server_core::ports::Handed;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// A folder that takes mails.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at this path, made if it is not there.
    pub fn at(path: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

#[async_trait]
impl Transport for Folder {
    async fn hand_over(&self, name: &str, message: Message) -> Handed {
        let (folder, name) = (self.0.clone(), name.to_owned());
        let written =
            tokio::task::spawn_blocking(move || write(&folder, &name, &message.formatted())).await;
        match written {
            Ok(Ok(())) => Handed::Taken,
            Ok(Err(error)) => Handed::Later(format!("outbox folder: {error}")),
            Err(_) => Handed::Later("outbox folder: the writer stopped".to_owned()),
        }
    }
}

/// Written under another name and renamed: a reader of the folder sees whole mails only.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let beside = folder.join(format!(".{name}.part"));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, folder.join(format!("{name}.eml")))?;
    File::open(folder)?.sync_all()
}
