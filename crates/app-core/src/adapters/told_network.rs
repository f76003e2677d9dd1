//! The kind of network: constant on a computer; on a phone the last that a shell or the screen
//! reported.

use crate::ports::{Network, NetworkKind};
use std::sync::{Mutex, PoisonError};

/// The kind of network that a shell or the screen last reported.
#[derive(Debug)]
pub struct ToldNetwork(Mutex<NetworkKind>);

impl ToldNetwork {
    /// `kind` is the value before the first report.
    pub fn taken_for(kind: NetworkKind) -> Self {
        Self(Mutex::new(kind))
    }
}

/// The network of a computer: always unmetered. Reports of a page are ignored, because a server on
/// the same machine is reached even without a network.
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
