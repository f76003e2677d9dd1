//! The client of the tagger's socket, in the server.

use super::{Answer, LONGEST_LINE, Question, bytes};
use async_trait::async_trait;
use server_core::ports::Tagger;
use std::{io, path::PathBuf, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
    time::timeout,
};

/// The time limit of an answer. A tagger at its rate limit delays its answers; one that hangs does not
/// answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A tagger behind a local socket.
#[derive(Debug)]
pub struct Elsewhere {
    socket: PathBuf,
}

impl Elsewhere {
    /// The tagger at this socket.
    pub fn at(socket: PathBuf) -> Self {
        Self { socket }
    }

    async fn ask(&self, question: &Question) -> io::Result<[u8; 32]> {
        let mut stream = UnixStream::connect(&self.socket).await?;
        let mut line = serde_json::to_vec(question)?;
        line.push(b'\n');
        stream.write_all(&line).await?;
        let mut told = String::new();
        let mut answer = BufReader::new(stream.take(LONGEST_LINE));
        answer.read_line(&mut told).await?;
        let answer: Answer = serde_json::from_str(&told)?;
        bytes(&answer.tag)
    }
}

#[async_trait]
impl Tagger for Elsewhere {
    async fn person_tag(&self, group: &str, person: &[u8; 16]) -> io::Result<[u8; 32]> {
        let question = Question {
            group: group.to_owned(),
            person: hex::encode(person),
        };
        timeout(PATIENCE, self.ask(&question)).await?
    }

    fn place(&self) -> String {
        format!("with another user, behind {}", self.socket.display())
    }
}
