//! `cargo xtask simulate`: many histories, and the seed of each that breaks a promise.

use clap::Parser;
use simulation::{Outcome, base::Base, run};
use std::{
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

/// Runs histories; prints the sum of their results, and each failure with its seed.
#[derive(Parser)]
struct Arguments {
    /// How many.
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// The first seed. With `--seeds 1` it is a failed history again.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How many at once; as many as there are processors by default.
    #[arg(long)]
    jobs: Option<usize>,
}

/// Of all histories together.
#[derive(Default)]
struct Sum {
    histories: u64,
    all: Outcome,
    failed: Vec<u64>,
}

fn main() -> anyhow::Result<ExitCode> {
    let Arguments { seeds, first, jobs } = Arguments::parse();
    let Some(base) = Base::new()? else {
        anyhow::bail!("a disk of the tests is mounted by root only");
    };
    let jobs = jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    // A panic is a failed history, which is printed with its steps.
    std::panic::set_hook(Box::new(|_| {}));
    let (next, sum, begun) = (
        AtomicU64::new(first),
        Mutex::<Sum>::default(),
        Instant::now(),
    );
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + seeds {
                        return;
                    }
                    let outcome = run(&base, seed);
                    let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
                    sum.add(outcome, begun);
                }
            });
        }
    });
    let sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("{}; {:.1?} in all", sum.told(), begun.elapsed());
    Ok(match sum.failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

impl Sum {
    fn add(&mut self, outcome: Result<Outcome, simulation::Failure>, begun: Instant) {
        self.histories += 1;
        match outcome {
            Ok(one) => {
                let all = &mut self.all;
                all.receipts += one.receipts;
                all.restarts += one.restarts;
                all.power_cuts += one.power_cuts;
                all.lost += one.lost;
                all.mails += one.mails;
                all.changes += one.changes;
                all.trace ^= one.trace;
            }
            Err(failure) => {
                println!("seed {}: {}", failure.seed, failure.why);
                for line in failure.log {
                    println!("    {line}");
                }
                println!(
                    "again: cargo xtask simulate --seeds 1 --first {}",
                    failure.seed
                );
                self.failed.push(failure.seed);
            }
        }
        if self.histories.is_multiple_of(500) {
            println!("{} after {:.0?}", self.told(), begun.elapsed());
        }
    }

    fn told(&self) -> String {
        let Outcome {
            receipts,
            restarts,
            power_cuts,
            lost,
            mails,
            changes,
            trace,
        } = self.all;
        format!(
            "{} histories, {} broke a promise {:?}: {receipts} receipts, {restarts} restarts, \
             {power_cuts} of them with a loss of power, {lost} requests or answers lost, {mails} \
             mails, {changes} changes of the disk (trace {trace:016x})",
            self.histories,
            self.failed.len(),
            self.failed
        )
    }
}
