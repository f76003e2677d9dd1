//! Rates (GCRA, by the crate `governor`): of each network, and of all clients together.

use super::{Limited, network::Network};
use crate::keys::Keys;
use governor::{
    Quota, RateLimiter, clock,
    middleware::{StateInformationMiddleware, StateSnapshot},
    state::keyed::HashMapStateStore,
};
use protocol::environment::Clock;
use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The most networks that are remembered. Beyond it the quiet ones are forgotten; if all are busy,
/// all are.
const MOST_NETWORKS: usize = 200_000;
/// The burst of all mails together, in seconds of their rate.
const BURST_SECONDS: u32 = 10;
/// One `/64` is one household or one phone; a `/48` is a site.
const HOUSEHOLD: u32 = 8;

/// The server's clock as time that passes: a clock that is set back lets
/// no time pass, and locks no client out until it has caught up.
#[derive(Clone)]
pub struct RateClock {
    clock: Arc<dyn Clock>,
    passed: Arc<Mutex<(i64, Duration)>>,
}

impl RateClock {
    /// A clock that starts now.
    pub fn of(clock: Arc<dyn Clock>) -> Self {
        let now = clock.now().timestamp_millis();
        // Well above zero: the library subtracts from it.
        let beginning = Duration::from_secs(365 * 24 * 3600);
        Self {
            clock,
            passed: Arc::new(Mutex::new((now, beginning))),
        }
    }
}

impl clock::Clock for RateClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let now = self.clock.now().timestamp_millis();
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, sum) = *passed;
        let more = u64::try_from(now - last).unwrap_or(0);
        let sum = sum.saturating_add(Duration::from_millis(more));
        *passed = (now, sum);
        sum
    }
}

/// A bucket for each keyed hash.
type ByTag = Limiter<[u8; 16], HashMapStateStore<[u8; 16]>>;
type Limiter<K, S> = RateLimiter<K, S, RateClock, StateInformationMiddleware>;

/// The requests of each of many keys, such as activations that were begun.
pub struct PerKey {
    keys: ByTag,
    time: RateClock,
}

impl PerKey {
    /// So many requests in a minute of each key.
    pub fn per_minute(requests: NonZeroU32, time: RateClock) -> Self {
        let quota = Quota::per_minute(requests);
        Self {
            keys: ByTag::new(quota, HashMapStateStore::default(), time.clone()),
            time,
        }
    }

    /// One request of this key; answers how much is used up.
    pub fn take(&self, key: [u8; 16]) -> Result<f64, Limited> {
        count(&self.keys, key, &self.time)
    }
}

fn count(limiter: &ByTag, tag: [u8; 16], time: &RateClock) -> Result<f64, Limited> {
    if limiter.len() >= MOST_NETWORKS {
        limiter.retain_recent();
    }
    limiter
        .check_key(&tag)
        .map(|snapshot| used(&snapshot))
        .map_err(|not_until| {
            let wait = not_until.wait_time_from(clock::Clock::now(time));
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
            Limited::TooMany {
                after_s: seconds.saturating_add(1),
            }
        })
}

/// How much of its allowance a bucket has used up, from 0 to 1.
fn used(snapshot: &StateSnapshot) -> f64 {
    let whole = f64::from(snapshot.quota().burst_size().get());
    1.0 - f64::from(snapshot.remaining_burst_capacity()) / whole
}

/// The requests of each network.
pub struct Networks {
    sites: ByTag,
    households: ByTag,
    time: RateClock,
}

impl Networks {
    /// Allows this many requests in a minute to each `/24` and each `/48`, and an eighth of it to
    /// each `/64`.
    pub fn per_minute(requests: NonZeroU32, time: RateClock) -> Self {
        let household = NonZeroU32::new(requests.get() / HOUSEHOLD).unwrap_or(NonZeroU32::MIN);
        let limiter = |quota| ByTag::new(quota, HashMapStateStore::default(), time.clone());
        Self {
            sites: limiter(Quota::per_minute(requests)),
            households: limiter(Quota::per_minute(household)),
            time,
        }
    }

    /// Counts one request; returns the share that is used up.
    pub fn take(&self, keys: &Keys, network: Network) -> Result<f64, Limited> {
        match network {
            Network::V4(prefix) => count(&self.sites, keys.network_tag(&prefix), &self.time),
            Network::V6(prefix) => {
                let (site, _) = prefix.split_at(6);
                let household = count(&self.households, keys.network_tag(&prefix), &self.time)?;
                let site = count(&self.sites, keys.network_tag(site), &self.time)?;
                Ok(household.max(site))
            }
        }
    }
}

