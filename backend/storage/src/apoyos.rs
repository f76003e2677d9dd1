//! Apoyos: recorded once, in order of arrival; judged later; counted in the same transaction.

use crate::StorageError;
use async_trait::async_trait;
use bytes::Bytes;
use protocol::{
    apoyo::{ApoyoState, Part},
    attestation::Tier,
    campaign::Place,
    environment::Timestamp,
    ids::{ApoyoId, CampaignId, DeviceId, ProcessId, Sha256Hash},
    reason::Reason,
    receipt::{Receipt, SignedReceipt},
};
use std::sync::Arc;

/// Signs a receipt once its place in the order of arrival is known.
pub type SignReceipt = Arc<dyn Fn(Receipt) -> SignedReceipt + Send + Sync>;

/// What the checks need to know of a credential: keyed hashes, from which nobody without the
/// key learns anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardTags {
    /// Under what it is found in the roll ([`crate::roll::RollEntry::key`]).
    pub roll_key: [u8; 16],
    /// Its whole public QR, to be compared with one that is read again.
    pub qr: [u8; 16],
}

/// An apoyo that passed the checks before the receipt.
#[derive(Clone)]
pub struct NewApoyo {
    /// Its id.
    pub id: ApoyoId,
    /// Who it is for.
    pub campaign: CampaignId,
    /// Who sent it.
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

/// What came of recording one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// It is new. The receipt as JSON bytes.
    First(Bytes),
    /// The same apoyo with the same content stood there already: the first receipt, byte for byte.
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
    /// The process that its parts are bound to.
    pub process: ProcessId,
    /// Who it is for.
    pub campaign: CampaignId,
    /// How much the key of its phone can be trusted; the least if the phone is not known any more.
    pub tier: Tier,
    /// What was read from the credential; `None` if it came before parts were sealed.
    pub card: Option<CardTags>,
    /// The sealed pictures, in the order of [`protocol::apoyo::PartName::ALL`].
    pub pictures: [Sha256Hash; 4],
    /// When it arrived.
    pub received_at: Timestamp,
}

/// Who a found person is, without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// The pseudonym within the exclusivity group.
    pub tag: [u8; 32],
    /// Where they vote.
    pub place: Place,
}

/// What the automatic checks found. Duplicates are not among it: they are decided when it is
/// settled, by order of arrival.
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

/// Apoyos.
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
    /// What [`Self::record_apoyo`] would answer to an apoyo that was recorded before; `None` if
    /// there is none with this id.
    async fn recorded(
        &self,
        id: ApoyoId,
        device: DeviceId,
        content: Sha256Hash,
    ) -> Result<Option<Recorded>, StorageError>;
    /// Where it stands, and whose device sent it.
    async fn apoyo_state(
        &self,
        id: ApoyoId,
    ) -> Result<Option<(DeviceId, ApoyoState)>, StorageError>;
    /// The receipt's bytes, if it was recorded.
    async fn receipt(&self, id: ApoyoId) -> Result<Option<Bytes>, StorageError>;
    /// Apoyos without a verdict, in order of arrival, at most `limit`.
    async fn pending_apoyos(&self, limit: u32) -> Result<Vec<PendingApoyo>, StorageError>;
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
    /// The same for a verdict that was found without the pictures, because their key is not
    /// here: it is noted that somebody has to look at them yet. [`Self::settle_apoyo`] takes
    /// the note away.
    async fn settle_unread(
        &self,
        id: ApoyoId,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<(), StorageError>;
    /// Apoyos whose pictures nobody has looked at, behind `after` in order of arrival, at most
    /// `limit`.
    async fn unread_apoyos(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<PendingApoyo>, StorageError>;
    /// How many those are.
    async fn unread_count(&self) -> Result<u64, StorageError>;
    /// Whether anything here is sealed: then its keys must not be missing.
    async fn holds_sealed_parts(&self) -> Result<bool, StorageError>;
    /// How many wait for a verdict.
    async fn pending_count(&self) -> Result<u64, StorageError>;
}
