//! The device key, which signs, and the storage secret, which encrypts.

use crate::code::PhoneCode;
use async_trait::async_trait;
use protocol::{
    attestation::{Attestation, KeyBinding},
    devices::DevicePublicKey,
    environment::Entropy,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Where a device key lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityLevel {
    /// In a file: a copy of the disk contains the key.
    Software,
    /// In the phone's trusted execution environment, which the key never leaves.
    TrustedEnvironment,
    /// In a secure element (StrongBox, Secure Enclave).
    SecureElement,
}

/// The key store failed. The reason is for the log, and never contains key material.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// There is no room for the new key. The old one is untouched.
    #[error("device key: no room left on the phone")]
    Full,
    /// Any other failure.
    #[error("device key: {0}")]
    Other(String),
}

impl From<KeyFault> for PhoneCode {
    fn from(fault: KeyFault) -> PhoneCode {
        match fault {
            KeyFault::Full => PhoneCode::PhoneStorageFull,
            KeyFault::Other(_) => PhoneCode::PhoneStorageFault,
        }
    }
}

/// A key that was just made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// The public half.
    pub public: DevicePublicKey,
    /// The hardware's attestation of it; [`Attestation::Software`] for a key in software,
    /// [`Attestation::None`] if the hardware did not attest it.
    pub attestation: Attestation,
}

/// The P-256 key of this phone.
#[async_trait]
pub trait DeviceKey: Send + Sync {
    /// Makes a new key, which replaces any old one, and has the hardware attest it for this
    /// binding. A key without an attestation is not a fault. Durable when it returns.
    async fn create(&self, binding: &KeyBinding) -> Result<NewKey, KeyFault>;

    /// The public half; `None` if there is no key, or if it is gone.
    async fn public_key(&self) -> Result<Option<DevicePublicKey>, KeyFault>;

    /// Signs SHA-256 of `message`: 64 bytes, r ‖ s. A fault if there is no key.
    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyFault>;

    /// Destroys the key. Does nothing if there is none.
    async fn delete(&self) -> Result<(), KeyFault>;

    /// What protects the key.
    fn security_level(&self) -> SecurityLevel;

    /// Whether there is a key.
    async fn exists(&self) -> Result<bool, KeyFault> {
        Ok(self.public_key().await?.is_some())
    }
}

/// The 32 bytes that encrypt the phone's store. Never printed; overwritten when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct StorageSecret(Zeroizing<[u8; 32]>);

impl StorageSecret {
    /// A new random secret.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut());
        Self(bytes)
    }

    /// The secret with exactly these bytes, as a key store returns them.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The 32 bytes, for the key store and for the cipher.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for StorageSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StorageSecret(****)")
    }
}

/// The phone's own key store (Android Keystore, iOS Keychain, the keyring of a computer), which
/// keeps the [`StorageSecret`] of this app. The app makes the secret. The key store keeps it out
/// of the app's files and of backups, bound to this phone.
///
/// The difference between "there is none" and "I cannot say now" decides whether drafts live:
/// after `Ok(None)` the app deletes what was encrypted under the old secret.
#[async_trait]
pub trait StorageKey: Send + Sync {
    /// The secret that was kept last; `None` if there is none, or if the key store has lost for
    /// good what unlocks it. A key store that is out of reach for now (locked, busy) returns a
    /// fault, and nothing is deleted.
    async fn load(&self) -> Result<Option<StorageSecret>, KeyFault>;

    /// Keeps this secret, which replaces any old one. Durable when it returns: only then does the
    /// app encrypt with it.
    async fn keep(&self, secret: &StorageSecret) -> Result<(), KeyFault>;

    /// Destroys the secret. Does nothing if there is none.
    async fn delete(&self) -> Result<(), KeyFault>;
}
