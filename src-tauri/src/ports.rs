//! The ports of this machine for app-core.

use crate::{built_for, keys::PhoneKeys};
use app_core::{
    App, AppCode, Config, PhoneCode, Ports, Problem, adapters,
    config::BadServer,
    ports::{DeviceKey, Http, StorageKey},
};
use std::{path::PathBuf, sync::Arc};
use tauri::{AppHandle, Manager};
use tokio::sync::OnceCell;

/// The app, opened by its first door. If opening fails (a full disk), the next door tries again, and
/// nothing is lost meanwhile.
pub struct Opened {
    handle: AppHandle,
    config: Config,
    app: OnceCell<Arc<App>>,
}

impl Opened {
    /// Finds the folder and the server; opens nothing yet.
    pub fn new(handle: &AppHandle) -> Result<Self, Box<dyn std::error::Error>> {
        let folder = handle.path().app_data_dir()?;
        let version = handle.package_info().version.to_string();
        Ok(Self {
            handle: handle.clone(),
            config: config(folder, &version)?,
            app: OnceCell::new(),
        })
    }

    /// The app.
    pub async fn app(&self) -> Result<&App, Problem> {
        let app = self.app.get_or_try_init(|| self.open()).await?;
        Ok(app)
    }

    /// The app for the door that deletes everything. If the key store never answers again, the app
    /// could not open. In that case the keys are deleted first, and the app opens without the data
    /// that they encrypted.
    pub async fn app_to_forget(&self) -> Result<&App, Problem> {
        match self.app().await {
            Err(problem) if ends_with_new_keys(problem.code) => {
                let keys = PhoneKeys::of(self.handle.clone());
                // The secret first: without it the store cannot be read, and the device key alone is harmless.
                StorageKey::delete(&keys).await.map_err(PhoneCode::from)?;
                DeviceKey::delete(&keys).await.map_err(PhoneCode::from)?;
                self.app().await
            }
            opened => opened,
        }
    }

    /// The app came back to the front. Before the first door there is no open app; opening it sends
    /// the queue anyway.
    pub fn resumed(&self) {
        if let Some(app) = self.app.get() {
            app.resumed();
        }
    }

    async fn open(&self) -> Result<Arc<App>, Problem> {
        let app = Arc::new(App::open(self.ports()?, self.config.clone()).await?);
        let sender = Arc::clone(&app);
        tauri::async_runtime::spawn(async move { sender.background().await });
        Ok(app)
    }

    /// The usual network, clock and generator; the keys and the browser of this machine.
    fn ports(&self) -> Result<Ports, Problem> {
        let ports = adapters::computer(&self.config.folder)
            .map_err(|_| Problem::new(PhoneCode::ServerUnreachable))?;
        let keys = Arc::new(PhoneKeys::of(self.handle.clone()));
        // Only a build for tests has one.
        let http: Arc<dyn Http> = match built_for::TEST_AUTHORITY {
            None => ports.http,
            Some(authority) => Arc::new(
                adapters::ReqwestHttp::bundled_and(authority.as_bytes())
                    .map_err(|_| Problem::new(PhoneCode::ServerUnreachable))?,
            ),
        };
        Ok(Ports {
            http,
            device_key: keys.clone(),
            storage_key: keys,
            browser: crate::browser::browser(&self.handle),
            ..ports
        })
    }
}

/// Whether new keys can repair this fault of opening. On a computer a second window of the app also
/// fails to open, and must not delete the keys of the first.
fn ends_with_new_keys(code: AppCode) -> bool {
    match code {
        AppCode::Phone(PhoneCode::StorageKeyUnavailable) => true,
        AppCode::Phone(PhoneCode::PhoneStorageFault) => cfg!(mobile),
        _ => false,
    }
}

/// The server of this build; on a computer `APOYO_SERVER` at the start of the app overrides it.
fn config(folder: PathBuf, version: &str) -> Result<Config, BadServer> {
    let named = if cfg!(desktop) {
        std::env::var("APOYO_SERVER").ok()
    } else {
        None
    };
    let server = named.as_deref().unwrap_or(built_for::SERVER);
    Config::new(folder, server, version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_window_takes_no_keys_and_a_lost_key_store_is_left_behind() {
        assert!(ends_with_new_keys(PhoneCode::StorageKeyUnavailable.into()));
        for other in [PhoneCode::PhoneStorageFault, PhoneCode::PhoneStorageFull] {
            assert!(!ends_with_new_keys(other.into()), "{other:?}");
        }
    }
}
