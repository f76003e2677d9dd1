//! The interfaces to the phone: a key that signs, a key that encrypts, a network, a browser, a
//! clock, random bytes.

use crate::code::PhoneCode;
use async_trait::async_trait;
use bytes::Bytes;
use protocol::{
    attestation::{Attestation, KeyBinding},
    device::DevicePublicKey,
    environment::{Clock, Entropy},
    signin::ReturnWay,
};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;
use zeroize::Zeroizing;

/// Everything that the app needs from the machine that it runs on.
#[derive(Clone)]
pub struct Ports {
    /// The key that signs for this phone.
    pub device_key: Arc<dyn DeviceKey>,
    /// The key that encrypts what this phone keeps.
    pub storage_key: Arc<dyn StorageKey>,
    /// The network.
    pub http: Arc<dyn Http>,
    /// What kind of network there is.
    pub network: Arc<dyn Network>,
    /// The system's own browser.
    pub browser: Arc<dyn Browser>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
}

/// Where a device key lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityLevel {
    /// In a file: a copy of the disk contains the key.
    Software,
    /// In the phone's trusted execution environment, which the key never leaves.
    TrustedEnvironment,
    /// In a secure element (StrongBox, Secure Enclave).
    SecureElement,
}

/// The key store failed. The reason is for the log, and never contains key material.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// There is no room for the new key. The old one is untouched.
    #[error("device key: no room left on the phone")]
    Full,
    /// Any other failure.
    #[error("device key: {0}")]
    Other(String),
}

impl From<KeyFault> for PhoneCode {
    fn from(fault: KeyFault) -> PhoneCode {
        match fault {
            KeyFault::Full => PhoneCode::PhoneStorageFull,
            KeyFault::Other(_) => PhoneCode::PhoneStorageFault,
        }
    }
}

/// A key that was just made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// The public half.
    pub public: DevicePublicKey,
    /// The hardware's attestation of it; [`Attestation::Software`] for a key in software,
    /// [`Attestation::None`] if the hardware did not attest it.
    pub attestation: Attestation,
}

/// The P-256 key of this phone.
#[async_trait]
pub trait DeviceKey: Send + Sync {
    /// Makes a new key, which replaces any old one, and has the hardware attest it for this
    /// binding. A key without an attestation is not a fault. Durable when it returns.
    async fn create(&self, binding: &KeyBinding) -> Result<NewKey, KeyFault>;

    /// The public half; `None` if there is no key, or if it is gone.
    async fn public_key(&self) -> Result<Option<DevicePublicKey>, KeyFault>;

    /// Signs SHA-256 of `message`: 64 bytes, r ‖ s. A fault if there is no key.
    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyFault>;

    /// Destroys the key. Does nothing if there is none.
    async fn delete(&self) -> Result<(), KeyFault>;

    /// What protects the key.
    fn security_level(&self) -> SecurityLevel;

    /// Whether there is a key.
    async fn exists(&self) -> Result<bool, KeyFault> {
        Ok(self.public_key().await?.is_some())
    }
}

/// The 32 bytes that encrypt the phone's store. Never printed; overwritten when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct StorageSecret(Zeroizing<[u8; 32]>);

impl StorageSecret {
    /// A new random secret.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut());
        Self(bytes)
    }

    /// The secret with exactly these bytes, as a key store returns them.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The 32 bytes, for the key store and for the cipher.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for StorageSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StorageSecret(****)")
    }
}

/// The phone's own key store (Android Keystore, iOS Keychain, the keyring of a computer), which
/// keeps the [`StorageSecret`] of this app. The app makes the secret. The key store keeps it out
/// of the app's files and of backups, bound to this phone.
///
/// The difference between "there is none" and "I cannot say now" decides whether drafts live:
/// after `Ok(None)` the app deletes what was encrypted under the old secret.
#[async_trait]
pub trait StorageKey: Send + Sync {
    /// The secret that was kept last; `None` if there is none, or if the key store has lost for
    /// good what unlocks it. A key store that is out of reach for now (locked, busy) returns a
    /// fault, and nothing is deleted.
    async fn load(&self) -> Result<Option<StorageSecret>, KeyFault>;