/// Everybody together: a bucket that a place can be given back to, which the library's cannot.
pub struct GlobalLimiter {
    per_second: f64,
    /// As many as may be taken at once.
    burst: f64,
    /// How many places there are, and when that was counted.
    places: Mutex<(f64, Duration)>,
    time: RateClock,
}

impl GlobalLimiter {
    /// Allows this many in a second, and ten seconds' worth at once.
    pub fn per_second(number: NonZeroU32, time: RateClock) -> Self {
        let burst = f64::from(number.get()) * f64::from(BURST_SECONDS);
        let now = clock::Clock::now(&time);
        Self {
            per_second: f64::from(number.get()),
            burst,
            places: Mutex::new((burst, now)),
            time,
        }
    }

    /// Takes one; returns the share that is used up, or `None` where there is no room.
    pub fn take(&self) -> Option<f64> {
        let now = clock::Clock::now(&self.time);
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, since) = *places;
        let passed = now.saturating_sub(since).as_secs_f64();
        let left = (left + passed * self.per_second).min(self.burst);
        let taken = left >= 1.0;
        let left = if taken { left - 1.0 } else { left };
        *places = (left, now);
        taken.then(|| 1.0 - left / self.burst)
    }

    /// What was taken last is not used after all.
    pub fn give_back(&self) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.0 = (places.0 + 1.0).min(self.burst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::environment::Timestamp;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[derive(Clone)]
    struct Hand(Arc<AtomicI64>);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap()
        }
    }

    fn hand() -> (Hand, RateClock) {
        let hand = Hand(Arc::new(AtomicI64::new(1_800_000_000_000)));
        (hand.clone(), RateClock::of(Arc::new(hand)))
    }

    fn number(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap()
    }

    #[test]
    fn a_busy_network_waits_and_the_others_do_not() {
        let (hand, time) = hand();
        let networks = Networks::per_minute(number(60), time);
        let keys = Keys::of(&[1; 32], &[2; 32], &[3; 32], &[4; 32]);
        let busy = Network::V4([203, 0, 113]);
        let mut last = 0.0;
        for _ in 0..60 {
            let used = networks.take(&keys, busy).unwrap();
            assert!(used > last, "{used} is more than {last}");
            last = used;
        }
        let refused = networks.take(&keys, busy).unwrap_err();
        assert!(matches!(refused, Limited::TooMany { .. }));
        assert!(networks.take(&keys, Network::V4([203, 0, 114])).is_ok());
        hand.0.fetch_add(1_000, Ordering::SeqCst);
        assert!(networks.take(&keys, busy).is_ok());
        assert!(networks.take(&keys, busy).is_err());
    }

    #[test]
    fn a_household_cannot_use_up_its_whole_site() {
        let (_, time) = hand();
        let networks = Networks::per_minute(number(80), time);
        let keys = Keys::of(&[1; 32], &[2; 32], &[3; 32], &[4; 32]);
        let household = |last| Network::V6([0x20, 1, 0xd, 0xb8, 0, 1, 0, last]);
        let taken = |last| {
            let tries = (0..100).filter(|_| networks.take(&keys, household(last)).is_ok());
            tries.count()
        };
        assert_eq!(taken(1), 10);
        assert_eq!(taken(2), 10);
        let all: usize = (3..60).map(taken).sum();
        assert_eq!(all, 60, "the site has 80 in all");
    }

    #[test]
    fn what_is_given_back_can_be_taken_again_and_never_more_than_the_burst() {
        let (_, time) = hand();
        let together = GlobalLimiter::per_second(number(2), time);
        let taken = || std::iter::from_fn(|| together.take()).count();
        assert_eq!(taken(), 20);
        together.give_back();
        assert_eq!(taken(), 1);
        for _ in 0..100 {
            together.give_back();
        }
        assert_eq!(taken(), 20);
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let (hand, time) = hand();
        let together = GlobalLimiter::per_second(number(1), time);
        while together.take().is_some() {}
        hand.0.fetch_sub(3_600_000, Ordering::SeqCst);
        assert!(together.take().is_none());
        hand.0.fetch_add(1_000, Ordering::SeqCst);
        assert!(together.take().is_some());
    }
}
