//! The interfaces to the phone: a key that signs, a key that encrypts, a network, a browser, a
//! clock, random bytes.

mod browser;
mod http;
mod keys;
mod network;

pub use browser::{Browser, NoBrowser, Returns};
pub use http::{Http, LONGEST_ANSWER, Method, Request, Response, Unreachable};
pub use keys::{DeviceKey, KeyFault, NewKey, SecurityLevel, StorageKey, StorageSecret};
pub use network::{Network, NetworkKind};

use protocol::environment::{Clock, Entropy};
use std::sync::Arc;

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
