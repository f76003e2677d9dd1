//! A P-256 key in a file that only its owner may read. It is what its name says: software.

use crate::ports::{DeviceKey, KeyFault, SecurityLevel};
use async_trait::async_trait;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use protocol::device::DevicePublicKey;
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

/// The key of this phone in `device-key.p8` (PKCS#8, mode 0600).
#[derive(Debug, Clone)]
pub struct SoftwareKey {
    file: PathBuf,
}

impl SoftwareKey {
    /// The key kept in this folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            file: folder.join("device-key.p8"),
        }
    }

    fn load(&self) -> Result<Option<EcdsaKeyPair>, KeyFault> {
        match fs::read(&self.file) {
            Ok(document) => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document)
                .map(Some)
                .map_err(|_| KeyFault::Other("the file holds no P-256 key".into())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }

    /// The whole key is on the disk before its name is: a crash leaves the old key or the new.
    fn save(&self, document: &[u8]) -> Result<(), KeyFault> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(fault)?;
        let fresh = self.file.with_extension("new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&fresh).map_err(fault)?;
        file.write_all(document).map_err(fault)?;
        file.sync_all().map_err(fault)?;
        fs::rename(&fresh, &self.file).map_err(fault)?;
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(fault)
    }
}

fn fault(error: std::io::Error) -> KeyFault {
    match error.kind() {
        ErrorKind::StorageFull => KeyFault::Full,
        kind => KeyFault::Other(kind.to_string()),
    }
}

fn public(pair: &EcdsaKeyPair) -> Result<DevicePublicKey, KeyFault> {
    DevicePublicKey::from_point(pair.public_key().as_ref())
        .map_err(|_| KeyFault::Other("the public key is not a point".into()))
}

#[async_trait]
impl DeviceKey for SoftwareKey {
    async fn create(&self) -> Result<DevicePublicKey, KeyFault> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| KeyFault::Other("no key could be made".into()))?;
        let document = pair
            .to_pkcs8v1()
            .map_err(|_| KeyFault::Other("the key could not be written down".into()))?;
        self.save(document.as_ref())?;
        public(&pair)
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
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(fault(error)),
            _ => Ok(()),
        }
    }

    fn security_level(&self) -> SecurityLevel {
        SecurityLevel::Software
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_key_survives_a_restart_and_verifies_what_it_signed() {
        let folder = tempfile::tempdir().unwrap();
        let key = SoftwareKey::in_folder(folder.path());
        assert!(!key.exists().await.unwrap());
        assert!(key.sign(b"hola").await.is_err());
        let public = key.create().await.unwrap();

        let again = SoftwareKey::in_folder(folder.path());
        assert_eq!(again.public_key().await.unwrap(), Some(public.clone()));
        let signature = again.sign(b"hola").await.unwrap();
        public.verify(b"hola", &signature).unwrap();
        assert!(public.verify(b"holo", &signature).is_err());

        again.delete().await.unwrap();
        assert_eq!(key.public_key().await.unwrap(), None);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_else_on_the_computer_reads_the_key() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        SoftwareKey::in_folder(folder.path())
            .create()
            .await
            .unwrap();
        let mode = fs::metadata(folder.path().join("device-key.p8"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
