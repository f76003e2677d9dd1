//! Opens the picture of the back in a process of its own, with bounded memory, bounded computing time,
//! no files, no network ([`confine`]), and a parent that ends it.
//!
//! A picture is the most hostile thing that comes in. Whatever a decoder does with it, the
//! server goes on, and the apoyo is looked at by a person. A child that was killed, took too long or
//! did not answer has read nothing and says nothing: only one that came to its end says that there is
//! no code in the picture.

mod answer;
mod confine;
mod picture;
mod readers;
mod second;

pub use confine::{NotConfined, confine};
pub use readers::read;

use answer::understand;
use async_trait::async_trait;
use bytes::Bytes;
use picture::is_sensible;
use serde::{Deserialize, Serialize};
use server_core::ports::{NotRead, OpenPicture, ReadBack};
use std::{io, path::PathBuf, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    time::timeout,
};

/// The hidden subcommand that the child runs.
pub const SUBCOMMAND: &str = "read-back";
/// Its argument that makes it try what it must not be able to do.
const PROBE: &str = "--probe";
/// The child's memory.
pub const MEMORY_BYTES: u64 = 512 * 1024 * 1024;
/// The child's allocator asks for address space in pieces of this many KiB. By itself it asks for
/// twice the limit at once, is refused, and then finds no room, one time in a hundred.
const ALLOCATOR_PIECE: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "65536");
/// The child's computing time.
pub const CPU_SECONDS: u64 = 2;
/// After this long the parent ends the child.
const WALL_TIME: Duration = Duration::from_secs(10);
/// More than this no honest child answers.
const MAX_ANSWER: u64 = 256 * 1024;

/// What the child could do although it must not, tried by itself (`--probe`).
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Probed {
    /// Why it is not behind the filter, if it is not.
    pub not_confined: Option<String>,
    /// What was possible; empty behind the filter.
    pub possible: Vec<String>,
}

/// Starts a process per picture.
#[derive(Debug)]
pub struct ChildProcess {
    /// This very program.
    pub program: PathBuf,
}

impl ChildProcess {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg(SUBCOMMAND)
            .env_clear()
            .env(ALLOCATOR_PIECE.0, ALLOCATOR_PIECE.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Has a child try what a picture must never be able to do.
    pub async fn probe(&self) -> io::Result<Probed> {
        let child = self.command().arg(PROBE).spawn()?.wait_with_output();
        let told = timeout(WALL_TIME, child).await??;
        Ok(serde_json::from_slice(&told.stdout)?)
    }
}

#[async_trait]
impl OpenPicture for ChildProcess {
    async fn read(&self, picture: Bytes) -> Result<ReadBack, NotRead> {
        if !is_sensible(&picture) {
            return Ok(ReadBack::default());
        }
        let mut child = self.command().spawn()?;
        let talk = async {
            let mut answer = Vec::new();
            if let Some(mut stdin) = child.stdin.take() {
                // A child that died at the first bytes closes the pipe: not our error.
                let _ = stdin.write_all(&picture).await;
            }
            if let Some(stdout) = child.stdout.take() {
                stdout.take(MAX_ANSWER).read_to_end(&mut answer).await?;
            }
            Ok::<_, io::Error>((child.wait().await?, answer))
        };
        match timeout(WALL_TIME, talk).await {
            Err(_) => Err(NotRead::TooSlow),
            Ok(Err(error)) => Err(NotRead::Died(error.to_string())),
            Ok(Ok((status, answer))) if status.success() => understand(&answer),
            Ok(Ok((status, _))) => Err(NotRead::Died(status.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[tokio::test]
    async fn a_child_that_dies_is_killed_or_never_starts_has_not_said_that_there_is_no_code() {
        let child = |program: &str| ChildProcess {
            program: program.into(),
        };
        let folder = tempfile::tempdir().unwrap();
        let script = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let mut picture = picture::tests::picture(4000, 3000);
        // More than a pipe takes at once.
        picture.extend([0; 100_000]);
        let picture = || Bytes::copy_from_slice(&picture);
        for dies in [
            "/bin/false".to_owned(),
            // As the system does where memory is short.
            script("killed", "kill -9 $$"),
            // It ends well and has said nothing.
            "/bin/true".to_owned(),
        ] {
            let read = child(&dies).read(picture()).await;
            assert!(matches!(read, Err(NotRead::Died(_))), "{dies}: {read:?}");
        }
        let slow = script("slow", "exec sleep 60");
        let read = child(&slow).read(picture()).await;
        assert!(matches!(read, Err(NotRead::TooSlow)), "{read:?}");
        let read = child("/nowhere").read(picture()).await;
        assert!(matches!(read, Err(NotRead::NotStarted(_))), "{read:?}");
        // A script that closes the door: none of its words is an answer.
        let well = script(
            "well",
            "cat >/dev/null; echo '{\"first\":[],\"second\":[],\"second_finished\":true}'",
        );
        assert_eq!(
            child(&well).read(picture()).await.unwrap(),
            ReadBack {
                second_finished: true,
                ..ReadBack::default()
            }
        );
    }
}
