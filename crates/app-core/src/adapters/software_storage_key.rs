//! The storage secret in a file that only its owner may read: for computers without a keyring,
//! for tests, and for the citizen without a screen. A copy of the disk contains it.

use super::private_file::PrivateFile;
use crate::ports::{KeyFault, StorageKey, StorageSecret};
use async_trait::async_trait;
use std::path::Path;

/// The secret of this phone in `storage-key.bin` (32 bytes, mode 0600).
#[derive(Debug, Clone)]
pub struct SoftwareStorageKey {
    file: PrivateFile,
}

impl SoftwareStorageKey {
    /// The secret kept in this folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            file: PrivateFile::at(folder.join("storage-key.bin")),
        }
    }
}

#[async_trait]
impl StorageKey for SoftwareStorageKey {
    async fn load(&self) -> Result<Option<StorageSecret>, KeyFault> {
        let Some(bytes) = self.file.read()? else {
            return Ok(None);
        };
        // A file of another length is a fault, not "none": otherwise drafts would be deleted.
        let bytes = <[u8; 32]>::try_from(bytes.as_slice())
            .map_err(|_| KeyFault::Other("the file is not of 32 bytes".into()))?;
        Ok(Some(StorageSecret::from_bytes(bytes)))
    }

    async fn keep(&self, secret: &StorageSecret) -> Result<(), KeyFault> {
        self.file.write(secret.expose())
    }

    async fn delete(&self) -> Result<(), KeyFault> {
        self.file.remove()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_secret_survives_a_restart_and_a_cut_file_is_not_a_lost_one() {
        let folder = tempfile::tempdir().unwrap();
        let key = SoftwareStorageKey::in_folder(folder.path());
        assert_eq!(key.load().await.unwrap(), None);
        let secret = StorageSecret::from_bytes([7; 32]);
        key.keep(&secret).await.unwrap();
        let again = SoftwareStorageKey::in_folder(folder.path());
        assert_eq!(again.load().await.unwrap(), Some(secret));
        std::fs::write(folder.path().join("storage-key.bin"), b"short").unwrap();
        assert!(again.load().await.is_err());
        again.delete().await.unwrap();
        assert_eq!(key.load().await.unwrap(), None);
    }
}
