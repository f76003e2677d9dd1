//! The twin for a computer: a software key, marked as such.

use crate::{
    Attestation, Error, Level, Made, Result, Signature,
    secrets::{Keyring, Secret},
};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use std::{marker::PhantomData, path::Path, sync::Arc};
use tauri::{AppHandle, Manager, Runtime, plugin::PluginApi};
use zeroize::Zeroizing;

/// `APOYO_KEYRING=off` keeps keys in files, for machines whose keyring asks for a password when no
/// person can type it.
const SWITCH: &str = "APOYO_KEYRING";

/// Determines the app's folder and its name in the keyring, without opening either.
pub(crate) fn open<R: Runtime>(
    app: &AppHandle<R>,
    _api: &PluginApi<R, ()>,
) -> tauri::Result<DeviceKey<R>> {
    let keyring = match std::env::var_os(SWITCH) {
        Some(value) if value == "off" => Keyring::Never,
        _ => Keyring::Ours(app.config().identifier.clone()),
    };
    Ok(DeviceKey {
        kept: Arc::new(Kept::new(keyring, &app.path().app_data_dir()?)),
        of: PhantomData,
    })
}

/// The key and the secret of this computer.
pub struct DeviceKey<R: Runtime> {
    kept: Arc<Kept>,
    of: PhantomData<fn() -> R>,
}

impl<R: Runtime> DeviceKey<R> {
    /// Makes a new key, which replaces any old one. Durable when it returns. The challenge is for
    /// phones; a computer does not attest.
    pub async fn make(&self, _challenge: &[u8; 32]) -> Result<Made> {
        self.blocking(Kept::make).await
    }

    /// The current key; `None` if there is none.
    pub async fn look(&self) -> Result<Option<Made>> {
        self.blocking(|kept| kept.pair()?.as_ref().map(told).transpose())
            .await
    }

    /// Signs SHA-256 of `message`. [`Error::Lost`] if there is no key.
    pub async fn sign(&self, message: &[u8]) -> Result<Signature> {
        let message = message.to_vec();
        self.blocking(move |kept| kept.sign(&message)).await
    }

    /// A computer does not attest its keys.
    pub async fn attestation(&self, _client_data_hash: &[u8; 32]) -> Result<Attestation> {
        Ok(Attestation::None)
    }

    /// A computer does not attest its keys.
    pub async fn assertion(&self, _client_data_hash: &[u8; 32]) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    /// Destroys the key. Does nothing if there is none.
    pub async fn delete(&self) -> Result<()> {
        self.blocking(|kept| kept.key.delete()).await
    }

    /// The current secret; `None` if there is none.
    pub async fn load_secret(&self) -> Result<Option<Zeroizing<[u8; 32]>>> {
        self.blocking(Kept::secret).await
    }

    /// Stores this secret, which replaces any old one. Durable when it returns.
    pub async fn keep_secret(&self, secret: &[u8; 32]) -> Result<()> {
        let secret = Zeroizing::new(*secret);
        self.blocking(move |kept| kept.secret.keep(secret.as_ref()))
            .await
    }

    /// Destroys the secret. Does nothing if there is none.
    pub async fn delete_secret(&self) -> Result<()> {
        self.blocking(|kept| kept.secret.delete()).await
    }

    /// Runs outside of the window's thread, because a keyring may wait for its password.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Kept) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let kept = Arc::clone(&self.kept);
        tauri::async_runtime::spawn_blocking(move || work(&kept))
            .await
            .unwrap_or_else(|error| Err(Error::Other(error.to_string())))
    }
}

/// The secrets of a computer: the key (PKCS#8) and the store's secret.
struct Kept {
    key: Secret,
    secret: Secret,
}

impl Kept {
    fn new(keyring: Keyring, folder: &Path) -> Self {
        Self {
            key: Secret::new(keyring.clone(), folder, "device-key.p8"),
            secret: Secret::new(keyring, folder, "storage-key.bin"),
        }
    }

    fn make(&self) -> Result<Made> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| other("no key could be made"))?;
        let document = pair
            .to_pkcs8v1()
            .map_err(|_| other("the key could not be written down"))?;
        self.key.keep(document.as_ref())?;
        told(&pair)
    }

    fn pair(&self) -> Result<Option<EcdsaKeyPair>> {
        let Some(document) = self.key.load()? else {
            return Ok(None);
        };
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document)
            .map(Some)
            .map_err(|_| other("what is kept is not a P-256 key"))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "aws-lc signs with its own generator and ignores the one it is handed"
    )]
    fn sign(&self, message: &[u8]) -> Result<Signature> {
        let pair = self.pair()?.ok_or(Error::Lost)?;
        let signature = pair
            .sign(&aws_lc_rs::rand::SystemRandom::new(), message)
            .map_err(|_| other("the key did not sign"))?;
        Signature::try_from(signature.as_ref()).map_err(|_| other("a signature has 64 bytes"))
    }

    fn secret(&self) -> Result<Option<Zeroizing<[u8; 32]>>> {
        let Some(kept) = self.secret.load()? else {
            return Ok(None);
        };
        let secret = kept.as_slice().try_into().map(Zeroizing::new);
        secret
            .map(Some)
            .map_err(|_| other("the secret is not of 32 bytes"))
    }
}

fn told(pair: &EcdsaKeyPair) -> Result<Made> {
    let point = pair.public_key().as_ref().try_into();
    Ok(Made {
        public_key: point.map_err(|_| other("the public key is not a point"))?,
        level: Level::Software,
    })
}

fn other(what: &str) -> Error {
    Error::Other(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    #[test]
    fn the_key_survives_a_restart_and_verifies_what_it_signed() {
        let folder = tempfile::tempdir().unwrap();
        let here = || Kept::new(Keyring::Never, folder.path());
        assert!(here().pair().unwrap().is_none());
        assert_eq!(here().sign(b"hola"), Err(Error::Lost));
        let made = here().make().unwrap();
        assert_eq!(made.level, Level::Software);
        let found = here().pair().unwrap().unwrap();
        assert_eq!(told(&found).unwrap(), made);
        let signature = here().sign(b"hola").unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, made.public_key);
        public.verify(b"hola", &signature).unwrap();
        assert!(public.verify(b"holo", &signature).is_err());
        here().key.delete().unwrap();
        assert_eq!(here().sign(b"hola"), Err(Error::Lost));
    }

    #[test]
    fn the_secret_is_32_bytes_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new(Keyring::Never, folder.path());
        assert!(kept.secret().unwrap().is_none());
        kept.secret.keep(&[7; 32]).unwrap();
        assert_eq!(*kept.secret().unwrap().unwrap(), [7; 32]);
        kept.secret.keep(&[7; 31]).unwrap();
        assert!(kept.secret().is_err());
    }
}
