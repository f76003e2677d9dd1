//! Receives one sealed picture as a stream. Repeating it does no harm.

use super::{MAX_PART, sealed::guard};
use crate::{
    asking::Signed,
    core::Core,
    limits::{
        Limited,
        network::Network,
        parts::Room,
        uploads::{self, Turn},
    },
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
    /// Too many uploads wait, or too many parts of the phone have no receipt.
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
    Turn(Place<'c>),
}

/// An upload's turn, and the room for its part in the phone's budget.
#[derive(Debug)]
pub struct Place<'c> {
    _turn: Turn<'c>,
    room: Room<'c>,
}

/// Refuses a phone without unfinished parts while every turn is taken, before its signature is verified.
/// Under ten times the capacity, nine tenths of the requests cost almost nothing. A forged name is
/// detected one step later.
pub fn shed(core: &Core, name: &str) -> Result<(), Limited> {
    if !core.limits.uploads.is_full() {
        return Ok(());
    }
    match name.parse() {
        Ok(device) if core.limits.parts.has_begun(device) => Ok(()),
        _ => {
            core.events.count("upload", "shed");
            Err(uploads::busy(&*core.entropy))
        }
    }
}

/// Tells whether a picture of this name has to be received, and waits for a turn if so. The body
/// need not be read before: the signature covers the name, and the name is the hash that
/// [`receive`] checks.
pub async fn admit<'c>(
    core: &'c Core,
    request: &Signed<Sha256Hash>,
    network: Option<Network>,
    announced: Option<u64>,
) -> Result<Upload<'c>, PutRefused> {
    if announced.is_some_and(|length| length > MAX_PART) {
        return Err(PutRefused::TooLong);
    }
    if core.blobs.has_arrived(request.asked) {
        return Ok(Upload::There);
    }
    let device = request.device.id;
    let expected = announced.unwrap_or(MAX_PART);
    let has_begun = core.limits.parts.has_begun(device);
    let room = core
        .limits
        .parts
        .room(device, expected)
        .inspect_err(|_| core.events.count("upload", "budget"))?;
    // Bytes on their way count as written, so that many uploads at once do not use up the reserve.
    let free = core.room.free_bytes();
    if free.is_some_and(|free| free < core.limits.disk_reserve + core.limits.parts.coming()) {
        core.events.count("upload", "no_room");
        return Err(StorageError::Full.into());
    }
    let turn = core
        .limits
        .uploads
        .turn(device, network, has_begun, &*core.entropy)
        .await
        .inspect_err(|_| core.events.count("upload", "shed"))?;
    Ok(Upload::Turn(Place { _turn: turn, room }))
}

/// Receives a picture; `false`: another upload brought the same one first.
pub async fn receive(
    core: &Core,
    place: Place<'_>,
    request: &Signed<Sha256Hash>,
    body: BoxStream<'static, Result<Bytes, io::Error>>,
) -> Result<bool, PutRefused> {
    let (stream, refused) = guard(body, core.sealing());
    match core.blobs.put(request.asked, stream, MAX_PART).await? {
        Stored::Whole { bytes } => {
            place.room.arrived(request.asked, bytes, core.now());
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
