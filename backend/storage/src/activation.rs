//! Activations of phones, and the devices that result.

use crate::{
    StorageError,
    mail::{MailAllowance, NewMail},
};
use async_trait::async_trait;
use protocol::{
    activation::Language,
    attestation::Tier,
    code::Code,
    devices::DevicePublicKey,
    environment::Timestamp,
    ids::{ActivationId, DeviceId, Sha256Hash, SigninId},
    sensitive::Sensitive,
};

/// The attestation of a phone's key by its hardware, and its tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attested {
    /// A signal for quotas and review.
    pub tier: Tier,
    /// Why this tier: one stable word.
    pub reason: String,
    /// The month of the phone's security patches (`202511`), where it said.
    pub patch_level: Option<u32>,
    /// SHA-256 of the attestation, if it was accepted.
    pub evidence: Option<Sha256Hash>,
    /// Keyed hashes of the serial numbers of the certificates that vouched for it.
    pub issuers: Vec<[u8; 16]>,
}

impl Attested {
    /// The lowest tier, for this reason.
    pub fn nothing(reason: &str) -> Self {
        Self {
            tier: Tier::T0,
            reason: reason.to_owned(),
            patch_level: None,
            evidence: None,
            issuers: Vec::new(),
        }
    }
}

impl Default for Attested {
    /// No attestation was sent.
    fn default() -> Self {
        Self::nothing("not_attested")
    }
}

/// How many phones are in a tier, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierCount {
    /// The tier.
    pub tier: Tier,
    /// Why: one stable word.
    pub reason: String,
    /// Phones that are not revoked.
    pub devices: u64,
}

/// A new activation.
#[derive(Debug, Clone)]
pub struct NewActivation {
    /// Chosen by the phone.
    pub id: ActivationId,
    /// The phone's key.
    pub device_key: DevicePublicKey,
    /// SHA-256 of the front picture that stays on the phone.
    pub front: Sha256Hash,
    /// The notice that was accepted.
    pub notice_version: String,
    /// The language of its mails.
    pub language: Language,
    /// Kept until the activation is completed or over, for `resend`.
    pub email: Sensitive<String>,
    /// Keyed hash of the canonical address, kept with the device.
    pub mail_tag: [u8; 32],
    /// Keyed hash of the code.
    pub code_hash: [u8; 32],
    /// When the code expires.
    pub expires_at: Timestamp,
    /// When another mail may be requested.
    pub resend_at: Timestamp,
    /// The mail with the code.
    pub mail: NewMail,
    /// How many mails its address may get.
    pub allowance: MailAllowance,
    /// What the phone's hardware said about the key.
    pub attested: Attested,
    /// The redeemed sign-in that proves the address; it is spent in the same transaction.
    pub signin: Option<SigninId>,
    /// Now.
    pub now: Timestamp,
}

/// The part of a request that is enough to refuse or to recognise it, at the cost of a few keyed hashes.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// Chosen by the phone.
    pub id: ActivationId,
    /// The phone's key.
    pub device_key: DevicePublicKey,
    /// SHA-256 of the front picture that stays on the phone.
    pub front: Sha256Hash,
    /// The notice that was accepted.
    pub notice_version: String,
    /// The language of its mails.
    pub language: Language,
    /// Keyed hash of the canonical address.
    pub mail_tag: [u8; 32],
    /// Keyed hash of the spelling that the address's mails are counted under.
    pub counted_as: [u8; 32],
    /// How many mails that spelling may get.
    pub allowance: MailAllowance,
    /// The redeemed sign-in that proves the address.
    pub signin: Option<SigninId>,
    /// Now.
    pub now: Timestamp,
}

impl NewActivation {
    /// The part that decides whether it is begun.
    pub fn beginning(&self) -> Beginning {
        Beginning {
            id: self.id,
            device_key: self.device_key.clone(),
            front: self.front,
            notice_version: self.notice_version.clone(),
            language: self.language,
            mail_tag: self.mail_tag,
            counted_as: self.mail.address,
            allowance: self.allowance,
            signin: self.signin,
            now: self.now,
        }
    }
}

/// The stage of an activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActivationStage {
    /// The code is on its way.
    Begun {
        /// Wrong codes that it still survives.
        tries_left: u8,
    },
    /// The device exists.
    Completed {
        /// The device.
        device: DeviceId,
        /// The try that completed it.
        attempt: Sha256Hash,
    },
    /// Too many wrong codes.
    Exhausted,
}

/// An activation.
#[derive(Debug, Clone)]
pub struct Activation {
    /// Its id.
    pub id: ActivationId,
    /// The phone's key.
    pub device_key: DevicePublicKey,
    /// Its stage.
    pub stage: ActivationStage,
    /// The language of its mails.
    pub language: Language,
    /// The address; `None` once completed or over.
    pub email: Option<Sensitive<String>>,
    /// When the code expires.
    pub expires_at: Timestamp,
    /// When another mail may be requested.
    pub resend_at: Timestamp,
}

