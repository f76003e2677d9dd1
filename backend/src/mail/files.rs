//! Mails as files in `DIR/outbox/`, where no relay is configured.

use super::Transport;
use async_trait::async_trait;
use atomic_write_file::AtomicWriteFile;
use lettre::Message;
use server_core::ports::Handed;
use std::{
    fs,
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

/// A reader of the folder sees whole mails only: the file gets its name when it is on the disk, and the
/// name is on the disk when this returns.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = AtomicWriteFile::options()
        .mode(0o600)
        .open(folder.join(format!("{name}.eml")))?;
    file.write_all(bytes)?;
    file.commit()
}
