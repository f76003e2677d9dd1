//! A P-256 key in a file that only its owner may read.

use super::private_file::PrivateFile;
use crate::ports::{DeviceKey, KeyFault, NewKey, SecurityLevel};
use async_trait::async_trait;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use protocol::{
    attestation::{Attestation, KeyBinding},
    devices::DevicePublicKey,
};
use std::path::Path;

/// The key of this phone in `device-key.p8` (PKCS#8, mode 0600).
#[derive(Debug, Clone)]
pub struct SoftwareKey {
    file: PrivateFile,
}

impl SoftwareKey {
    /// The key kept in this folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            file: PrivateFile::at(folder.join("device-key.p8")),
        }
    }

    fn load(&self) -> Result<Option<EcdsaKeyPair>, KeyFault> {
        let Some(document) = self.file.read()? else {
            return Ok(None);
        };
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document)
            .map(Some)
            .map_err(|_| KeyFault::Other("the file holds no P-256 key".into()))
    }
}

fn public(pair: &EcdsaKeyPair) -> Result<DevicePublicKey, KeyFault> {
    DevicePublicKey::from_point(pair.public_key().as_ref())
        .map_err(|_| KeyFault::Other("the public key is not a point".into()))
}

#[async_trait]
impl DeviceKey for SoftwareKey {
    async fn create(&self, _binding: &KeyBinding) -> Result<NewKey, KeyFault> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| KeyFault::Other("no key could be made".into()))?;
        let document = pair
            .to_pkcs8v1()
            .map_err(|_| KeyFault::Other("the key could not be written down".into()))?;
        self.file.write(document.as_ref())?;
        Ok(NewKey {
            public: public(&pair)?,
            attestation: Attestation::Software,
        })
    }

    async fn public_key(&self) -> Result<Option<DevicePublicKey>, KeyFault> {
        self.load()?.as_ref().map(public).transpose()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "aws-lc signs with its own generator and ignores the one it is handed"
    )]
    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyFault> {
        let pair = self
            .load()?
            .ok_or_else(|| KeyFault::Other("there is no key".into()))?;
        let signature = pair
            .sign(&aws_lc_rs::rand::SystemRandom::new(), message)
            .map_err(|_| KeyFault::Other("the key did not sign".into()))?;
        <[u8; 64]>::try_from(signature.as_ref())
            .map_err(|_| KeyFault::Other("the signature is not of 64 bytes".into()))
    }

    async fn delete(&self) -> Result<(), KeyFault> {
        self.file.remove()
    }

    fn security_level(&self) -> SecurityLevel {
        SecurityLevel::Software
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{attestation::Challenge, ids::ActivationId};

    #[tokio::test]
    async fn the_key_survives_a_restart_and_verifies_what_it_signed() {
        let folder = tempfile::tempdir().unwrap();
        let key = SoftwareKey::in_folder(folder.path());
        assert!(!key.exists().await.unwrap());
        assert!(key.sign(b"hola").await.is_err());
        let binding = KeyBinding {
            activation: ActivationId::from_bytes([1; 16]),
            challenge: Challenge::from_bytes([2; 56]),
        };
        let made = key.create(&binding).await.unwrap();
        assert_eq!(made.attestation, Attestation::Software, "and says so");
        let public = made.public;

        let again = SoftwareKey::in_folder(folder.path());
        assert_eq!(again.public_key().await.unwrap(), Some(public.clone()));
        let signature = again.sign(b"hola").await.unwrap();
        public.verify(b"hola", &signature).unwrap();
        assert!(public.verify(b"holo", &signature).is_err());

        again.delete().await.unwrap();
        assert_eq!(key.public_key().await.unwrap(), None);
    }
}
