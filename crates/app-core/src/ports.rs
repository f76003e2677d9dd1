//! What the phone must lend: a key that signs, a key that hides, a network, a clock, random
//! bytes.

use async_trait::async_trait;
use bytes::Bytes;
use protocol::{
    attestation::{Attestation, KeyBinding},
    code::Code,
    device::DevicePublicKey,
    environment::{Clock, Entropy},
    signin::ReturnWay,
};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;
use zeroize::Zeroizing;

/// Everything that the app borrows from the machine it runs on.
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
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Unpredictable bytes.
    pub entropy: Arc<dyn Entropy>,
}

/// Where a device key lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityLevel {
    /// In a file: whoever copies the disk has the key.
    Software,
    /// In the phone's trusted environment: it signs, and never leaves.
    TrustedEnvironment,
    /// In a chip of its own (StrongBox, Secure Enclave).
    SecureElement,
}

/// The key store failed; the reason is for the log, and never holds key material.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// There is no room for the key; the one there was is still there.
    #[error("device key: no room left on the phone")]
    Full,
    /// Anything else.
    #[error("device key: {0}")]
    Other(String),
}

impl From<KeyFault> for Code {
    fn from(fault: KeyFault) -> Code {
        match fault {
            KeyFault::Full => Code::PhoneStorageFull,
            KeyFault::Other(_) => Code::PhoneStorageFault,
        }
    }
}

/// A key that was just made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// The public half.
    pub public: DevicePublicKey,
    /// What the phone's hardware says about it; [`Attestation::Software`] where there is none,
    /// [`Attestation::None`] where it would not say.
    pub attestation: Attestation,
}

/// The one P-256 key of this phone.
#[async_trait]
pub trait DeviceKey: Send + Sync {
    /// Makes a new key in place of the one there may be, and has the hardware attest it for
    /// this binding where it can: no attestation is no fault. Durable when it returns.
    async fn create(&self, binding: &KeyBinding) -> Result<NewKey, KeyFault>;

    /// The public half, or `None` where there is no key (any more).
    async fn public_key(&self) -> Result<Option<DevicePublicKey>, KeyFault>;

    /// Signs SHA-256 of `message`: 64 bytes, r ‖ s. A fault where there is no key.
    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyFault>;

    /// Destroys the key. Nothing happens where there is none.
    async fn delete(&self) -> Result<(), KeyFault>;

    /// Where the key lives.
    fn security_level(&self) -> SecurityLevel;

    /// Whether there is a key.
    async fn exists(&self) -> Result<bool, KeyFault> {
        Ok(self.public_key().await?.is_some())
    }
}

/// The 32 bytes that encrypt what the phone keeps. Never printed; overwritten when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct StorageSecret(Zeroizing<[u8; 32]>);

impl StorageSecret {
    /// A new secret that nobody has seen.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut());
        Self(bytes)
    }

    /// The secret with exactly these bytes, as a key store gives them back.
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

/// Where the phone's own key store (Android Keystore, iOS Keychain, the keyring of a computer)
/// keeps the one [`StorageSecret`] of this app. The app makes it, the key store keeps it: out of
/// the app's files, out of backups, bound to this phone.
///
/// The difference between "there is none" and "I cannot say now" decides whether drafts live:
/// after `Ok(None)` what was encrypted under the old secret is thrown away.
#[async_trait]
pub trait StorageKey: Send + Sync {
    /// The secret that was kept last; `None` where there is none, or where the key store has
    /// lost for good what unlocks it. A key store that is only out of reach for now (locked,
    /// busy) answers a fault, and nothing is thrown away.
    async fn load(&self) -> Result<Option<StorageSecret>, KeyFault>;

    /// Keeps this secret in place of the one there may be. Durable when it returns: the app
    /// encrypts with it only afterwards.
    async fn keep(&self, secret: &StorageSecret) -> Result<(), KeyFault>;

    /// Destroys the secret. Nothing happens where there is none.
    async fn delete(&self) -> Result<(), KeyFault>;
}

/// What kind of network the phone has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum NetworkKind {
    /// None: nothing is tried until there is.
    Offline,
    /// One that is paid by the byte, as mobile data are.
    Metered,
    /// One that is not, as Wi-Fi and cables mostly are.
    Unmetered,
}

/// Tells what kind of network there is. A hint: whether the server is reached is seen by trying.
pub trait Network: Send + Sync {
    /// The kind at this moment, asked before each upload; must not block.
    fn kind(&self) -> NetworkKind;

    /// What the screen believes. A port that asks the system itself knows better, and ignores
    /// it; that is what happens unless it says otherwise.
    fn told(&self, _kind: NetworkKind) {}
}

/// This machine has no browser, or it cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no browser: {0}")]
pub struct NoBrowser(pub String);

/// The system's own browser: never a view of this app, which could read what is typed there.
#[async_trait]
pub trait Browser: Send + Sync {
    /// How a browser that is sent away now finds back. From here on what it brings is kept for
    /// [`Browser::returned`].
    async fn expect_return(&self) -> Result<ReturnWay, NoBrowser>;

    /// Shows an address.
    async fn open(&self, url: &str) -> Result<(), NoBrowser>;

    /// Waits for what a browser brings back: the query of an address, which anybody may have
    /// written. May be dropped at any point.
    async fn returned(&self) -> String;

    /// Nothing is expected any more.
    fn expect_nothing(&self) {}
}

/// What browsers brought back and nobody has looked at: the newest counts.
#[derive(Debug, Default)]
pub struct Returns {
    query: Mutex<Option<String>>,
    bell: Notify,
}

impl Returns {
    /// A browser is back.
    pub fn put(&self, query: String) {
        *self.query.lock().unwrap_or_else(PoisonError::into_inner) = Some(query);
        self.bell.notify_one();
    }

    /// Forgets what came.
    pub fn clear(&self) {
        *self.query.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Waits for the next one.
    pub async fn next(&self) -> String {
        loop {
            let rung = self.bell.notified();
            let query = self
                .query
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            if let Some(query) = query {
                return query;
            }
            rung.await;
        }
    }
}

/// The methods that the server's interface uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Ask whether it is there.
    Head,
    /// Put it there; may be repeated.
    Put,
    /// Begin something.
    Post,
}

impl Method {
    /// As it stands in the request line, and in what is signed.
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
    /// The whole address.
    pub url: String,
    /// Header names (lower case) and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none. Shared, so that a retry copies nothing.
    pub body: Bytes,
}

/// What came back: any status is an answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The `retry-after` header, in seconds, where there was one.
    pub retry_after_s: Option<u32>,
    /// The `date` header in milliseconds since 1970, where there was one.
    pub date_ms: Option<i64>,
    /// The body, of at most [`LONGEST_ANSWER`] bytes.
    pub body: Bytes,
}

/// The most that is read of an answer: no document of the server comes near it.
pub const LONGEST_ANSWER: usize = 4 << 20;

/// No answer came: no network, no server, or a connection that broke on the way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unreachable: {0}")]
pub struct Unreachable(pub String);

/// The network.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends once and waits for the whole answer. Does not follow redirects: an answer from
    /// somewhere else is not the server's.
    async fn send(&self, request: Request) -> Result<Response, Unreachable>;
}
