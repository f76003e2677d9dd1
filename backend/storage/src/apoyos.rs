//! Apoyos: recorded once, in order of arrival; judged later; counted in the same transaction.

use crate::StorageError;
use async_trait::async_trait;
use bytes::Bytes;
use protocol::{
    apoyos::{ApoyoState, Part},
    attestation::Tier,
    campaigns::Place,
    environment::Timestamp,
    ids::{ApoyoId, CampaignId, DeviceId, ProcessId, Sha256Hash},
    reason::Reason,
    receipt::{Receipt, SignedReceipt},
};
use std::sync::Arc;

/// A phone that has not sent the apoyo of its parts within so many hours sends them again.
pub const PARTS_KEPT_HOURS: i64 = 48;

/// Signs a receipt once its place in the order of arrival is known.
pub type SignReceipt = Arc<dyn Fn(Receipt) -> SignedReceipt + Send + Sync>;

/// What the checks need to know of a credential, as keyed hashes: without the key they are
/// random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardTags {
    /// Its key in the roll ([`crate::roll::RollEntry::key`]).
    pub roll_key: [u8; 16],
    /// Its whole public QR, to be compared with the one that is read from the picture.
    pub qr: [u8; 16],
}

/// An apoyo that passed the checks before the receipt.
#[derive(Clone)]
pub struct NewApoyo {
    /// Its id.
    pub id: ApoyoId,
    /// The campaign that it supports.
    pub campaign: CampaignId,
    /// The phone that sent it.
    pub device: DeviceId,
    /// SHA-256 of the request's whole body.
    pub content: Sha256Hash,
    /// The manifest's bytes, kept as evidence.
    pub manifest: Vec<u8>,
    /// The payload as it came, sealed, kept as evidence.
    pub payload: Vec<u8>,
    /// What was read from the credential, as the checks need it.
    pub card: CardTags,
    /// The device's signature of the request, kept as evidence.
    pub signature: Vec<u8>,
    /// The pictures.
    pub parts: Vec<Part>,
    /// When it arrived.
    pub received_at: Timestamp,
}

/// The outcome of recording an apoyo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// It is new. The receipt as JSON bytes.
    First(Bytes),
    /// The same apoyo with the same content was recorded before: its first receipt, byte for byte.
    Again(Bytes),
    /// The id belongs to an apoyo with another content or of another device.
    Reused,
    /// These parts are not in the blob store (any more).
    PartsMissing(Vec<Sha256Hash>),
}

/// An apoyo that waits for its verdict.
#[derive(Debug, Clone)]
pub struct PendingApoyo {
    /// Its id.
    pub id: ApoyoId,
    /// Its place in the order of arrival.
    pub sequence: u64,
    /// The phone that sent it.
    pub device: DeviceId,
    /// The process that its parts are bound to.
    pub process: ProcessId,
    /// The campaign that it supports.
    pub campaign: CampaignId,
    /// The tier of its phone; the lowest one if the phone is not known any more.
    pub tier: Tier,
    /// What was read from the credential; `None` for apoyos from before parts were sealed.
    pub card: Option<CardTags>,
    /// The sealed pictures, in the order of [`protocol::apoyos::PartName::ALL`].
    pub pictures: [Sha256Hash; 4],
    /// When it arrived.
    pub received_at: Timestamp,
    /// The verdict that it has already, without duplicates, which depend on others.
    pub before: Option<RecordedVerdict>,
    /// Whether its pictures wait for their key.
    pub unopened: bool,
}

/// A person who was found in the roll, without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// The pseudonym within the exclusivity group.
    pub tag: [u8; 32],
    /// Where they vote.
    pub place: Place,
}

/// The result of the automatic checks. Duplicates are not part of it: they are decided by order
/// of arrival, when the verdict is settled ([`crate::rules::settle`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// In the lista nominal, inside the demarcation, picture and phone agree.
    InRoll(Person),
    /// A person has to look first.
    InReview {
        /// Why; at least one.
        reasons: Vec<Reason>,
        /// Where, if the person was found.
        place: Option<Place>,
    },
    /// Not counted.
    NotCounted {
        /// Why; at least one.
        reasons: Vec<Reason>,
        /// Where, if the person was found.
        place: Option<Place>,
    },
}

/// The word of a verdict in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerdictKind {
    /// The person is in the roll.
    InRoll,
    /// A person has to look first.
    InReview,
    /// Not counted.
    NotCounted,
}

impl VerdictKind {
    /// Its word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            VerdictKind::InRoll => "in_roll",
            VerdictKind::InReview => "in_review",
            VerdictKind::NotCounted => "not_counted",
        }
    }

    /// The kind with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::InRoll, Self::InReview, Self::NotCounted]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// A verdict as its row has it; duplicates are not part of it, because they depend on others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedVerdict {
    /// Its kind.
    pub kind: VerdictKind,
    /// Its reasons; none for a person in the roll.
    pub reasons: Vec<Reason>,
}

/// Recording, settling and looking up apoyos.
#[async_trait]
pub trait Apoyos {
    /// Durable when it returns: parts flushed, then row, receipt and tally in one transaction
    /// (many callers share one flush and one commit). Calling again with the same id and
    /// content returns the first receipt.
    async fn record_apoyo(
        &self,
        new: NewApoyo,
        sign: SignReceipt,
    ) -> Result<Recorded, StorageError>;
    /// What [`Self::record_apoyo`] would return for an apoyo that was recorded before; `None` if
    /// the id is free.
    async fn recorded(
        &self,
        id: ApoyoId,
        device: DeviceId,
        content: Sha256Hash,
    ) -> Result<Option<Recorded>, StorageError>;
    /// Looks up the state of an apoyo, and the device that sent it.
    async fn apoyo_state(
        &self,
        id: ApoyoId,
    ) -> Result<Option<(DeviceId, ApoyoState)>, StorageError>;
    /// Looks up the receipt's bytes.
    async fn receipt(&self, id: ApoyoId) -> Result<Option<Bytes>, StorageError>;
    /// Lists apoyos without a verdict, at most `limit`: the oldest of each phone, then the second
    /// oldest of each, so that no phone keeps others waiting. Those whose judging has failed are
    /// not among them ([`crate::judging::Judging::paused_apoyos`]).
    async fn pending_apoyos(
        &self,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<PendingApoyo>, StorageError>;
    /// Writes the verdict, decides who counts within the exclusivity group (the lowest sequence
    /// among those in the roll; later ones are duplicates for this or another requester), and
    /// moves every counter concerned, in one transaction. Settling the same apoyo with the same
    /// verdict again changes nothing.
    async fn settle_apoyo(
        &self,
        id: ApoyoId,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<(), StorageError>;
    /// Lists apoyos whose pictures are not yet opened, after `after` in order of arrival, at
    /// most `limit`; without those whose judging has failed.
    async fn unopened_apoyos(
        &self,
        after: u64,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<PendingApoyo>, StorageError>;
    /// Counts apoyos whose pictures are not yet opened.
    async fn unopened_count(&self) -> Result<u64, StorageError>;
    /// Whether any part is sealed: then the keys must not be missing.
    async fn holds_sealed_parts(&self) -> Result<bool, StorageError>;
    /// Counts apoyos without a verdict.
    async fn pending_count(&self) -> Result<u64, StorageError>;
    /// Removes parts that were put before `older_than` and that no apoyo names; answers how
    /// many. Only for the process that serves: it knows which parts belong to an apoyo that is on
    /// its way, and leaves them.
    async fn sweep_parts(&self, older_than: Timestamp) -> Result<u64, StorageError>;
}
