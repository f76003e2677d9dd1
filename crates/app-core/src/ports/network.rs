//! The kind of network.

use serde::{Deserialize, Serialize};

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
