//! Request bodies: bounded in length, and in time by [`Patience`]. Only small ones are held in memory
//! whole.

use super::patience::Patience;
use axum::{
    body::{Body, BodyDataStream},
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream::BoxStream};
use protocol::code::Code;
use server_core::refusal::Refusal;
use std::{io, time::Duration};
use tokio::time::timeout;

/// The longest apoyo (its pictures are sent separately).
pub const MAX_APOYO: usize = 256 * 1024;
/// The longest request that begins an activation, with its attestation.
pub const MAX_BEGIN: usize = 96 * 1024;
/// The longest other request.
pub const MAX_SMALL: usize = 16 * 1024;

/// How much of a refused body is read and discarded, and for how long, so that the sender
/// receives the refusal instead of a broken connection.
const DRAIN_BYTES: usize = 64 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// The length that the sender announces.
pub fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyRefused {
    /// It is longer than agreed.
    #[error("the body is longer than this address accepts")]
    TooLarge,
    /// It ended early, or came too slowly.
    #[error("the body did not come to its end")]
    Truncated,
}

impl From<BodyRefused> for Refusal {
    fn from(why: BodyRefused) -> Self {
        match why {
            BodyRefused::TooLarge => Code::BodyTooLarge.into(),
            BodyRefused::Truncated => Code::BodyTruncated.into(),
        }
    }
}

/// Reads a small body whole.
pub async fn read_whole(headers: &HeaderMap, body: Body, max: usize) -> Result<Bytes, BodyRefused> {
    if announced_length(headers).is_some_and(|length| length > max as u64) {
        drain(body);
        return Err(BodyRefused::TooLarge);
    }
    let mut stream = body.into_data_stream();
    let mut whole = BytesMut::new();
    let mut patience = Patience::default();
    loop {
        let chunk = match patience.wait(stream.next(), length).await {
            None | Some(Some(Err(_))) => return Err(BodyRefused::Truncated),
            Some(None) => return Ok(whole.freeze()),
            Some(Some(Ok(chunk))) => chunk,
        };
        if whole.len() + chunk.len() > max {
            drain_stream(stream);
            return Err(BodyRefused::TooLarge);
        }
        whole.extend_from_slice(&chunk);
    }
}

/// The number of bytes.
fn length<E>(came: &Option<Result<Bytes, E>>) -> usize {
    match came {
        Some(Ok(chunk)) => chunk.len(),
        Some(Err(_)) | None => 0,
    }
}

/// A long body as a stream that ends with an error when the sender is too slow.
pub fn stream(body: Body) -> BoxStream<'static, Result<Bytes, io::Error>> {
    let beginning = Some((body.into_data_stream(), Patience::default()));
    futures_util::stream::unfold(beginning, |state| async {
        let (mut stream, mut patience) = state?;
        match patience.wait(stream.next(), length).await {
            Some(None) => None,
            Some(Some(Ok(chunk))) => Some((Ok(chunk), Some((stream, patience)))),
            Some(Some(Err(error))) => Some((Err(io::Error::other(error)), None)),
            None => Some((Err(io::ErrorKind::TimedOut.into()), None)),
        }
    })
    .boxed()
}

/// Discards the rest of a body while the refusal is sent.
pub fn drain(body: Body) {
    drain_stream(body.into_data_stream());
}

fn drain_stream(mut stream: BodyDataStream) {
    tokio::spawn(timeout(DRAIN_TIME, async move {
        let mut left = DRAIN_BYTES;
        while let Some(Ok(chunk)) = stream.next().await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                break;
            }
        }
    }));
}
