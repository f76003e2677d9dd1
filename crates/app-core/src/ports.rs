//! What the phone must lend: a key, a network, a clock, random bytes.

use async_trait::async_trait;
use bytes::Bytes;
use protocol::{
    code::Code,
    device::DevicePublicKey,
    environment::{Clock, Entropy},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Everything that the app borrows from the machine it runs on.
#[derive(Clone)]
pub struct Ports {
    /// The key that signs for this phone.
    pub device_key: Arc<dyn DeviceKey>,
    /// The network.
    pub http: Arc<dyn Http>,
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

/// The one P-256 key of this phone.
#[async_trait]
pub trait DeviceKey: Send + Sync {
    /// Makes a new key in place of the one there may be. Durable when it returns.
    async fn create(&self) -> Result<DevicePublicKey, KeyFault>;

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
