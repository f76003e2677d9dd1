//! An open loop: arrivals by the clock, independently of earlier answers, like a crowd. A fixed number of
//! senders that wait for their answers cannot simulate that.

use std::time::{Duration, Instant};

/// The most arrivals at once after the generator itself was late.
const CATCH_UP: u64 = 200;

/// Calls `arrive` at this rate until `length` has passed; returns the number of calls.
pub async fn run(per_second: f64, length: Duration, mut arrive: impl FnMut()) -> u64 {
    let begun = Instant::now();
    let mut arrived = 0_u64;
    let mut skipped = 0_u64;
    while begun.elapsed() < length {
        let due = (begun.elapsed().as_secs_f64() * per_second) as u64;
        let behind = due.saturating_sub(arrived + skipped);
        // A generator that was delayed does not send all missed arrivals at once.
        skipped += behind.saturating_sub(CATCH_UP);
        for _ in 0..behind.min(CATCH_UP) {
            arrive();
            arrived += 1;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    arrived
}
