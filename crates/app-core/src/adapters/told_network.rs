//! What the screen is told about the network, kept for the queue.

use crate::ports::{Network, NetworkKind};
use std::sync::{Mutex, PoisonError};

/// The kind of network as somebody last told it: a shell, or the screen.
#[derive(Debug)]
pub struct ToldNetwork(Mutex<NetworkKind>);

impl ToldNetwork {
    /// Nobody told anything yet: it is taken for `kind`.
    pub fn taken_for(kind: NetworkKind) -> Self {
        Self(Mutex::new(kind))
    }

    /// From now on it is `kind`.
    pub fn tell(&self, kind: NetworkKind) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kind;
    }
}

impl Network for ToldNetwork {
    fn kind(&self) -> NetworkKind {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
