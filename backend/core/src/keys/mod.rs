//! The server's secrets: four files in `DIR/keys/`, made once and never replaced, and next to
//! them the keys that parts are sealed to ([`sealing`]), which are rotated.
//!
//! They are outside the database, so that a stolen database does not tell who gave their
//! apoyo to whom. Losing one is worse than losing the database: codes could no longer be
//! checked, the same person would count twice, receipts would no longer verify. So a missing
//! key with an existing database is an error that a person has to look at, never a reason
//! to make a new one.

pub mod at_rest;
mod files;
mod hashes;
mod person;
mod rotate;
pub mod sealing;
mod work;

pub use files::{KeysError, make, open};
pub use person::PersonKey;
pub use rotate::{RotateRefused, rotate};

use aws_lc_rs::{
    aead::LessSafeKey,
    hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::{
    device_ended::{DeviceEnded, SignedDeviceEnded},
    receipt::{Receipt, ReceiptPublicKey, SignedReceipt},
    seal::announced::{SealingKeys, SignedSealingKeys},
};

use std::sync::Arc;
use storage::head::HeadKey;

/// The bytes of one key.
pub type Secret = [u8; 32];

/// The server's secrets.
pub struct Keys {
    code: hmac::Key,
    /// Hides texts that stay in the database for a day.
    at_rest: LessSafeKey,
    tag: hmac::Key,
    roll: hmac::Key,
    receipt: Arc<Ed25519KeyPair>,
    receipt_public: ReceiptPublicKey,
}

impl Keys {
    /// The keys made of these bytes.
    pub fn of(code: &Secret, tag: &Secret, roll: &Secret, receipt: &Secret) -> Self {
        let receipt = Ed25519KeyPair::from_seed_unchecked(receipt)
            .expect("every 32 bytes are a seed of Ed25519");
        let public = receipt
            .public_key()
            .as_ref()
            .try_into()
            .expect("an Ed25519 public key has 32 bytes");
        let code = hmac::Key::new(hmac::HMAC_SHA256, code);
        Self {
            at_rest: at_rest::key(&code),
            code,
            tag: hmac::Key::new(hmac::HMAC_SHA256, tag),
            roll: hmac::Key::new(hmac::HMAC_SHA256, roll),
            receipt: Arc::new(receipt),
            receipt_public: ReceiptPublicKey::from_bytes(public),
        }
    }

    /// The public key of receipts.
    pub fn receipt_public(&self) -> ReceiptPublicKey {
        self.receipt_public
    }

    /// Signs a receipt. Ed25519 is deterministic: the same receipt has the same signature.
    pub fn sign_receipt(&self, receipt: Receipt) -> SignedReceipt {
        let signature = self.receipt.sign(&receipt.signed_bytes());
        SignedReceipt {
            receipt,
            signature: URL_SAFE_NO_PAD.encode(signature.as_ref()),
        }
    }

    /// The key of the head.
    pub fn head_key(&self) -> HeadKey {
        let pair = Arc::clone(&self.receipt);
        HeadKey {
            sign: Arc::new(move |message| {
                let mut signature = [0; 64];
                signature.copy_from_slice(pair.sign(message).as_ref());
                signature
            }),
            public: self.receipt_public,
        }
    }

    /// Signs the server's word that it no longer serves a device.
    pub fn sign_device_ended(&self, ended: DeviceEnded) -> SignedDeviceEnded {
        let signature = self.receipt.sign(&ended.signed_bytes());
        SignedDeviceEnded {
            ended,
            signature: URL_SAFE_NO_PAD.encode(signature.as_ref()),
        }
    }

    /// Signs the keys that phones seal to.
    pub fn sign_sealing_keys(&self, keys: SealingKeys) -> SignedSealingKeys {
        let signature = self.receipt.sign(&keys.signed_bytes());
        SignedSealingKeys {
            keys,
            signature: URL_SAFE_NO_PAD.encode(signature.as_ref()),
        }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(****)")
    }
}
