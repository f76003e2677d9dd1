//! Opens the picture of the back where it can do no harm: in a process of its own, with a
//! bounded memory, a bounded computing time, and a parent that ends it.
//!
//! A picture is the most hostile thing that comes in. Whatever a decoder does with it, the
//! server goes on, and the apoyo is looked at by a person.

mod answer;
mod picture;
mod readers;
mod second;

pub use readers::read;

use answer::understand;
use async_trait::async_trait;
use bytes::Bytes;
use picture::is_sensible;
use server_core::ports::{OpenPicture, ReadBack};
use std::{io, path::PathBuf, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    time::timeout,
};

/// The hidden subcommand that the child runs.
pub const SUBCOMMAND: &str = "read-back";
/// The child's memory.
pub const MEMORY_BYTES: u64 = 512 * 1024 * 1024;
/// The child's allocator asks for address space in pieces of this many KiB. By itself it asks for
/// twice the limit at once, is refused, and then finds no room, one time in a hundred.
const ALLOCATOR_PIECE: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "65536");
/// The child's computing time.
pub const CPU_SECONDS: u64 = 5;
/// After this long the parent ends it.
const WALL_TIME: Duration = Duration::from_secs(10);
/// More than this no honest child answers.
const MAX_ANSWER: u64 = 256 * 1024;

/// A process per picture.
#[derive(Debug)]
pub struct ChildProcess {
    /// This very program.
    pub program: PathBuf,
}

#[async_trait]
impl OpenPicture for ChildProcess {
    async fn read(&self, picture: Bytes) -> io::Result<ReadBack> {
        if !is_sensible(&picture) {
            return Ok(ReadBack::default());
        }
        let mut child = Command::new(&self.program)
            .arg(SUBCOMMAND)
            .env_clear()
            .env(ALLOCATOR_PIECE.0, ALLOCATOR_PIECE.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let talk = async {
            let mut answer = Vec::new();
            if let Some(mut stdin) = child.stdin.take() {
                // A child that died at the first bytes closes the pipe: not our error.
                let _ = stdin.write_all(&picture).await;
            }
            if let Some(stdout) = child.stdout.take() {
                stdout.take(MAX_ANSWER).read_to_end(&mut answer).await?;
            }
            let status = child.wait().await?;
            Ok::<_, io::Error>(status.success().then_some(answer))
        };
        let Ok(talked) = timeout(WALL_TIME, talk).await else {
            return Ok(ReadBack::default());
        };
        Ok(talked?.map_or(ReadBack::default(), |answer| understand(&answer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_child_that_dies_or_never_starts_is_told_apart() {
        let child = |program: &str| ChildProcess {
            program: program.into(),
        };
        let mut picture = picture::tests::picture(4000, 3000);
        // More than a pipe takes at once.
        picture.extend([0; 100_000]);
        let picture = || Bytes::copy_from_slice(&picture);
        assert_eq!(
            child("/bin/false").read(picture()).await.unwrap(),
            ReadBack::default()
        );
        assert!(child("/nowhere").read(picture()).await.is_err());
    }
}
