//! A circuit breaker for a provider: while one question hangs, no further one is sent. A failure is
//! remembered, and then one question at a time tests whether the provider works again.

use super::vouching::SigninFault;
use std::{
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

/// Concurrent questions to a provider that answers.
const AT_ONCE: usize = 16;
/// The time after which a question counts as hanging.
const HANGS: Duration = Duration::from_secs(3);
/// The time after a failure until the provider is tested again.
const REMEMBERED: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
struct Seen {
    /// The start of each question under way, by its number.
    asked: Vec<(u64, Instant)>,
    next: u64,
    /// The last failure, if there was no answer since.
    failed: Option<Instant>,
}

/// The gate of one provider.
#[derive(Debug)]
pub struct Gate {
    places: Semaphore,
    hangs: Duration,
    remembered: Duration,
    seen: Mutex<Seen>,
}

impl Default for Gate {
    fn default() -> Self {
        Self::of(HANGS, REMEMBERED)
    }
}

/// A question under way.
struct Asked<'g> {
    gate: &'g Gate,
    number: u64,
    _place: SemaphorePermit<'g>,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let number = self.number;
        self.gate.seen().asked.retain(|(other, _)| *other != number);
    }
}

impl Gate {
    fn of(hangs: Duration, remembered: Duration) -> Self {
        Self {
            places: Semaphore::new(AT_ONCE),
            hangs,
            remembered,
            seen: Mutex::default(),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for one question; `None`: the provider is known to hang or to fail.
    fn enter(&self) -> Option<Asked<'_>> {
        let mut seen = self.seen();
        let hangs = seen
            .asked
            .iter()
            .any(|(_, since)| since.elapsed() > self.hangs);
        let refused = match seen.failed {
            // One question tests whether it works again.
            Some(at) => at.elapsed() < self.remembered || !seen.asked.is_empty(),
            None => hangs,
        };
        if refused {
            return None;
        }
        let place = self.places.try_acquire().ok()?;
        let number = seen.next;
        seen.next += 1;
        seen.asked.push((number, Instant::now()));
        Some(Asked {
            gate: self,
            number,
            _place: place,
        })
    }

    /// Asks the provider, unless it is known to hang or to fail.
    pub async fn ask<T>(
        &self,
        question: impl Future<Output = Result<T, SigninFault>>,
    ) -> Result<T, SigninFault> {
        let Some(asked) = self.enter() else {
            let why = "it hangs or has failed a moment ago";
            return Err(SigninFault::Unavailable(why.to_owned()));
        };
        let answer = question.await;
        self.seen().failed = match &answer {
            Err(SigninFault::Unavailable(_)) => Some(Instant::now()),
            Ok(_) | Err(SigninFault::Untrusted(_)) => None,
        };
        drop(asked);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };
    use tokio::time::sleep;

    #[tokio::test]
    async fn a_provider_that_hangs_is_asked_by_one_at_a_time_and_its_failure_is_remembered() {
        let (hangs, remembered) = (Duration::from_millis(100), Duration::from_secs(1));
        let gate = Arc::new(Gate::of(hangs, remembered));
        let asked = Arc::new(AtomicUsize::new(0));
        let ask = || {
            let (gate, asked) = (gate.clone(), asked.clone());
            async move {
                let question = async {
                    asked.fetch_add(1, Ordering::SeqCst);
                    sleep(Duration::from_millis(600)).await;
                    Err::<(), _>(SigninFault::Unavailable("silence".to_owned()))
                };
                gate.ask(question).await
            }
        };
        let first = tokio::spawn(ask());
        sleep(Duration::from_millis(200)).await;
        // It hangs, so further questions are refused at once.
        let begun = Instant::now();
        for _ in 0..100 {
            assert!(ask().await.is_err());
        }
        assert!(begun.elapsed() < Duration::from_millis(300));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        assert!(first.await.unwrap().is_err());
        // Its failure is remembered.
        assert!(ask().await.is_err());
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        sleep(remembered).await;
        // One question tests whether it works again.
        let many: Vec<_> = (0..50).map(|_| tokio::spawn(ask())).collect();
        for one in many {
            assert!(one.await.unwrap().is_err());
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        sleep(remembered).await;
        assert_eq!(gate.ask(async { Ok(7) }).await, Ok(7));
        assert_eq!(gate.ask(async { Ok(8) }).await, Ok(8), "it is back");
    }
}
