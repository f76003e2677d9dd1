//! The app: opened once by a shell, then asked through doors.

use crate::{
    api::Api,
    ports::{KeyFault, Ports, StorageSecret},
    store::{
        Store, StoreFault, draft, entries,
        parts::{self, Picture},
        phone::{self, Activation, Active, Phone},
        secret,
    },
    views::{ActivationView, AppState},
};
use protocol::{
    activation::{CODE_HOURS, LATER_RESEND_SECONDS, MailFate},
    code::{Code, Problem},
    signin::SIGNIN_MINUTES,
};
use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64},
    },
};
use tokio::sync;

/// What a shell decides.
#[derive(Debug, Clone)]
pub struct Config {
    /// The app's own folder; nobody else may open it meanwhile.
    pub folder: PathBuf,
    /// The server's address, without a slash at its end.
    pub server: String,
    /// The app's version, as it is shown and sent.
    pub app_version: String,
    /// Caps the store, in pages of 4 KiB, as a full disk would. `None` for no cap.
    pub store_pages: Option<u32>,
}

/// A server that the app does not talk to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither https nor http on this machine")]
pub struct BadServer(String);

impl Config {
    /// A configuration without a cap. Personal data leaves a machine under TLS only: plain
    /// http is for a server on the same machine.
    pub fn new(
        folder: impl Into<PathBuf>,
        server: &str,
        app_version: &str,
    ) -> Result<Self, BadServer> {
        let server = server.trim_end_matches('/');
        let bad = || BadServer(server.to_owned());
        let url = reqwest::Url::parse(server).map_err(|_| bad())?;
        let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let carried = match url.scheme() {
            "https" => true,
            "http" => here,
            _ => false,
        };
        // What stands before an `@` reads like a host and is none.
        if !carried || !url.username().is_empty() || url.password().is_some() {
            return Err(bad());
        }
        Ok(Self {
            folder: folder.into(),
            server: server.to_owned(),
            app_version: app_version.to_owned(),
            store_pages: None,
        })
    }
}

/// The app without a screen. Shared by reference; every method may be called from many tasks.
pub struct App {
    pub(crate) ports: Ports,
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) api: Api,
    /// One activation door at a time: each decides by what the one before left.
    pub(crate) activating: sync::Mutex<()>,
    /// One draft door at a time.
    pub(crate) drafting: sync::Mutex<()>,
    /// One pass over the queue at a time: never two senders.
    pub(crate) sending: sync::Mutex<()>,
    /// Passes begun so far.
    pub(crate) passes: AtomicU64,
    /// What is being sent this moment.
    pub(crate) progress: Mutex<Option<crate::queue::Progress>>,
    /// Wakes the background when there is something to send.
    pub(crate) wake: sync::Notify,
    /// The app came back to the front, or the network changed, since the last pass.
    pub(crate) came_back: AtomicBool,
    pub(crate) viewfinder: crate::viewfinder::Viewfinder,
    /// When statuses were last asked for.
    pub(crate) statuses_asked_ms: AtomicI64,
    pub(crate) campaigns_asked: Mutex<Option<crate::campaigns::LastAsked>>,
}

