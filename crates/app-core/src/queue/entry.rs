//! One apoyo in the queue: `Waiting` until it is `Receipted` or `Refused`.

use bytes::Bytes;
use protocol::{
    apoyo::{ApoyoState, PartName},
    code::Problem,
    ids::{ApoyoId, CampaignId, DeviceId, Sha256Hash},
    receipt::{ReceiptPublicKey, SignedReceipt},
};

/// One of "Mis apoyos".
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub apoyo: ApoyoId,
    pub campaign: CampaignId,
    pub title: String,
    pub requester: String,
    pub queued_at_ms: i64,
    pub state: EntryState,
}

/// How far it is.
#[derive(Debug, Clone)]
pub(crate) enum EntryState {
    /// To be sent, now or after a pause.
    Waiting {
        tries: u32,
        next_try_at_ms: i64,
        problem: Option<Problem>,
    },
    /// The server holds it.
    Receipted(Box<Receipted>),
    /// The server will never take it as it is.
    Refused { problem: Problem },
}

/// A receipt that was verified before it was kept.
#[derive(Debug, Clone)]
pub(crate) struct Receipted {
    pub receipt: SignedReceipt,
    /// The same, byte for byte as the server gave it.
    pub signed: String,
    pub key: ReceiptPublicKey,
    pub status: Option<ApoyoState>,
}

/// What is sent for an entry.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    /// The device that the body names.
    pub device: DeviceId,
    /// Exactly the body of `PUT /v1/apoyos/{id}`.
    pub body: Bytes,
    /// Its SHA-256.
    pub content: Sha256Hash,
    /// The device's signature of that request: the consent, made once.
    pub signature: [u8; 64],
    pub parts: Vec<OutgoingPart>,
}

/// One picture of an entry.
#[derive(Debug, Clone)]
pub(crate) struct OutgoingPart {
    pub name: PartName,
    pub sha256: Sha256Hash,
    /// The server said that it has it.
    pub uploaded: bool,
}
