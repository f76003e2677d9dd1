//! What this machine lends to app-core, and which server it talks to.

use crate::keys::PhoneKeys;
use app_core::{App, Config, PhoneCode, Ports, Problem, adapters, config::BadServer};
use std::{path::PathBuf, sync::Arc};
use tauri::{AppHandle, Manager};
use tokio::sync::OnceCell;

/// The server of builds that name none: the one of the demonstration, on this machine.
const HERE: &str = "http://127.0.0.1:8080";

/// The app, opened by its first door. Where opening fails (a full disk) the next door tries
/// again, and nothing is lost meanwhile.
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

    /// The app came back to the front. Before its first door there is nobody to tell: opening
    /// sends what is due anyway.
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

    /// Network, clock and generator of any machine; keys and browser of this one.
    fn ports(&self) -> Result<Ports, Problem> {
        let ports = adapters::computer(&self.config.folder)
            .map_err(|_| Problem::new(PhoneCode::ServerUnreachable))?;
        let keys = Arc::new(PhoneKeys::of(self.handle.clone()));
        Ok(Ports {
            device_key: keys.clone(),
            storage_key: keys,
            browser: crate::browser::browser(&self.handle),
            ..ports
        })
    }
}

/// The server that this build talks to.
pub fn built_for() -> &'static str {
    option_env!("APOYO_SERVER").unwrap_or(HERE)
}

/// The server is named when the app is built (`APOYO_SERVER=https://… cargo build`); on a
/// computer the same variable at the start of the app goes before that.
fn config(folder: PathBuf, version: &str) -> Result<Config, BadServer> {
    let named = if cfg!(desktop) {
        std::env::var("APOYO_SERVER").ok()
    } else {
        None
    };
    Config::new(folder, named.as_deref().unwrap_or(built_for()), version)
}
