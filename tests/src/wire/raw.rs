//! Requests that end too early, written byte by byte.

use super::Signed;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// The end of a request that announced more than it sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interrupted {
    /// The server answered before the connection ended.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
    /// The connection ended without an answer.
    Silent,
}

/// Announces `promised` bytes of body, sends only `body`, ends its half of the connection and waits
/// for the server's answer.
pub async fn send_part_of(
    base: &str,
    method: &str,
    path: &str,
    signed: &Signed,
    promised: usize,
    body: &[u8],
) -> io::Result<Interrupted> {
    let host = base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await?;
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {promised}\r\nconnection: close\r\n"
    );
    for (name, value) in signed.headers() {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.shutdown().await?;
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(40), stream.read_to_end(&mut answer)).await;
    match read {
        Ok(Ok(_)) | Ok(Err(_)) => Ok(understand(&answer)),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the server neither answered nor hung up",
        )),
    }
}

fn understand(answer: &[u8]) -> Interrupted {
    let text = String::from_utf8_lossy(answer);
    let status = text.split(' ').nth(1).and_then(|s| s.parse().ok());
    match status {
        Some(status) => Interrupted::Answered {
            status,
            body: text
                .split_once("\r\n\r\n")
                .map(|(_, body)| body.to_owned())
                .unwrap_or_default(),
        },
        None => Interrupted::Silent,
    }
}