/// The outcome of beginning an activation.
#[derive(Debug, Clone)]
pub enum Begun {
    /// It is new, and its mail is in the outbox.
    First(Activation),
    /// The same device sent the same beginning before; the database is unchanged.
    Again(Activation),
    /// The id belongs to another device or another content.
    Taken,
    /// The address has used up its allowance of mails; the database is unchanged.
    TooMany {
        /// When it may get one again.
        free_at: Timestamp,
    },
    /// The sign-in that it names cannot be used; the database is unchanged.
    SigninRefused(Code),
}

/// A new code for an activation that is under way.
#[derive(Debug, Clone)]
pub struct NewCode {
    /// Keyed hash of the new code; the old one becomes invalid.
    pub code_hash: [u8; 32],
    /// When the new code expires.
    pub expires_at: Timestamp,
    /// When another mail may be requested.
    pub resend_at: Timestamp,
    /// The mail with the new code; unsent older ones are erased.
    pub mail: NewMail,
    /// How many mails its address may get.
    pub allowance: MailAllowance,
    /// Now.
    pub now: Timestamp,
}

/// The outcome of a request for a new code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewed {
    /// The new code is in force, and its mail in the outbox.
    Done,
    /// The activation is not under way any more, or `now` is before its `resend_at`.
    No,
    /// The address has used up its allowance of mails; the database is unchanged.
    TooMany {
        /// When it may get one again.
        free_at: Timestamp,
    },
}

/// A try at completing an activation.
#[derive(Debug, Clone)]
pub struct CodeTry {
    /// Keyed hash of the typed code.
    pub code_hash: [u8; 32],
    /// The id of this try, chosen by the phone.
    pub attempt: Sha256Hash,
    /// The device's id if this try succeeds.
    pub device: DeviceId,
    /// Now.
    pub now: Timestamp,
}

/// The outcome of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// The device exists: it was created now, or earlier by the same try.
    Completed(DeviceId),
    /// The code is wrong.
    Wrong {
        /// Wrong codes that it still survives.
        tries_left: u8,
    },
    /// The 24 hours are over.
    Expired,
    /// Another try has completed it.
    Used,
    /// Too many wrong codes.
    Exhausted,
    /// No such activation.
    Unknown,
}

/// A phone that was activated.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Its key.
    pub key: DevicePublicKey,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
    /// How certain it is that its key has never left it.
    pub tier: Tier,
}

/// Activations and devices.
#[async_trait]
pub trait Activations {
    /// The answer of [`Self::begin_activation`] if it would not write: a repetition or a refusal. `None`: it
    /// would begin an activation. It is one read, so that a useless request causes no costly work.
    async fn not_begun(&self, beginning: Beginning) -> Result<Option<Begun>, StorageError>;
    /// When a mail to this spelling may be queued; `None`: now.
    async fn mail_free_at(
        &self,
        counted_as: [u8; 32],
        allowance: MailAllowance,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StorageError>;
    /// Activation and mail in one transaction.
    async fn begin_activation(&self, new: NewActivation) -> Result<Begun, StorageError>;
    /// Looks up an activation.
    async fn activation(&self, id: ActivationId) -> Result<Option<Activation>, StorageError>;
    /// Replaces the code, queues its mail and counts the address's mails, in one transaction.
    async fn renew_code(&self, id: ActivationId, new: NewCode) -> Result<Renewed, StorageError>;
    /// One try, decided and recorded in one transaction: a wrong code costs a try even if the
    /// process dies right after, and of many parallel tries only five are compared with the code.
    /// A device that was activated for the same device key before is revoked.
    async fn try_code(&self, id: ActivationId, code_try: CodeTry) -> Result<Tried, StorageError>;
    /// Looks up a device.
    async fn device(&self, id: DeviceId) -> Result<Option<Device>, StorageError>;
    /// Revokes a device: its requests are refused from now on. `false`: it does not exist.
    async fn revoke_device(&self, id: DeviceId, now: Timestamp) -> Result<bool, StorageError>;
    /// Counts phones by tier and reason; revoked phones are not counted.
    async fn tiers(&self) -> Result<Vec<TierCount>, StorageError>;
    /// Lowers phones that one of these certificates vouched for to tier T0
    /// (`certificate_revoked`), and activations that are under way. Returns how many phones
    /// were lowered.
    async fn lower_tiers(&self, issuers: Vec<[u8; 16]>) -> Result<u64, StorageError>;
    /// Erases the addresses of activations that are over, and deletes rows a week after their end.
    async fn sweep_activations(&self, now: Timestamp) -> Result<u64, StorageError>;
}
