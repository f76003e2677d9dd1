//! The phone's own P-256 key, and a place for the secret of its store.
//!
//! | where | signing key | secret |
//! |---|---|---|
//! | Android | StrongBox, or the trusted environment where StrongBox is missing or does not work | wrapped by a key of the Keystore |
//! | iOS | Secure Enclave | Keychain, this device only |
//! | computer | software: the system's keyring, or a file of mode 0600 | likewise |
//!
//! Every platform has the same methods ([`DeviceKey`]), so that an app compiles and runs on a
//! computer as on a phone. The caller of [`DeviceKey::sign`] in Rust decides what is signed. The
//! plugin has no commands and no permissions, so a page cannot reach it.
//!
//! *Lost* ([`Error::Lost`]) is not *locked* ([`Error::Locked`]): the first needs a new key, the second
//! another try later.

use tauri::{
    Manager, Runtime,
    plugin::{Builder, TauriPlugin},
};

#[cfg(desktop)]
mod desktop;
#[cfg(desktop)]
mod secrets;
#[cfg(desktop)]
use desktop as platform;
#[cfg(any(mobile, test))]
mod der;
#[cfg(mobile)]
mod mobile;
#[cfg(mobile)]
use mobile as platform;
mod error;
mod models;
#[cfg(any(mobile, test))]
mod wire;

pub use error::{Error, Result};
pub use models::{Attestation, Level, Made, PublicKey, Signature};
pub use platform::DeviceKey;

/// The plugin's name, under which the platforms' halves are registered.
const NAME: &str = "device-key";

/// Access to the key from an app, its handle or a window.
pub trait DeviceKeyExt<R: Runtime> {
    /// The key of this phone.
    fn device_key(&self) -> &DeviceKey<R>;
}

impl<R: Runtime, T: Manager<R>> DeviceKeyExt<R> for T {
    fn device_key(&self) -> &DeviceKey<R> {
        self.state::<DeviceKey<R>>().inner()
    }
}

/// The plugin, for `tauri::Builder::plugin`.
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new(NAME)
        .setup(|app, api| {
            app.manage(platform::open(app, &api)?);
            Ok(())
        })
        .build()
}
