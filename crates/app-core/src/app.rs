//! The app: a shell opens it once, and then opens its doors.
//!
//! This file has what every topic needs: the ports, the store, the server, the locks. It does not
//! import topics: each topic adds its own methods to [`App`], in its own file.

use crate::{
    api::Api,
    code::{PhoneCode, Problem},
    config::Config,
    ports::{KeyFault, Ports, StorageSecret},
    running::{LastAsked, Progress, Viewfinder},
    store::{
        Store, StoreFault,
        phone::{self, Activation, Active, Phone},
    },
    views::AppState,
};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64},
    },
    time::Duration,
};
use tokio::sync;

/// Longest wait for the server when the person deletes everything.
const FORGETTING_PATIENCE: Duration = Duration::from_secs(5);

/// The app without a screen. Shared by reference: many tasks may call every method.
pub struct App {
    pub(crate) ports: Ports,
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) api: Api,
    /// One activation door at a time: each reads the state that the last one stored.
    pub(crate) activating: sync::Mutex<()>,
    /// One draft door at a time.
    pub(crate) drafting: sync::Mutex<()>,
    /// One pass over the queue at a time: there are never two senders.
    pub(crate) sending: sync::Mutex<()>,
    /// Number of passes that have begun.
    pub(crate) passes: AtomicU64,
    /// What is being sent now.
    pub(crate) progress: Mutex<Option<Progress>>,
    /// Wakes the background task when there is something to send.
    pub(crate) wake: sync::Notify,
    /// The app came back to the front, or the network changed, since the last pass.
    pub(crate) came_back: AtomicBool,
    pub(crate) viewfinder: Viewfinder,
    /// When the statuses were last asked for.
    pub(crate) statuses_asked_ms: AtomicI64,
    pub(crate) campaigns_asked: Mutex<Option<LastAsked>>,
}

impl App {
    /// Opens the store and checks the keys. If the device key is gone, the activation ends with
    /// [`PhoneCode::DeviceKeyLost`]. If the storage secret is gone, so are the drafts, and
    /// [`AppState::lost`] says so. If the key store does not answer, opening fails with
    /// [`PhoneCode::StorageKeyUnavailable`] and nothing is lost.
    pub async fn open(ports: Ports, config: Config) -> Result<App, Problem> {
        let folder = config.folder.clone();
        let pages = config.store_pages;
        let secret = secret(&ports).await?;
        let entropy = Arc::clone(&ports.entropy);
        let store =
            tokio::task::spawn_blocking(move || Store::open(&folder, pages, secret, entropy))
                .await
                .unwrap_or_else(|error| Err(StoreFault::Other(error.to_string())))?;
        let app = App {
            api: Api::new(ports.clone(), config.server.clone()),
            ports,
            config,
            store,
            activating: sync::Mutex::default(),
            drafting: sync::Mutex::default(),
            sending: sync::Mutex::default(),
            passes: AtomicU64::new(0),
            progress: Mutex::default(),
            wake: sync::Notify::new(),
            came_back: AtomicBool::new(false),
            viewfinder: Viewfinder::default(),
            statuses_asked_ms: AtomicI64::new(i64::MIN / 2),
            campaigns_asked: Mutex::default(),
        };
        app.check_key().await?;
        app.check_signin().await?;
        Ok(app)
    }

    /// The row about the phone itself.
    pub(crate) async fn phone(&self) -> Result<Phone, Problem> {
        Ok(self.store.read(phone::load).await?)
    }

    /// Changes the row about the phone itself, in one transaction.
    pub(crate) async fn change_phone(
        &self,
        change: impl FnOnce(&mut Phone) + Send + 'static,
    ) -> Result<(), Problem> {
        Ok(self.store.write(|t| phone::change(t, change)).await?)
    }

    /// The active device; [`PhoneCode::NotActivated`] without one.
    pub(crate) async fn active(&self) -> Result<Active, Problem> {
        match self.phone().await?.activation {
            Activation::Active(active) => Ok(active),
            _ => Err(PhoneCode::NotActivated.into()),
        }
    }

    /// This phone's time in milliseconds.
    pub(crate) fn now_ms(&self) -> i64 {
        self.ports.clock.now().timestamp_millis()
    }

    /// Today, by the server's clock if it is known: a phone's clock may be wrong by years.
    pub(crate) fn today(&self) -> chrono::NaiveDate {
        let behind = chrono::TimeDelta::milliseconds(self.api.clock_behind_ms());
        (self.ports.clock.now() + behind).date_naive()
    }

    /// [`crate::Door::ForgetEverything`]. Server first, because the key has to sign. A crash right
    /// after that leaves a revoked phone that still has its data, and the person repeats the door.
    /// Store second, keys third: a crash in between leaves keys that no row names.
    pub(crate) async fn forget_everything(&self) -> Result<AppState, Problem> {
        let _sending = self.sending.lock().await;
        let _activating = self.activating.lock().await;
        let _drafting = self.drafting.lock().await;
        self.tell_server_of_forgetting().await;
        self.store.wipe().await?;
        crate::steps::at("delete.wiped");
        self.ports
            .device_key
            .delete()
            .await
            .map_err(PhoneCode::from)?;
        self.ports
            .storage_key
            .delete()
            .await
            .map_err(PhoneCode::from)?;
        crate::steps::at("delete.keys");
        let fresh = secret(&self.ports).await?;
        let entropy = Arc::clone(&self.ports.entropy);
        self.store.renew(fresh, entropy).await?;
        self.forget_asked_campaigns();
        self.state().await
    }

    /// Has the server revoke this phone, if it is activated. The phone deletes its data in any case,
    /// also without a network or with a store that cannot be read.
    async fn tell_server_of_forgetting(&self) {
        let Ok(active) = self.active().await else {
            return;
        };
        let told = self.api.forget_device(active.device);
        match tokio::time::timeout(FORGETTING_PATIENCE, told).await {
            Ok(Ok(())) => {}
            Ok(Err(problem)) => tracing::info!(code = %problem.code, "the server was not told"),
            Err(_) => tracing::info!("the server did not answer in time"),
        }
    }

    /// The background task, which a shell spawns once. It sends what is due and refreshes the
    /// statuses, for as long as the app runs. Its future may be dropped at any point.
    pub async fn background(&self) {
        loop {
            self.run_due().await;
            self.refresh_statuses_when_due().await;
            let pause = self.next_due().await;
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}

/// The secret of the key store; a new one if it has none. The key store keeps it before anything
/// is encrypted with it.
async fn secret(ports: &Ports) -> Result<StorageSecret, Problem> {
    let unavailable = |fault: KeyFault| {
        tracing::warn!(%fault, "the key of the store is out of reach");
        Problem::new(match fault {
            KeyFault::Full => PhoneCode::PhoneStorageFull,
            KeyFault::Other(_) => PhoneCode::StorageKeyUnavailable,
        })
    };
    if let Some(kept) = ports.storage_key.load().await.map_err(unavailable)? {
        return Ok(kept);
    }
    let fresh = StorageSecret::random(ports.entropy.as_ref());
    ports.storage_key.keep(&fresh).await.map_err(unavailable)?;
    Ok(fresh)
}
