//! `bench overload`: ten times as many apoyos as the server receives, for minutes.
//!
//! First the capacity, by senders that wait for their answers. Then arrivals by the clock at ten times that
//! rate. A phone that is refused at its first picture comes back after the requested pause, as another
//! arrival. A phone that was let in finishes, with the requested pauses. At the end the capacity again: the
//! crowd must not leave any effect.

use crate::{
    load::Load,
    open_loop,
    ours::{self, Device, Ours, Ready},
    process,
    spinners::Spinners,
};
use anyhow::{Result, ensure};
use reqwest::Client;
use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Phones of the bench, so many that few give two apoyos at once.
const PHONES: usize = 4_000;
/// Apoyos that are prepared before the crowd comes.
const READY: usize = 4_000;
/// The refusals after which an apoyo that was let in is given up.
const TRIES: usize = 20;

/// The arguments of the overload bench.
#[derive(Debug, Clone, clap::Args)]
pub struct Overload {
    /// The release binary of the server.
    #[arg(long, default_value = "target/release/apoyo")]
    pub apoyo: PathBuf,
    /// The seconds of the crowd.
    #[arg(long, default_value_t = 600)]
    pub seconds: u64,
    /// The rate of arrivals as a multiple of the capacity.
    #[arg(long, default_value_t = 10.0)]
    pub times: f64,
    /// Where data of the run is kept; must be on a real disk.
    #[arg(long, default_value = "target/overload")]
    pub folder: PathBuf,
}

#[derive(Default)]
struct Seen {
    receipts: Vec<Duration>,
    refused: Vec<Duration>,
    without_retry_after: u64,
    retry_after: [u64; 16],
    failures: Vec<String>,
}

struct Crowd {
    client: Client,
    url: String,
    ready: Mutex<VecDeque<Vec<Ready>>>,
    seen: Mutex<Seen>,
    in_flight: AtomicU64,
    starved: AtomicU64,
}

impl Crowd {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ready(&self) -> MutexGuard<'_, VecDeque<Vec<Ready>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn was_refused(&self, took: Duration, after: Option<u64>) {
        let mut seen = self.seen();
        seen.refused.push(took);
        match after {
            Some(after) => {
                let place = usize::try_from(after).unwrap_or(usize::MAX);
                if let Some(count) = seen.retry_after.get_mut(place) {
                    *count += 1;
                }
            }
            None => seen.without_retry_after += 1,
        }
    }

    /// One arrival.
    async fn give(self: Arc<Self>, apoyo: Vec<Ready>) {
        let begun = Instant::now();
        match self.try_to_give(&apoyo, begun).await {
            Ok(true) => {}
            Ok(false) => self.ready().push_back(apoyo),
            Err(error) => self.seen().failures.push(format!("{error:#}")),
        }
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    /// `false`: it was refused before any part was taken.
    async fn try_to_give(&self, apoyo: &[Ready], begun: Instant) -> Result<bool> {
        for (place, request) in apoyo.iter().enumerate() {
            let mut tries = 0;
            loop {
                let asked = Instant::now();
                let (status, after) = request.ask(&self.client, &self.url).await?;
                match status {
                    200..300 => break,
                    429 | 503 => {}
                    _ => anyhow::bail!("an answer of {status}"),
                }
                self.was_refused(asked.elapsed(), after);
                if place == 0 {
                    return Ok(false);
                }
                tries += 1;
                ensure!(tries < TRIES, "let in, and refused {tries} times");
                tokio::time::sleep(Duration::from_secs(after.unwrap_or(1))).await;
            }
        }
        self.seen().receipts.push(begun.elapsed());
        Ok(true)
    }
}

