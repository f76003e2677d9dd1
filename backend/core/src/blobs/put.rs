//! Receives one sealed picture as a stream. Repeating it does no harm.

use super::{MAX_PART, sealed::guard};
use crate::{
    asking::Signed,
    core::Core,
    limits::{Limited, uploads::Turn},
    refusal::Refusal,
};
use bytes::Bytes;
use futures_util::stream::BoxStream;
use protocol::{code::Code, ids::Sha256Hash};
use std::io;
use storage::{StorageError, blobs::Stored};

/// Why a picture is not stored.
#[derive(Debug, thiserror::Error)]
pub enum PutRefused {
    /// It is longer than any picture.
    #[error("it is longer than any picture")]
    TooLong,
    /// Too many uploads wait.
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The hash of the bytes is not their name.
    #[error("the bytes are not those that the name promises")]
    OtherHash,
    /// It is not sealed to a review key of this server, as this word says.
    #[error("it is not sealed as it should be: {0}")]
    NotSealed(Code),
    /// The sender's connection broke.
    #[error("the sender's connection broke")]
    Interrupted,
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<PutRefused> for Refusal {
    fn from(why: PutRefused) -> Self {
        match why {
            PutRefused::TooLong => Code::BodyTooLarge.into(),
            PutRefused::Limited(why) => why.into(),
            PutRefused::OtherHash => Code::BlobHashMismatch.into(),
            PutRefused::NotSealed(code) => code.into(),
            PutRefused::Interrupted => Code::BodyTruncated.into(),
            PutRefused::Storage(error) => error.into(),
        }
    }
}

/// How an upload goes on.
#[derive(Debug)]
pub enum Upload<'c> {
    /// The picture is stored already: its bytes are not needed.
    There,
    /// The upload has its turn.
    Turn(Turn<'c>),
}

/// Tells whether a picture of this name has to be received, and waits for a turn if so. The body
/// need not be read before: the signature covers the name, and the name is the hash that
/// [`receive`] checks.
pub async fn admit<'c>(
    core: &'c Core,
    request: &Signed<Sha256Hash>,
    announced: Option<u64>,
) -> Result<Upload<'c>, PutRefused> {
    if announced.is_some_and(|length| length > MAX_PART) {
        return Err(PutRefused::TooLong);
    }
    if core.blobs.has_arrived(request.asked) {
        return Ok(Upload::There);
    }
    let turn = core
        .limits
        .uploads
        .turn(&*core.entropy)
        .await
        .inspect_err(|_| core.events.count("upload", "shed"))?;
    Ok(Upload::Turn(turn))
}

/// Receives a picture; `false`: another upload brought the same one first.
pub async fn receive(
    core: &Core,
    _turn: Turn<'_>,
    request: &Signed<Sha256Hash>,
    body: BoxStream<'static, Result<Bytes, io::Error>>,
) -> Result<bool, PutRefused> {
    let (stream, refused) = guard(body, core.sealing());
    match core.blobs.put(request.asked, stream, MAX_PART).await? {
        Stored::Whole { .. } => {
            core.events.count("upload", "stored");
            Ok(true)
        }
        Stored::There => Ok(false),
        Stored::OtherHash => Err(PutRefused::OtherHash),
        Stored::TooLong => Err(PutRefused::TooLong),
        Stored::Interrupted => Err(match refused.get() {
            Some(code) => PutRefused::NotSealed(*code),
            None => PutRefused::Interrupted,
        }),
    }
}

/// The length of a picture, if it is stored. Any activated phone may ask: only a holder of the
/// picture knows its hash.
pub async fn length(core: &Core, request: Signed<Sha256Hash>) -> Result<Option<u64>, StorageError> {
    core.blobs.length(request.asked).await
}
