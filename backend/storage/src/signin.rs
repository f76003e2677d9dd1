//! Sign-ins with an account of a provider: from the app's request until an activation uses them.
//!
//! `begun → asking → proved → redeemed → spent`, or `failed` where the provider refused or its
//! answer is not valid. A state and a ticket are used once; a row lives for minutes.

use crate::StorageError;
use async_trait::async_trait;
use protocol::{
    activation::Language,
    code::Code,
    devices::DevicePublicKey,
    environment::Timestamp,
    ids::{ProviderId, SigninId},
    sensitive::Sensitive,
    signin::ReturnWay,
};

/// Sign-ins that may be open at once, so that strangers cannot fill the disk.
pub const MOST_OPEN: u32 = 50_000;
/// A row is deleted so many minutes after its end.
pub const KEPT_MINUTES: i64 = 60;

/// A new sign-in.
#[derive(Debug, Clone)]
pub struct NewSignin {
    /// Chosen by the server.
    pub id: SigninId,
    /// The provider.
    pub provider: ProviderId,
    /// The key that the proof will belong to.
    pub device_key: DevicePublicKey,
    /// How the browser finds back.
    pub return_to: ReturnWay,
    /// The language of the pages in between.
    pub language: Language,
    /// SHA-256 of the state that the browser carries.
    pub state_hash: [u8; 32],
    /// Nonce and verifier, hidden.
    pub secrets: Sensitive<String>,
    /// Until when the browser may come back.
    pub expires_at: Timestamp,
}

/// A sign-in whose browser came back.
#[derive(Debug, Clone)]
pub struct AskedSignin {
    /// Its id.
    pub id: SigninId,
    /// How the browser finds back.
    pub return_to: ReturnWay,
    /// The language of the pages in between.
    pub language: Language,
    /// Nonce and verifier, hidden.
    pub secrets: Sensitive<String>,
}

/// The outcome of using the state that a browser brought.
#[derive(Debug, Clone)]
pub enum StateUsed {
    /// It belongs to this sign-in, and is used now.
    Taken(AskedSignin),
    /// It belongs to no sign-in, or to a sign-in with another provider, which ends by it.
    Unknown,
    /// It was used before.
    Used,
    /// The browser came too late.
    Expired,
}

/// The provider's confirmation.
#[derive(Debug, Clone)]
pub struct Proof {
    /// SHA-256 of the ticket.
    pub ticket_hash: [u8; 32],
    /// Until when the ticket may be redeemed.
    pub expires_at: Timestamp,
    /// The address, hidden; `None` where the provider did not say.
    pub email: Option<Sensitive<String>>,
    /// Keyed hash of the canonical address.
    pub mail_tag: Option<[u8; 32]>,
    /// Keyed hash of issuer and subject.
    pub account_tag: [u8; 32],
}

/// A redeemed ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemedSignin {
    /// The address, hidden; `None` where the provider did not say.
    pub email: Option<Sensitive<String>>,
    /// Until when an activation may name the sign-in.
    pub expires_at: Timestamp,
}

/// Recording, using and redeeming sign-ins.
#[async_trait]
pub trait Signins {
    /// Records a new sign-in. `false`: too many are open.
    async fn begin_signin(&self, new: NewSignin) -> Result<bool, StorageError>;
    /// Whether a sign-in has this state, used or not.
    async fn has_state(&self, state_hash: [u8; 32]) -> Result<bool, StorageError>;
    /// Uses a state, once.
    async fn use_state(
        &self,
        state_hash: [u8; 32],
        provider: ProviderId,
        now: Timestamp,
    ) -> Result<StateUsed, StorageError>;
    /// The sign-in ends without a proof.
    async fn fail_signin(&self, id: SigninId) -> Result<(), StorageError>;
    /// Keeps the proof until its ticket is redeemed. Only after [`Signins::use_state`].
    async fn prove_signin(&self, id: SigninId, proof: Proof) -> Result<(), StorageError>;
    /// The key that the sign-in belongs to.
    async fn signin_key(&self, id: SigninId) -> Result<Option<DevicePublicKey>, StorageError>;
    /// Redeems a ticket; the same ticket again gets the same answer until it is spent. The
    /// error is the code that the phone receives.
    async fn redeem_ticket(
        &self,
        id: SigninId,
        ticket_hash: [u8; 32],
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Result<RedeemedSignin, Code>, StorageError>;
    /// Deletes rows that are over; returns how many.
    async fn sweep_signins(&self, now: Timestamp) -> Result<u64, StorageError>;
}
