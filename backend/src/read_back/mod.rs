//! Opens the picture of the back in a process of its own, with bounded memory, bounded computing time,
//! and a parent that ends it.
//!
//! A picture is the most hostile input there is. If a decoder crashes on it, the server goes on, and
//! a reviewer looks at the apoyo.

mod picture;

pub use picture::MAX_PIXELS;

use async_trait::async_trait;
use bytes::Bytes;
use credential::qr::payload::StructuredQr;
use picture::is_sensible;
use serde::{Deserialize, Serialize};
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
/// After this long the parent ends the child.
const WALL_TIME: Duration = Duration::from_secs(10);
/// The longest answer of an honest child.
const MAX_ANSWER: u64 = 64 * 1024;

/// The child's answer.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// The texts of the public QRs in the picture.
    pub codes: Vec<String>,
    /// Whether two readers read different texts.
    #[serde(default)]
    pub contradicted: bool,
}

/// Starts a process per picture.
#[derive(Debug)]
pub struct ChildProcess {
    /// The path of this program.
    pub program: PathBuf,
}

#[async_trait]
impl OpenPicture for ChildProcess {
    async fn read(&self, picture: Bytes) -> io::Result<ReadBack> {
        if !is_sensible(&picture) {
            return Ok(ReadBack::Nothing);
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
                // A child that died at the first bytes closes the pipe. That is not an error here.
                let _ = stdin.write_all(&picture).await;
            }
            if let Some(stdout) = child.stdout.take() {
                stdout.take(MAX_ANSWER).read_to_end(&mut answer).await?;
            }
            let status = child.wait().await?;
            Ok::<_, io::Error>(status.success().then_some(answer))
        };
        let Ok(talked) = timeout(WALL_TIME, talk).await else {
            return Ok(ReadBack::Nothing);
        };
        Ok(talked?.map_or(ReadBack::Nothing, |answer| understand(&answer)))
    }
}

/// Parses the child's answer, which is trusted no more than the picture.
fn understand(answer: &[u8]) -> ReadBack {
    let answer: Answer = serde_json::from_slice(answer).unwrap_or_default();
    let codes: Vec<StructuredQr> = answer
        .codes
        .iter()
        .filter_map(|text| StructuredQr::parse(text).ok())
        .collect();
    match codes.is_empty() {
        _ if answer.contradicted => ReadBack::Contradicted,
        true => ReadBack::Nothing,
        false => ReadBack::Codes(codes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_that_babbles_has_read_nothing() {
        for babble in ["", "{}", "[1]", r#"{"codes":["https://example.org"]}"#] {
            assert_eq!(understand(babble.as_bytes()), ReadBack::Nothing, "{babble}");
        }
        let good = r#"{"codes":["http://qr.ine.mx/000123456789000123456789/20230415/P/000001"]}"#;
        assert!(matches!(understand(good.as_bytes()), ReadBack::Codes(codes) if codes.len() == 1));
        let contradicted = good.replace(']', r#"],"contradicted":true"#);
        assert_eq!(understand(contradicted.as_bytes()), ReadBack::Contradicted);
    }

    #[tokio::test]
    async fn a_child_that_dies_or_never_starts_is_told_apart() {
        let child = |program: &str| ChildProcess {
            program: program.into(),
        };
        let mut picture = picture::tests::picture(4000, 3000);
        // Longer than a pipe's buffer.
        picture.extend([0; 100_000]);
        let picture = || Bytes::copy_from_slice(&picture);
        assert_eq!(
            child("/bin/false").read(picture()).await.unwrap(),
            ReadBack::Nothing
        );
        assert!(child("/nowhere").read(picture()).await.is_err());
    }
}
