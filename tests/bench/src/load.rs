//! A number of concurrent senders, each of which takes the next job when its last one is done.

use std::{
    collections::VecDeque,
    future::Future,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// The result of a slice of load.
#[derive(Debug, Default, Clone)]
pub struct Load {
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// One per job that succeeded.
    pub latencies: Vec<Duration>,
    /// Why jobs failed.
    pub failures: Vec<String>,
}

impl Load {
    /// Adds another slice of the same contender.
    pub fn join(&mut self, other: Load) {
        self.elapsed += other.elapsed;
        self.latencies.extend(other.latencies);
        self.failures.extend(other.failures);
    }

    /// Jobs per second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64().max(f64::EPSILON)
    }

    /// The latency that `share` of the jobs stayed below.
    pub fn quantile(&self, share: f64) -> Duration {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let place = (sorted.len() as f64 * share) as usize;
        sorted
            .get(place.min(sorted.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    }
}

/// Sends all `jobs`, `at_once` at a time.
pub async fn run<J, F, Fut>(at_once: usize, jobs: Vec<J>, send: F) -> Load
where
    J: Send + 'static,
    F: Fn(J) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = anyhow::Result<()>> + Send,
{
    let jobs = Arc::new(Mutex::new(VecDeque::from(jobs)));
    let start = Instant::now();
    let senders: Vec<_> = (0..at_once)
        .map(|_| {
            let (jobs, send) = (jobs.clone(), send.clone());
            tokio::spawn(async move {
                let mut load = Load::default();
                loop {
                    let job = jobs.lock().ok().and_then(|mut jobs| jobs.pop_front());
                    let Some(job) = job else { break load };
                    let begun = Instant::now();
                    match send(job).await {
                        Ok(()) => load.latencies.push(begun.elapsed()),
                        Err(error) => load.failures.push(format!("{error:#}")),
                    }
                }
            })
        })
        .collect();
    let mut total = Load::default();
    for sender in senders {
        match sender.await {
            Ok(load) => total.join(load),
            Err(error) => total.failures.push(error.to_string()),
        }
    }
    total.elapsed = start.elapsed();
    total
}
