//! The phone's key store as a port of app-core. Only app-core decides, in Rust, what is signed; a page
//! cannot reach the plugin.

use app_core::ports::{DeviceKey, KeyFault, NewKey, SecurityLevel, StorageKey, StorageSecret};
use async_trait::async_trait;
use protocol::{
    attestation::{Attestation, AttestationObject, CertificateChain, Challenge, KeyBinding},
    devices::DevicePublicKey,
    ids::Sha256Hash,
};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tauri::{AppHandle, Wry};
use tauri_plugin_device_key::{self as plugin, DeviceKeyExt, Error, Level};

/// The time limit of an attestation. iOS asks Apple, and a network that blocks Apple would delay the
/// activation by a minute.
const LONGEST_ATTESTATION: Duration = Duration::from_secs(15);

/// Key and secret of this phone.
pub struct PhoneKeys {
    app: AppHandle,
    /// The last known level; `Software` before the first one.
    level: Mutex<SecurityLevel>,
}

impl PhoneKeys {
    /// Does not ask the key store yet.
    pub fn of(app: AppHandle) -> Self {
        Self {
            app,
            level: Mutex::new(SecurityLevel::Software),
        }
    }

    fn key(&self) -> &plugin::DeviceKey<Wry> {
        self.app.device_key()
    }

    /// The public half; also notes the level of the key.
    fn seen(&self, made: &plugin::Made) -> Result<DevicePublicKey, KeyFault> {
        *self.level.lock().unwrap_or_else(PoisonError::into_inner) = level(made.level);
        DevicePublicKey::from_point(&made.public_key)
            .map_err(|_| KeyFault::Other("the public key is not a point".into()))
    }

    /// The attestation of a new key. A fault does not stop the activation.
    async fn attestation(
        &self,
        binding: &KeyBinding,
        public: &DevicePublicKey,
        lives: Level,
    ) -> Attestation {
        if lives == Level::Software {
            return Attestation::Software;
        }
        let client_data = binding.app_attest_client_data(public);
        let said = self.key().attestation(client_data.as_bytes());
        match said_within(LONGEST_ATTESTATION, said).await {
            Some(said) => on_the_wire(said, binding.challenge),
            // The activation goes on, and the server sees that the signal is missing.
            None => Attestation::None,
        }
    }
}

#[async_trait]
impl DeviceKey for PhoneKeys {
    async fn create(&self, binding: &KeyBinding) -> Result<NewKey, KeyFault> {
        let challenge = binding.android_challenge();
        let made = self.key().make(challenge.as_bytes()).await.map_err(fault)?;
        let public = self.seen(&made)?;
        let attestation = self.attestation(binding, &public, made.level).await;
        Ok(NewKey {
            public,
            attestation,
        })
    }

    async fn public_key(&self) -> Result<Option<DevicePublicKey>, KeyFault> {
        match self.key().look().await {
            Ok(found) => found.map(|made| self.seen(&made)).transpose(),
            Err(Error::Lost) => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }

    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyFault> {
        let signed = self.key().sign(message).await;
        if signed == Err(Error::Lost) {
            // A key that the phone has invalidated may still be listed, but never signs again. When it is
            // removed, app-core sees that a new activation is needed.
            let _ = self.key().delete().await;
        }
        signed.map_err(fault)
    }

    async fn delete(&self) -> Result<(), KeyFault> {
        self.key().delete().await.map_err(fault)
    }

    fn security_level(&self) -> SecurityLevel {
        *self.level.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl StorageKey for PhoneKeys {
    async fn load(&self) -> Result<Option<StorageSecret>, KeyFault> {
        match self.key().load_secret().await {
            Ok(secret) => Ok(secret.map(|bytes| StorageSecret::from_bytes(*bytes))),
            Err(Error::Lost) => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }

    async fn keep(&self, secret: &StorageSecret) -> Result<(), KeyFault> {
        self.key().keep_secret(secret.expose()).await.map_err(fault)
    }

    async fn delete(&self) -> Result<(), KeyFault> {
        self.key().delete_secret().await.map_err(fault)
    }
}

/// The answer of a half within the time limit; `None` if it failed or did not answer.
async fn said_within(
    limit: Duration,
    saying: impl Future<Output = plugin::Result<plugin::Attestation>>,
) -> Option<plugin::Attestation> {
    tokio::time::timeout(limit, saying).await.ok()?.ok()
}

fn fault(error: Error) -> KeyFault {
    match error {
        Error::Full => KeyFault::Full,
        other => KeyFault::Other(other.to_string()),
    }
}

fn level(lives: Level) -> SecurityLevel {
    match lives {
        Level::Software => SecurityLevel::Software,
        Level::TrustedEnvironment => SecurityLevel::TrustedEnvironment,
        Level::StrongBox | Level::SecureEnclave => SecurityLevel::SecureElement,
    }
}

/// The attestation in the server's form; none if it is longer than any phone's.
fn on_the_wire(said: plugin::Attestation, challenge: Challenge) -> Attestation {
    match said {
        plugin::Attestation::None => Attestation::None,
        plugin::Attestation::AndroidKey { chain } => CertificateChain::new(chain)
            .map(|chain| Attestation::AndroidKey { challenge, chain })
            .unwrap_or_default(),
        plugin::Attestation::AppAttest { key_id, object } => {
            let key_id = <[u8; 32]>::try_from(key_id).map(Sha256Hash::from_bytes);
            match (key_id, AttestationObject::new(object)) {
                (Ok(key_id), Ok(object)) => Attestation::AppAttest {
                    challenge,
                    key_id,
                    object,
                },
                _ => Attestation::None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_phone_says_goes_on_the_wire_or_nothing_does() {
        let challenge = Challenge::from_bytes([1; Challenge::BYTES]);
        let chain = vec![vec![48, 1], vec![48, 2]];
        let said = plugin::Attestation::AndroidKey {
            chain: chain.clone(),
        };
        match on_the_wire(said, challenge) {
            Attestation::AndroidKey { chain: sent, .. } => assert_eq!(sent.certificates(), chain),
            other => panic!("{other:?}"),
        }
        let empty = plugin::Attestation::AndroidKey { chain: Vec::new() };
        assert_eq!(on_the_wire(empty, challenge), Attestation::None);
        let said = |bytes| plugin::Attestation::AppAttest {
            key_id: vec![7; bytes],
            object: vec![1],
        };
        assert!(matches!(
            on_the_wire(said(32), challenge),
            Attestation::AppAttest { .. }
        ));
        assert_eq!(on_the_wire(said(31), challenge), Attestation::None);
    }

    #[tokio::test]
    async fn a_half_that_never_answers_stops_no_activation() {
        let limit = Duration::from_millis(20);
        assert_eq!(said_within(limit, std::future::pending()).await, None);
        let failed = async { Err(Error::Other("no network".into())) };
        assert_eq!(said_within(limit, failed).await, None);
        let said = async { Ok(plugin::Attestation::None) };
        assert_eq!(
            said_within(limit, said).await,
            Some(plugin::Attestation::None)
        );
    }

    #[test]
    fn a_full_phone_is_told_from_any_other_fault() {
        assert!(matches!(fault(Error::Full), KeyFault::Full));
        assert!(matches!(fault(Error::Lost), KeyFault::Other(_)));
    }
}
