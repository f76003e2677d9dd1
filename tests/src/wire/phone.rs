//! A phone as the server knows it: a P-256 key and the name that it signs under.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::{
    activation::{BeginActivation, Language},
    attestation::Attestation,
    devices::{DevicePublicKey, KEY_HEADER, SIGNATURE_HEADER, request_bytes},
    environment::SystemEntropy,
    ids::{ActivationId, DeviceId, Sha256Hash},
    receipt::ReceiptPublicKey,
    seal::announced::SealingKeys,
    sensitive::Sensitive,
};
use std::sync::Arc;

/// The version of the notice that phones of these tests accept.
pub const NOTICE: &str = "0123456789abcdef";

/// A phone. Clones hold the same key.
#[derive(Clone)]
pub struct Phone {
    pub(crate) key: Arc<EcdsaKeyPair>,
    /// The name that it signs under: its activation, later its device.
    pub name: String,
    /// Its device, once it is activated.
    pub device: Option<DeviceId>,
    /// The key that its receipts are verified with, once it is activated.
    pub receipt_key: Option<ReceiptPublicKey>,
    /// The keys that its apoyos are sealed to, once it is activated.
    pub sealing: Option<SealingKeys>,
}

/// The two headers of a signed request.
#[derive(Clone)]
pub struct Signed {
    /// The name of the signer.
    pub key: String,
    /// r ‖ s in base64url.
    pub signature: String,
}

impl Signed {
    /// The headers, name and value.
    pub fn headers(&self) -> [(&'static str, &str); 2] {
        [(KEY_HEADER, &self.key), (SIGNATURE_HEADER, &self.signature)]
    }
}

impl Default for Phone {
    fn default() -> Self {
        Self::new()
    }
}

impl Phone {
    /// A phone with a new key; not activated.
    pub fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .expect("the operating system gives random bytes");
        Self {
            key: Arc::new(key),
            name: "new".to_owned(),
            device: None,
            receipt_key: None,
            sealing: None,
        }
    }

    /// Its public key.
    pub fn public(&self) -> DevicePublicKey {
        DevicePublicKey::from_point(self.key.public_key().as_ref())
            .expect("a P-256 public key is an uncompressed point")
    }

    /// Its device.
    ///
    /// # Panics
    /// If it was never activated.
    pub fn device(&self) -> DeviceId {
        self.device.expect("this phone was activated")
    }

    /// The keys that it seals to.
    ///
    /// # Panics
    /// If it was never activated.
    pub fn sealing(&self) -> &SealingKeys {
        self.sealing.as_ref().expect("this phone was activated")
    }

    /// This phone's key under another phone's name.
    pub fn named(&self, name: impl ToString) -> Self {
        Self {
            name: name.to_string(),
            ..self.clone()
        }
    }

    /// Signs a request.
    #[expect(
        clippy::disallowed_methods,
        reason = "the signing call wants a generator; there is no port for it in a test"
    )]
    pub fn sign(&self, method: &str, path: &str, body: &Sha256Hash) -> Signed {
        let bytes = request_bytes(method, path, body);
        let signature = self
            .key
            .sign(&SystemRandom::new(), &bytes)
            .expect("a fresh P-256 key signs");
        Signed {
            key: self.name.clone(),
            signature: URL_SAFE_NO_PAD.encode(signature.as_ref()),
        }
    }

    /// Its private key in PKCS #8, for a program that signs in its place.
    pub fn secret(&self) -> std::io::Result<Vec<u8>> {
        let document = self.key.to_pkcs8v1();
        let document = document.map_err(|_| std::io::Error::other("the key cannot be written"))?;
        Ok(document.as_ref().to_vec())
    }

    /// The request that begins its activation, for the front picture `front`.
    pub fn begin(&self, email: &str, front: &[u8]) -> BeginActivation {
        BeginActivation {
            activation: ActivationId::random(&SystemEntropy),
            email: Sensitive::new(email.to_owned()),
            device_key: self.public(),
            front: Sha256Hash::of(front),
            notice_version: NOTICE.to_owned(),
            language: Language::EsMx,
            attestation: Attestation::Software,
            work: None,
            signin: None,
        }
    }
}
