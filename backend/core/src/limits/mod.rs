//! Limits for strangers: per device key, per network, and for all mails together. The allowance of one
//! address is counted in the storage, with the mail itself.
//!
//! | Whose | How much | Beyond it |
//! |---|---|---|
//! | address | 3 mails an hour, 6 a day | `too_many_requests` |
//! | proof of work | 5 sign-ins | `too_many_requests` |
//! | activation | a mail after 60 s, then every 5 min | `resend_too_soon` |
//! | device key | 5 activations a day | `too_many_requests` |
//! | phone | 16 parts and 64 MiB that no receipt names yet; 500 apoyos a day | `too_many_requests` |
//! | phone | 16 uploads and 128 other bodies at once | `server_busy` |
//! | network | 128 uploads at once, 1,024 connections | `server_busy`; a closed connection |
//! | activation | 120 requests a minute of the phone that began it | `too_many_requests` |
//! | network | rising work; far beyond any neighbourhood's use | `too_many_requests` |
//! | everybody | 50 mails a second | `server_busy`, and an alarm |
//!
//! What strangers ask is in memory and forgotten by a restart, which at worst begins the count
//! again; what a phone has left and given is recalled ([`crate::recall`]). A network is remembered as its
//! keyed hash, never in clear.

pub mod apoyos;
pub mod at_once;
pub mod beginnings;
pub mod devices;
pub mod network;
pub mod parts;
pub mod rate;
pub mod uploads;

use crate::{keys::Keys, refusal::Refusal};
use apoyos::ApoyosOfDay;
use at_once::AtOnce;
use beginnings::OneAtATime;
use devices::PerDay;
use network::Network;
use parts::PartBudgets;
use protocol::{
    code::Code,
    environment::{Clock, Entropy, Timestamp},
    ids::{ActivationId, DeviceId},
};
use rate::{GlobalLimiter, Networks, PerKey, RateClock};
use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tokio::sync::Semaphore;
use uploads::{Turns, Uploads};

/// Seconds between two alarms: the log shows a flood and does not become one.
const ALARM_EVERY_S: i64 = 60;

/// Requests per minute in the name of one activation: twice those of a phone that polls every second.
const PER_ACTIVATION: NonZeroU32 = NonZeroU32::MIN.saturating_add(119);
/// Sign-ins per proof of work, for a person who changes their mind a few times.
const SIGNINS_PER_WORK: u32 = 5;
/// Concurrent browsers that come back; each may wait for its provider.
const CALLBACKS_AT_ONCE: usize = 64;
/// Bodies that one phone may send at once, in addition to pictures.
const BODIES_PER_DEVICE: usize = 128;

/// The operator's numbers.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Turns for uploads.
    pub uploads: Turns,
    /// Parts that one phone may leave without a receipt.
    pub unnamed_parts: parts::Most,
    /// Apoyos that one phone may give in a day.
    pub apoyos_per_device_per_day: u32,
    /// The free disk space that is reserved for rows; below it pictures are refused.
    pub disk_reserve_bytes: u64,
    /// Mails that all clients together may ask for in a second.
    pub mails_per_second: NonZeroU32,
    /// Activations that one device key may begin in a day.
    pub activations_per_device_per_day: u32,
    /// Requests of an activation that one network (`/24`, `/48`) may make in a minute.
    pub requests_per_network_per_minute: NonZeroU32,
    /// Tries of a phone's proof of work on a quiet server. 0: none is asked for.
    pub work_tries: u32,
    /// The most tries, on a busy server.
    pub work_tries_most: u32,
}

/// A limit is reached, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Limited {
    /// This device or network has asked too often.
    #[error("too many requests: again in {after_s} s")]
    TooMany {
        /// Seconds until there is room again.
        after_s: u32,
    },
    /// All clients together ask for more than the server does at once.
    #[error("the server is at its limit: again in {after_s} s")]
    Busy {
        /// Seconds after which it is worth another try.
        after_s: u32,
    },
}

impl From<Limited> for Refusal {
    fn from(why: Limited) -> Self {
        match why {
            Limited::TooMany { after_s } => Refusal::after(Code::TooManyRequests, after_s),
            Limited::Busy { after_s } => Refusal::after(Code::ServerBusy, after_s),
        }
    }
}

/// Whole seconds from `now` until `then`, rounded up; 0 when it has passed.
pub fn seconds_until(now: Timestamp, then: Timestamp) -> u32 {
    let millis = (then - now).num_milliseconds().max(0);
    u32::try_from((millis + 999) / 1000).unwrap_or(u32::MAX)
}

