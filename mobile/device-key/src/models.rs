//! The types of the interface, the same on every platform.

use serde::{Deserialize, Serialize};

/// An uncompressed P-256 point: 4, x, y.
pub type PublicKey = [u8; 65];

/// r and s, 32 bytes each, big-endian.
pub type Signature = [u8; 64];

/// The level of a key, as the platform reports it. Android before version 12 does not distinguish
/// StrongBox from the trusted environment afterwards; then the weaker one is assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// In a keyring or a file: a copy of the disk, or of the memory, holds the key.
    Software,
    /// In the phone's trusted environment.
    TrustedEnvironment,
    /// In an Android phone's secure element (StrongBox).
    StrongBox,
    /// In an iPhone's Secure Enclave.
    SecureEnclave,
}

/// A key that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its public half.
    pub public_key: PublicKey,
    /// Its level.
    pub level: Level,
}

/// The hardware's attestation of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attestation {
    /// None: a computer, or a phone that cannot attest.
    None,
    /// Android: DER certificates, the key's own first. The leaf holds the challenge.
    AndroidKey {
        /// The chain.
        chain: Vec<Vec<u8>>,
    },
    /// iOS: App Attest.
    AppAttest {
        /// App Attest's own key: SHA-256 of its public point.
        key_id: Vec<u8>,
        /// The attestation object, in CBOR.
        object: Vec<u8>,
    },
}
