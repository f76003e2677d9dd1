//! The figures as a table in Markdown, in the form of `docs/performance.md`.
#![expect(
    clippy::print_stdout,
    reason = "the report is what this program is for"
)]

use crate::intake::{AT_ONCE, Results, Score, payload};

/// Prints everything.
pub fn print(results: &Results) {
    println!(
        "| at once | contender | apoyos/s | CPU ms each | p50 ms | p99 ms | written / payload | failed |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (place, at_once) in AT_ONCE.into_iter().enumerate() {
        row(at_once, "apoyo", &results.ours[place]);
        row(at_once, "FastAPI + PostgreSQL", &results.fastapi[place]);
    }
    let disk = results.disk.iter().sum::<f64>() / results.disk.len().max(1) as f64;
    println!("\nbare disk, one flush per 16 records: {disk:.0} records/s");
    for (place, at_once) in AT_ONCE.into_iter().enumerate() {
        let ours = results.ours[place].load.rate();
        let theirs = results.fastapi[place].load.rate();
        if theirs > 0.0 {
            println!(
                "at {at_once} at once: {:.2} times FastAPI, {:.0} % of the disk",
                ours / theirs,
                100.0 * ours / disk
            );
        }
    }
    println!("memory per slow upload: {:.3} MB", results.slow_upload_mb);
    println!(
        "memory at 256 fast uploads: {:.0} MB",
        results.fast_uploads_mb
    );
    for (when, load) in [
        ("idle", &results.tally_idle),
        ("while 64 upload", &results.tally_loaded),
    ] {
        println!(
            "tally {when}: p50 {:.2} ms, p99 {:.2} ms ({} asked, {} failed)",
            milliseconds(load.quantile(0.5)),
            milliseconds(load.quantile(0.99)),
            load.latencies.len(),
            load.failures.len(),
        );
    }
}

fn row(at_once: usize, name: &str, score: &Score) {
    let count = score.load.latencies.len();
    if count == 0 {
        return;
    }
    println!(
        "| {at_once} | {name} | {:.0} | {:.2} | {:.0} | {:.0} | {:.2} | {} |",
        score.load.rate(),
        milliseconds(score.usage.cpu) / count as f64,
        milliseconds(score.load.quantile(0.5)),
        milliseconds(score.load.quantile(0.99)),
        score.usage.written as f64 / (count as u64 * payload()) as f64,
        score.load.failures.len(),
    );
    if let Some(failure) = score.load.failures.first() {
        eprintln!("{name} at {at_once}: {failure}");
    }
}

fn milliseconds(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
