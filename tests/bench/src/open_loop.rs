//! Arrivals by the clock, whatever becomes of the earlier ones: what a crowd does, and what a
//! number of senders that wait for their answers never does.

use std::time::{Duration, Instant};

/// How many arrivals are made up for at once after the generator itself was late.
const CATCH_UP: u64 = 200;

/// Calls `arrive` so many times a second until `length` has passed; answers how many times.
pub async fn run(per_second: f64, length: Duration, mut arrive: impl FnMut()) -> u64 {
    let begun = Instant::now();
    let mut arrived = 0_u64;
    let mut skipped = 0_u64;
    while begun.elapsed() < length {
        let due = (begun.elapsed().as_secs_f64() * per_second) as u64;
        let behind = due.saturating_sub(arrived + skipped);
        // A generator that was kept from running does not make a wave of what it missed.
        skipped += behind.saturating_sub(CATCH_UP);
        for _ in 0..behind.min(CATCH_UP) {
            arrive();
            arrived += 1;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    arrived
}