    /// Keeps this secret, which replaces any old one. Durable when it returns: only then does the
    /// app encrypt with it.
    async fn keep(&self, secret: &StorageSecret) -> Result<(), KeyFault>;

    /// Destroys the secret. Does nothing if there is none.
    async fn delete(&self) -> Result<(), KeyFault>;
}

/// What kind of network the phone has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum NetworkKind {
    /// No network: nothing is sent until there is one.
    Offline,
    /// A network that is paid by the byte, as mobile data are.
    Metered,
    /// A network that is not, as Wi-Fi and cables mostly are.
    Unmetered,
}

/// The kind of network. It is a hint: only a request shows whether the server can be reached.
pub trait Network: Send + Sync {
    /// The current kind. Called before each upload; must not block.
    fn kind(&self) -> NetworkKind;

    /// What the screen believes. Ports that ask the system itself ignore it, which is the
    /// default.
    fn told(&self, _kind: NetworkKind) {}
}

/// The machine has no browser, or the browser cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no browser: {0}")]
pub struct NoBrowser(pub String);

/// The system's own browser. Never a web view of this app, which could read what is typed there.
#[async_trait]
pub trait Browser: Send + Sync {
    /// Prepares for a return of the browser, and tells how it returns. From then on its query is
    /// kept for [`Browser::returned`].
    async fn expect_return(&self) -> Result<ReturnWay, NoBrowser>;

    /// Opens a URL.
    async fn open(&self, url: &str) -> Result<(), NoBrowser>;

    /// Waits for the query that a browser returns with. Anybody may have written it. The future may
    /// be dropped at any point.
    async fn returned(&self) -> String;

    /// Stops waiting for a return.
    fn expect_nothing(&self) {}
}

/// The newest query that a browser returned with, until it is read.
#[derive(Debug, Default)]
pub struct Returns {
    query: Mutex<Option<String>>,
    arrival: Notify,
}

impl Returns {
    /// A browser returned with this query.
    pub fn put(&self, query: String) {
        *self.query.lock().unwrap_or_else(PoisonError::into_inner) = Some(query);
        self.arrival.notify_one();
    }

    /// Forgets an unread query.
    pub fn clear(&self) {
        *self.query.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Waits for the next query.
    pub async fn next(&self) -> String {
        loop {
            let next = self.arrival.notified();
            let query = self
                .query
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            if let Some(query) = query {
                return query;
            }
            next.await;
        }
    }
}

/// The HTTP methods of the server's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`: read.
    Get,
    /// `HEAD`: ask whether it exists.
    Head,
    /// `PUT`: store; may be repeated.
    Put,
    /// `POST`: begin something.
    Post,
}

impl Method {
    /// The word in the request line and in the signed bytes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Put => "PUT",
            Method::Post => "POST",
        }
    }
}

/// One request to the server.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Header names (lower case) and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none. Shared, so a retry copies nothing.
    pub body: Bytes,
}

/// An answer, of any status.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The `retry-after` header in seconds, if there was one.
    pub retry_after_s: Option<u32>,
    /// The `date` header in milliseconds since 1970, if there was one.
    pub date_ms: Option<i64>,
    /// The body, of at most [`LONGEST_ANSWER`] bytes.
    pub body: Bytes,
}

/// Longest answer in bytes. No document of the server is nearly as long.
pub const LONGEST_ANSWER: usize = 4 << 20;

/// No answer: no network, no server, or a connection that broke.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unreachable: {0}")]
pub struct Unreachable(pub String);

/// The network.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends once and waits for the whole answer. Does not follow redirects: an answer from
    /// another place is not the server's.
    async fn send(&self, request: Request) -> Result<Response, Unreachable>;
}
