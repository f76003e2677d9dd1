//! The kind of network: as it always is on a computer, as the screen believes on a phone.

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
}

/// The network of a computer: not paid by the byte, whatever a page in it believes. A server on
/// the same machine is reached without any.
#[derive(Debug, Clone, Copy)]
pub struct ComputerNetwork;

impl Network for ComputerNetwork {
    fn kind(&self) -> NetworkKind {
        NetworkKind::Unmetered
    }
}

impl Network for ToldNetwork {
    fn kind(&self) -> NetworkKind {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn told(&self, kind: NetworkKind) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kind;
    }
}