/// Runs it and prints the result.
pub async fn run(arguments: &Overload) -> Result<()> {
    let _spinners = Spinners::start()?;
    if arguments.folder.exists() {
        std::fs::remove_dir_all(&arguments.folder)?;
    }
    let folder = std::path::absolute(&arguments.folder)?;
    let server = Ours::start(&arguments.apoyo, &folder.join("data"))?;
    let client = Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(4_096)
        .timeout(Duration::from_secs(60))
        .build()?;
    let one = server.activate(&client, 0).await?;
    let phones = server.multiply(&one, PHONES)?;
    let numbers = Arc::new(AtomicU64::new(1));
    eprintln!("the capacity");
    let before = capacity(&server, &client, &phones, &numbers).await?;

    let crowd = Arc::new(Crowd {
        client: client.clone(),
        url: server.url.clone(),
        ready: Mutex::default(),
        seen: Mutex::default(),
        in_flight: AtomicU64::new(0),
        starved: AtomicU64::new(0),
    });
    let done = Arc::new(AtomicBool::new(false));
    let makers = keep_ready(&crowd, &phones, &numbers, &done);
    while crowd.ready().len() < READY {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let rate = before * arguments.times;
    eprintln!("{rate:.0} arrivals a second for {} s", arguments.seconds);
    let memory = watch_memory(server.pid(), &done);
    let length = Duration::from_secs(arguments.seconds);
    let arrived = open_loop::run(rate, length, || {
        let Some(apoyo) = crowd.ready().pop_front() else {
            crowd.starved.fetch_add(1, Ordering::Relaxed);
            return;
        };
        crowd.in_flight.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(crowd.clone().give(apoyo));
    })
    .await;
    let within = crowd.seen().receipts.len();
    let ended = Instant::now();
    while crowd.in_flight.load(Ordering::Relaxed) > 0 && ended.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let quiet = ended.elapsed();
    done.store(true, Ordering::Relaxed);
    for maker in makers {
        drop(maker.join());
    }
    let memory = memory.join().unwrap_or_default();
    let after = capacity(&server, &client, &phones, &numbers).await?;
    print(&Figures {
        before,
        after,
        arrived,
        within,
        quiet,
        length,
        memory,
        crowd: &crowd,
    });
    Ok(())
}

/// Small apoyos a second, by senders that wait for their answers.
async fn capacity(
    server: &Ours,
    client: &Client,
    phones: &[Device],
    numbers: &AtomicU64,
) -> Result<f64> {
    let mut best: f64 = 0.0;
    for _ in 0..3 {
        let apoyos = (0..1_500)
            .map(|_| {
                let number = numbers.fetch_add(1, Ordering::Relaxed);
                phones[number as usize % phones.len()].small_apoyo(number)
            })
            .collect::<Result<Vec<_>>>()?;
        let load: Load = ours::race(client, &server.url, 64, apoyos).await;
        let failure = load.failures.first();
        ensure!(failure.is_none(), "an apoyo failed: {failure:?}");
        best = best.max(load.rate());
    }
    Ok(best)
}

/// Threads that prepare apoyos; signing and sealing one takes less time than receiving it.
fn keep_ready(
    crowd: &Arc<Crowd>,
    phones: &[Device],
    numbers: &Arc<AtomicU64>,
    done: &Arc<AtomicBool>,
) -> Vec<std::thread::JoinHandle<()>> {
    let (crowd, phones) = (crowd.clone(), phones.to_vec());
    let (numbers, done) = (numbers.clone(), done.clone());
    vec![std::thread::spawn(move || {
        while !done.load(Ordering::Relaxed) {
            if crowd.ready().len() >= READY {
                std::thread::sleep(Duration::from_millis(2));
                continue;
            }
            let number = numbers.fetch_add(1, Ordering::Relaxed);
            match phones[number as usize % phones.len()].small_apoyo(number) {
                Ok(apoyo) => crowd.ready().push_back(apoyo),
                Err(error) => crowd.seen().failures.push(format!("{error:#}")),
            }
        }
    })]
}

/// The server's memory, once a second.
fn watch_memory(pid: u32, done: &Arc<AtomicBool>) -> std::thread::JoinHandle<Vec<u64>> {
    let done = done.clone();
    std::thread::spawn(move || {
        let mut samples = Vec::new();
        while !done.load(Ordering::Relaxed) {
            samples.push(process::resident(pid));
            std::thread::sleep(Duration::from_secs(1));
        }
        samples
    })
}

struct Figures<'a> {
    before: f64,
    after: f64,
    arrived: u64,
    within: usize,
    quiet: Duration,
    length: Duration,
    memory: Vec<u64>,
    crowd: &'a Crowd,
}

fn print(figures: &Figures<'_>) {
    let seen = figures.crowd.seen();
    let quantile = |times: &[Duration], share: f64| {
        let load = Load {
            latencies: times.to_vec(),
            ..Load::default()
        };
        load.quantile(share).as_secs_f64() * 1e3
    };
    let goodput = figures.within as f64 / figures.length.as_secs_f64();
    println!("| figure | value | to reach |\n|---|---|---|");
    println!("| capacity before | {:.0}/s | |", figures.before);
    let offered = figures.arrived as f64 / figures.length.as_secs_f64();
    println!(
        "| arrivals | {offered:.0}/s for {:?} | 10 times the capacity |",
        figures.length
    );
    println!(
        "| goodput | {goodput:.0}/s, {:.0} % of the capacity | 90 % |",
        100.0 * goodput / figures.before
    );
    println!(
        "| receipt, p50 / p99 | {:.0} / {:.0} ms | p99 2,000 ms |",
        quantile(&seen.receipts, 0.5),
        quantile(&seen.receipts, 0.99)
    );
    println!(
        "| refusal, p50 / p99 | {:.1} / {:.1} ms | 50 ms |",
        quantile(&seen.refused, 0.5),
        quantile(&seen.refused, 0.99)
    );
    println!(
        "| refusals | {}, without Retry-After {}, by seconds {:?} | none without, spread |",
        seen.refused.len(),
        seen.without_retry_after,
        seen.retry_after
    );
    let mib = |bytes: u64| bytes / 1024 / 1024;
    let samples = &figures.memory;
    let at = |share: usize| {
        samples
            .get(samples.len() * share / 10)
            .map_or(0, |m| mib(*m))
    };
    println!(
        "| memory at a tenth / the half / the end / at most | {} / {} / {} / {} MiB | flat |",
        at(1),
        at(5),
        samples.last().map_or(0, |m| mib(*m)),
        samples.iter().max().map_or(0, |m| mib(*m))
    );
    println!(
        "| quiet after | {:.1} s | 60 s |",
        figures.quiet.as_secs_f64()
    );
    println!(
        "| capacity afterwards | {:.0}/s, {:.0} % | as before |",
        figures.after,
        100.0 * figures.after / figures.before
    );
    let starved = figures.crowd.starved.load(Ordering::Relaxed);
    println!("| arrivals without an apoyo ready | {starved} | few |");
    println!("| failures | {} | 0 |", seen.failures.len());
    if let Some(failure) = seen.failures.first() {
        println!("first failure: {failure}");
    }
}
