//! The key of a phone: every method asks the Kotlin or Swift half.

use crate::{
    Attestation, Error, Made, NAME, Result, Signature, der,
    wire::{Bytes, MaybeBytes, Said, Told, refusal},
};
use serde::{Serialize, de::DeserializeOwned};
use tauri::{
    AppHandle, Runtime,
    plugin::{PluginApi, PluginHandle, mobile::PluginInvokeError},
};
use zeroize::Zeroizing;

#[cfg(target_os = "ios")]
#[allow(unsafe_code, reason = "the Swift half is a foreign function")]
mod swift {
    use tauri::{
        Runtime,
        plugin::{PluginApi, PluginHandle, mobile::PluginInvokeError},
    };

    tauri::ios_plugin_binding!(init_plugin_device_key);

    /// Joins it.
    pub fn half<R: Runtime>(api: &PluginApi<R, ()>) -> Result<PluginHandle<R>, PluginInvokeError> {
        api.register_ios_plugin(init_plugin_device_key)
    }
}

/// Joins the platform's half.
pub(crate) fn open<R: Runtime>(
    _app: &AppHandle<R>,
    api: &PluginApi<R, ()>,
) -> std::result::Result<DeviceKey<R>, PluginInvokeError> {
    #[cfg(target_os = "android")]
    let half = api.register_android_plugin("mx.apoyo.devicekey", "DeviceKeyPlugin")?;
    #[cfg(target_os = "ios")]
    let half = swift::half(api)?;
    Ok(DeviceKey { half })
}

/// The key and the secret of this phone.
pub struct DeviceKey<R: Runtime> {
    half: PluginHandle<R>,
}

impl<R: Runtime> DeviceKey<R> {
    /// Makes a new key, which replaces any old one, with `challenge` in Android's attestation. Durable
    /// when it returns.
    pub async fn make(&self, challenge: &[u8; 32]) -> Result<Made> {
        let told: Told = self.ask("make", Bytes::of(challenge)).await?;
        told.read()?.ok_or(Error::Lost)
    }

    /// The current key; `None` if there is none.
    pub async fn look(&self) -> Result<Option<Made>> {
        self.ask::<Told>("look", ()).await?.read()
    }

    /// Signs SHA-256 of `message`. [`Error::Lost`] if there is no key.
    pub async fn sign(&self, message: &[u8]) -> Result<Signature> {
        let der: MaybeBytes = self.ask("sign", Bytes::of(message)).await?;
        der::raw(&der.read()?.ok_or(Error::Lost)?)
    }

    /// The attestation of the key. Android returns the chain that was made with the key; iOS asks
    /// Apple, once per key, to attest `client_data_hash`.
    pub async fn attestation(&self, client_data_hash: &[u8; 32]) -> Result<Attestation> {
        let hash = Bytes::of(client_data_hash);
        self.ask::<Said>("attestation", hash).await?.read()
    }

    /// iOS: App Attest's assertion over `client_data_hash` by the attested key; `None` on every other
    /// platform, and without an attested key.
    pub async fn assertion(&self, client_data_hash: &[u8; 32]) -> Result<Option<Vec<u8>>> {
        let hash = Bytes::of(client_data_hash);
        let said: MaybeBytes = self.ask("assertion", hash).await?;
        said.read()
    }

    /// Destroys the key. Does nothing if there is none.
    pub async fn delete(&self) -> Result<()> {
        self.ask("delete", ()).await
    }

    /// The current secret; `None` if there is none, or if it can never be opened again.
    pub async fn load_secret(&self) -> Result<Option<Zeroizing<[u8; 32]>>> {
        let told: MaybeBytes = self.ask("loadSecret", ()).await?;
        let Some(bytes) = told.read()?.map(Zeroizing::new) else {
            return Ok(None);
        };
        let secret = bytes.as_slice().try_into().map(Zeroizing::new);
        secret
            .map(Some)
            .map_err(|_| Error::Other("the secret is not of 32 bytes".into()))
    }

    /// Stores this secret, which replaces any old one. Durable when it returns.
    pub async fn keep_secret(&self, secret: &[u8; 32]) -> Result<()> {
        self.ask("keepSecret", Bytes::of(secret)).await
    }

    /// Destroys the secret. Does nothing if there is none.
    pub async fn delete_secret(&self) -> Result<()> {
        self.ask("deleteSecret", ()).await
    }

    async fn ask<T: DeserializeOwned>(&self, command: &str, told: impl Serialize) -> Result<T> {
        let answer = self.half.run_mobile_plugin_async(command, told).await;
        answer.map_err(|error| match error {
            PluginInvokeError::InvokeRejected(said) => refusal(said.code.as_deref(), said.message),
            error => Error::Other(format!("{NAME} {command}: {error}")),
        })
    }
}