/// The counters of strangers' requests.
pub struct Limiters {
    /// Activations per device key.
    pub devices: PerDay,
    /// Browsers that come back from a provider at once.
    pub callbacks: Semaphore,
    /// Sign-ins per proof of work.
    pub signins: PerDay,
    /// Repetitions of one beginning, one after the other.
    pub beginnings: OneAtATime,
    /// Turns for uploads.
    pub uploads: Uploads,
    /// Parts without a receipt.
    pub parts: PartBudgets,
    /// Apoyos of the day.
    pub apoyos: ApoyosOfDay,
    /// The free disk space that pictures may not use, in bytes.
    pub disk_reserve: u64,
    /// Concurrent requests with a body, per activated phone.
    pub bodies: Arc<AtOnce<DeviceId>>,
    holders: PerKey,
    networks: Networks,
    challenges: GlobalLimiter,
    mails: GlobalLimiter,
    alarmed_at: AtomicI64,
    tries: u32,
    most_tries: u32,
}

impl Limiters {
    /// The limits that the operator set.
    pub fn new(limits: &Limits, clock: Arc<dyn Clock>) -> Self {
        let time = RateClock::of(clock);
        Self {
            uploads: Uploads::of(limits.uploads),
            parts: PartBudgets::of(limits.unnamed_parts),
            apoyos: ApoyosOfDay::of(limits.apoyos_per_device_per_day),
            bodies: AtOnce::of(BODIES_PER_DEVICE),
            holders: PerKey::per_minute(PER_ACTIVATION, time.clone()),
            disk_reserve: limits.disk_reserve_bytes,
            callbacks: Semaphore::new(CALLBACKS_AT_ONCE),
            signins: PerDay::of(SIGNINS_PER_WORK),
            beginnings: OneAtATime::default(),
            devices: PerDay::of(limits.activations_per_device_per_day),
            networks: Networks::per_minute(limits.requests_per_network_per_minute, time.clone()),
            challenges: GlobalLimiter::per_second(limits.mails_per_second, time.clone()),
            mails: GlobalLimiter::per_second(limits.mails_per_second, time),
            alarmed_at: AtomicI64::new(i64::MIN / 2),
            tries: limits.work_tries,
            most_tries: limits.work_tries_most,
        }
    }

    /// Counts one request of this network; returns how much of its allowance is used up (0 to 1).
    pub fn request(&self, keys: &Keys, network: Option<Network>) -> Result<f64, Limited> {
        network.map_or(Ok(0.0), |network| self.networks.take(keys, network))
    }

    /// Counts one request of the phone that began an activation. It does not count towards its network,
    /// which thousands of phones may share.
    pub fn holder(&self, activation: ActivationId) -> Result<(), Limited> {
        self.holders.take(*activation.as_bytes()).map(drop)
    }

    /// Whether a proof of work is asked for.
    pub fn asks_for_work(&self) -> bool {
        self.tries > 0
    }

    /// Counts one request for a challenge; returns the tries of its proof of work, 0 for none. They
    /// grow with the recent requests of this network and of all clients together.
    pub fn work_tries(&self, network_used: f64) -> u32 {
        let used = network_used.max(self.challenges.take().unwrap_or(1.0));
        rising(self.tries, self.most_tries, used)
    }

    /// Takes room for one more mail, or refuses it because all clients together are at their limit.
    pub fn mail(&self, now: Timestamp, entropy: &dyn Entropy) -> Result<(), Limited> {
        if self.mails.take().is_some() {
            return Ok(());
        }
        let second = now.timestamp();
        let last = self.alarmed_at.load(Ordering::Relaxed);
        if second.abs_diff(last) >= ALARM_EVERY_S.unsigned_abs() {
            self.alarmed_at.store(second, Ordering::Relaxed);
            tracing::error!("more mails are asked for than this server sends in a second");
        }
        // Jitter: refused clients must not return together.
        let mut byte = [0];
        entropy.fill(&mut byte);
        Err(Limited::Busy {
            after_s: 2 + u32::from(byte[0] % 8),
        })
    }

    /// Gives the room of a mail back that is not sent.
    pub fn mail_back(&self) {
        self.mails.give_back();
    }
}

/// `tries` up to a sixteenth of the allowance, doubled whenever the used share doubles, at most
/// `most`.
fn rising(tries: u32, most: u32, used: f64) -> u32 {
    let doublings = [1.0 / 16.0, 1.0 / 8.0, 1.0 / 4.0, 1.0 / 2.0];
    let steps = doublings.iter().filter(|bound| used >= **bound).count();
    let risen = (0..steps).fold(tries, |tries, _| tries.saturating_mul(2));
    risen.min(most.max(tries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_rises_with_use_and_never_beyond_what_a_weak_phone_can_do() {
        let tries: Vec<_> = [0.0, 0.06, 0.07, 0.13, 0.3, 0.6, 1.0]
            .into_iter()
            .map(|used| rising(64, 768, used))
            .collect();
        assert_eq!(tries, [64, 64, 128, 256, 512, 768, 768]);
        assert_eq!(rising(0, 768, 1.0), 0, "an operator may ask for none");
        assert_eq!(rising(64, 0, 1.0), 64);
    }
}
