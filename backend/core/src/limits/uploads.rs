//! Turns for uploads: a bounded number is received at once, and a bounded number of phones with an
//! unfinished apoyo waits.

use super::{
    Limited,
    at_once::{AtOnce, Running},
    network::Network,
};
use protocol::{environment::Entropy, ids::DeviceId};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// The longest wait for a turn; after it the upload is asked to come back.
const PATIENCE: Duration = Duration::from_secs(15);

/// The numbers of turns.
#[derive(Debug, Clone, Copy)]
pub struct Turns {
    /// Uploads at once.
    pub at_once: usize,
    /// Uploads that may wait for a turn.
    pub waiting: usize,
    /// Turns that one phone may have or wait for.
    pub per_device: usize,
    /// Turns that one network may have or wait for.
    pub per_network: usize,
}

/// The turns.
#[derive(Debug)]
pub struct Uploads {
    at_once: usize,
    running: Semaphore,
    /// Uploads that wait for a turn or have one.
    pub waiting: Semaphore,
    devices: Arc<AtOnce<DeviceId>>,
    networks: Arc<AtOnce<Network>>,
}

/// One upload's turn; given back when it is dropped.
#[derive(Debug)]
pub struct Turn<'u> {
    _running: SemaphorePermit<'u>,
    _waiting: SemaphorePermit<'u>,
    _of_device: Running<DeviceId>,
    _of_network: Running<Network>,
}

impl Uploads {
    /// Makes these turns.
    pub fn of(turns: Turns) -> Self {
        Self {
            at_once: turns.at_once,
            running: Semaphore::new(turns.at_once),
            waiting: Semaphore::new(turns.at_once + turns.waiting),
            devices: AtOnce::of(turns.per_device),
            networks: AtOnce::of(turns.per_network),
        }
    }

    /// Uploads that run now.
    pub fn running(&self) -> usize {
        self.at_once
            .saturating_sub(self.running.available_permits())
    }

    /// Whether every turn is taken. Then a phone without an unfinished apoyo is asked to come back at once,
    /// so that under any load unfinished apoyos are received first.
    pub fn is_full(&self) -> bool {
        self.running.available_permits() == 0
    }

    /// Takes a turn, or waits for one if the phone has begun an apoyo. Beyond those who may wait, and beyond the share of one phone and one
    /// network, the sender is asked to come back, at a moment of its own, so that refused senders
    /// do not return together.
    pub async fn turn(
        &self,
        device: DeviceId,
        network: Option<Network>,
        has_begun: bool,
        entropy: &dyn Entropy,
    ) -> Result<Turn<'_>, Limited> {
        let busy = || busy(entropy);
        let of_device = self.devices.enter(Some(device)).ok_or_else(busy)?;
        let of_network = self.networks.enter(network).ok_or_else(busy)?;
        let waiting = self.waiting.try_acquire().map_err(|_| busy())?;
        let running = match has_begun {
            // Only a closed semaphore refuses, and this one is never closed.
            true => timeout(PATIENCE, self.running.acquire())
                .await
                .map_err(|_| busy())?
                .map_err(|_| busy())?,
            false => self.running.try_acquire().map_err(|_| busy())?,
        };
        Ok(Turn {
            _running: running,
            _waiting: waiting,
            _of_device: of_device,
            _of_network: of_network,
        })
    }
}

/// The request to come back later, with jitter.
pub fn busy(entropy: &dyn Entropy) -> Limited {
    let mut jitter = [0];
    entropy.fill(&mut jitter);
    Limited::Busy {
        after_s: 1 + u32::from(jitter[0] % 4),
    }
}