impl App {
    /// Opens the store and looks whether the keys are still there: an activation whose key is
    /// gone has ended, with [`Code::DeviceKeyLost`]; drafts that a lost secret hid are gone, and
    /// [`AppState::lost`] says so. A key store that does not answer opens nothing, and loses
    /// nothing: [`Code::StorageKeyUnavailable`].
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
            viewfinder: crate::viewfinder::Viewfinder::default(),
            statuses_asked_ms: AtomicI64::new(i64::MIN / 2),
            campaigns_asked: Mutex::default(),
        };
        app.check_key().await?;
        app.check_signin().await?;
        Ok(app)
    }

    /// [`crate::Door::State`].
    pub async fn state(&self) -> Result<AppState, Problem> {
        let (phone, front, draft, entries, lost) = self
            .store
            .read(|rows| {
                Ok((
                    phone::load(rows)?,
                    parts::activation_front(rows)?,
                    draft::load(rows)?,
                    entries::all(rows)?,
                    secret::lost(rows)?,
                ))
            })
            .await?;
        let progress = *self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let outlook = self.outlook_of(&phone);
        let mut apoyos: Vec<_> = entries
            .iter()
            .map(|entry| crate::queue::view(entry, progress, &outlook))
            .collect();
        apoyos.reverse();
        Ok(AppState {
            language: phone.language,
            entidad: phone.entidad,
            seccion: phone.seccion,
            draft: draft.map(|d| crate::draft::view(&d, &phone, front.is_some(), self.today())),
            activation: self.activation_view(phone, front),
            apoyos,
            wifi_only: outlook.wifi_only,
            network: outlook.network,
            lost,
            app_version: self.config.app_version.clone(),
        })
    }

    fn activation_view(&self, phone: Phone, front: Option<Picture>) -> ActivationView {
        let accepted = phone
            .notice
            .is_some_and(|n| n.version == crate::notice::version());
        match (phone.activation, front) {
            (Activation::Active(active), _) => ActivationView::Active {
                device: active.device,
                since: active.since,
            },
            (Activation::CodeSent(sent), _) => {
                let now = sent.server_now(self.ports.clock.now());
                // A clock that was set meanwhile must not promise more than there can be.
                let left = |until: protocol::environment::Timestamp, most: i64| {
                    (until - now).num_seconds().clamp(0, most)
                };
                ActivationView::Code {
                    expires_in_s: left(sent.expires_at, CODE_HOURS * 3_600),
                    resend_in_s: left(sent.resend_at, LATER_RESEND_SECONDS),
                    masked_email: sent.masked_email.into_exposed(),
                    tries_left: sent.tries_left,
                    mail: match sent.mail {
                        MailFate::Waiting | MailFate::Sent => None,
                        MailFate::Bounced => Some(Code::MailBounced.into()),
                        MailFate::Refused => Some(Code::MailRefused.into()),
                    },
                }
            }
            _ if !accepted => ActivationView::Notice,
            (_, None) => ActivationView::Front,
            (Activation::SigningIn(waiting), _) => ActivationView::Signin {
                left_s: (waiting.until - self.server_now())
                    .num_seconds()
                    .clamp(0, SIGNIN_MINUTES * 60),
                is_back: waiting.ticket.is_some(),
                provider: waiting.provider,
                url: waiting.url,
            },
            (activation, Some(front)) => ActivationView::Email {
                ask: crate::draft::asked(&front.findings),
                findings: front.findings,
                proved: match &activation {
                    Activation::Proved(proved) => Some(proved.into()),
                    Activation::Asked(asked) => asked.proved.as_deref().map(Into::into),
                    _ => None,
                },
                ended: match activation {
                    Activation::None { ended } => ended,
                    _ => None,
                },
            },
        }
    }

    /// What the phone knows about itself.
    pub(crate) async fn phone(&self) -> Result<Phone, Problem> {
        Ok(self.store.read(phone::load).await?)
    }

    /// Changes what the phone knows about itself, in one transaction.
    pub(crate) async fn change_phone(
        &self,
        change: impl FnOnce(&mut Phone) + Send + 'static,
    ) -> Result<(), Problem> {
        Ok(self.store.write(|t| phone::change(t, change)).await?)
    }

    /// The device in force; [`Code::NotActivated`] without one.
    pub(crate) async fn active(&self) -> Result<Active, Problem> {
        match self.phone().await?.activation {
            Activation::Active(active) => Ok(active),
            _ => Err(Code::NotActivated.into()),
        }
    }

    /// This phone's time in milliseconds.
    pub(crate) fn now_ms(&self) -> i64 {
        self.ports.clock.now().timestamp_millis()
    }

    /// Today, by the server's clock as far as it is known: a phone's may be years off.
    pub(crate) fn today(&self) -> chrono::NaiveDate {
        let behind = chrono::TimeDelta::milliseconds(self.api.clock_behind_ms());
        (self.ports.clock.now() + behind).date_naive()
    }

    /// [`crate::Door::ForgetEverything`]. The store first, then the keys: a crash in between
    /// leaves keys that nothing names.
    pub(crate) async fn forget_everything(&self) -> Result<AppState, Problem> {
        let _sending = self.sending.lock().await;
        let _activating = self.activating.lock().await;
        let _drafting = self.drafting.lock().await;
        self.store.wipe().await?;
        crate::steps::at("delete.wiped");
        self.ports.device_key.delete().await.map_err(Code::from)?;
        self.ports.storage_key.delete().await.map_err(Code::from)?;
        crate::steps::at("delete.keys");
        let fresh = secret(&self.ports).await?;
        let entropy = Arc::clone(&self.ports.entropy);
        self.store.renew(fresh, entropy).await?;
        self.forget_asked_campaigns();
        self.state().await
    }

    /// What a shell spawns once: sends what is due and asks where apoyos stand, for as long
    /// as the app runs. Stops when its future is dropped, at any point, without harm.
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

/// The secret that the key store keeps; a new one where it has none. Kept before anything is
/// encrypted with it.
async fn secret(ports: &Ports) -> Result<StorageSecret, Problem> {
    let unavailable = |fault: KeyFault| {
        tracing::warn!(%fault, "the key of the store is out of reach");
        Problem::new(match fault {
            KeyFault::Full => Code::PhoneStorageFull,
            KeyFault::Other(_) => Code::StorageKeyUnavailable,
        })
    };
    if let Some(kept) = ports.storage_key.load().await.map_err(unavailable)? {
        return Ok(kept);
    }
    let fresh = StorageSecret::random(ports.entropy.as_ref());
    ports.storage_key.keep(&fresh).await.map_err(unavailable)?;
    Ok(fresh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_leaves_the_machine_under_tls_only() {
        for good in [
            "https://apoyo.ejemplo.mx",
            "https://apoyo.ejemplo.mx:8443/",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "http://localhost",
        ] {
            assert!(Config::new("x", good, "1").is_ok(), "{good}");
        }
        for bad in [
            "",
            "https://",
            "ftp://ejemplo.mx",
            "http://ejemplo.mx",
            "http://127.0.0.1.evil.tld",
            "http://localhost.evil.tld:80",
            "http://127.0.0.1@evil.tld",
            "http://localhost:80@evil.tld",
            "https://quien@apoyo.ejemplo.mx",
        ] {
            assert!(Config::new("x", bad, "1").is_err(), "{bad}");
        }
    }
}
