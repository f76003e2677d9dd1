//! `bench pages`: the intake with a thousand open pages of a campaign with 70,000 secciones. Rounds with
//! and without the pages alternate.

use crate::{
    load::Load,
    memory,
    ours::{self, CAMPAIGN, Device, Ours},
    pictures::Template,
    spinners::Spinners,
};
use anyhow::{Context, Result, ensure};
use reqwest::Client;
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A page asks again after this long (`pages/assets/live.js`).
const EVERY: Duration = Duration::from_secs(2);
/// Secciones of a national campaign: of 32 entidades with 10 districts each.
const PER_DISTRICT: u16 = 219;

/// The arguments of the bench of pages.
#[derive(Debug, Clone, clap::Args)]
pub struct Pages {
    /// The release binary of the server.
    #[arg(long, default_value = "target/release/apoyo")]
    pub apoyo: PathBuf,
    /// Pages that are open.
    #[arg(long, default_value_t = 1_000)]
    pub open: usize,
    /// Rounds: each holds one slice without the pages and one with them.
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Apoyos in one slice.
    #[arg(long, default_value_t = 300)]
    pub slice: usize,
    /// Where data of the run is kept; must be on a real disk.
    #[arg(long, default_value = "target/bench-pages")]
    pub folder: PathBuf,
}

/// Runs it and prints the result.
pub async fn run(arguments: &Pages) -> Result<()> {
    let _spinners = Spinners::start()?;
    if arguments.folder.exists() {
        std::fs::remove_dir_all(&arguments.folder)?;
    }
    let folder = std::path::absolute(&arguments.folder)?;
    let server = Ours::start_on(&arguments.apoyo, &folder.join("data"), fill)?;
    let client = Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(512)
        .build()?;
    let template = Template::new()?;
    let mut phones = Vec::new();
    for number in 0..8 {
        phones.push(server.activate(&client, number).await?);
    }
    let mut number = 1;
    let mut slice = async |server: &Ours| -> Result<Load> {
        let apoyos = apoyos(&phones, &template, number, arguments.slice)?;
        number += arguments.slice as u64;
        let load = ours::race(&client, &server.url, 64, apoyos).await;
        ensure!(load.failures.is_empty(), "{:?}", load.failures.first());
        Ok(load)
    };
    slice(&server).await?;
    let (mut without, mut with) = (Load::default(), Load::default());
    let (mut tally, mut idle) = (Load::default(), Load::default());
    let pages = Crowd::open(&server.url, arguments.open).await?;
    let mut ratios = Vec::new();
    for round in 0..arguments.rounds {
        eprintln!("round {} of {}", round + 1, arguments.rounds);
        let alone = slice(&server).await?;
        pages.look(true);
        tokio::time::sleep(EVERY).await;
        let (_, quiet) = memory::tally_while(&server, tokio::time::sleep(EVERY)).await;
        idle.join(quiet);
        let crowded = slice(&server).await?;
        let (more, loaded) = memory::tally_while(&server, slice(&server)).await;
        more?;
        tally.join(loaded);
        pages.look(false);
        ratios.push(crowded.rate() / alone.rate());
        without.join(alone);
        with.join(crowded);
    }
    ratios.sort_by(f64::total_cmp);
    let answers = pages.answers();
    println!("| figure | value | to reach |\n|---|---|---|");
    println!("| intake without pages | {:.0}/s | |", without.rate());
    println!(
        "| intake with {} open pages | {:.0}/s | |",
        arguments.open,
        with.rate()
    );
    println!(
        "| ratio of rates, median of rounds | {:.2} ({ratios:.2?}) | 0.95 |",
        ratios[ratios.len() / 2]
    );
    let millis = |load: &Load, share| load.quantile(share).as_secs_f64() * 1e3;
    println!(
        "| tally p50 / p99 with the pages | {:.2} / {:.2} ms | p99 5 ms |",
        millis(&idle, 0.5),
        millis(&idle, 0.99)
    );
    println!(
        "| the same while 64 upload | {:.2} / {:.2} ms | |",
        millis(&tally, 0.5),
        millis(&tally, 0.99)
    );
    println!(
        "| answers to pages | {} whole, {} not modified, {} failed | 0 failed |",
        answers[0], answers[1], answers[2]
    );
    Ok(())
}

fn apoyos(
    phones: &[Device],
    template: &Template,
    first: u64,
    count: usize,
) -> Result<Vec<Vec<ours::Ready>>> {
    let numbers = first..first + count as u64;
    numbers
        .map(|number| phones[number as usize % phones.len()].apoyo(template, number))
        .collect()
}

/// The counters of a national campaign with millions of apoyos.
fn fill(data: &Path) -> Result<()> {
    let mut db = Connection::open(data.join("apoyo.db"))?;
    let campaign: i64 = db.query_row("SELECT number FROM campaigns", [], |row| row.get(0))?;
    let tx = db.transaction()?;
    {
        let mut insert =
            tx.prepare("INSERT INTO counters VALUES (?1, ?2, ?3, ?4, ?5, 'preliminary', '', ?6)")?;
        let (each, mut all) = (25_i64, 0_i64);
        for entidad in 1..=32_u8 {
            for distrito in 1..=10_u16 {
                for seccion in 1..=PER_DISTRICT {
                    let seccion = distrito * 300 + seccion;
                    insert.execute((campaign, "seccion", entidad, distrito, seccion, each))?;
                }
                let of_district = each * i64::from(PER_DISTRICT);
                insert.execute((campaign, "distrito", entidad, distrito, 0, of_district))?;
            }
            let of_entidad = each * i64::from(PER_DISTRICT) * 10;
            insert.execute((campaign, "entidad", entidad, 0, 0, of_entidad))?;
            all += of_entidad;
        }
        insert.execute((campaign, "total", 0, 0, 0, all))?;
    }
    tx.commit().context("the counters of a national campaign")
}

/// Browsers with the page open.
struct Crowd {
    looks: Arc<AtomicBool>,
    answers: Arc<[AtomicU64; 3]>,
}

impl Crowd {
    async fn open(url: &str, count: usize) -> Result<Self> {
        let crowd = Self {
            looks: Arc::default(),
            answers: Arc::default(),
        };
        let host = url.trim_start_matches("http://").to_owned();
        for number in 0..count {
            let (host, looks) = (host.clone(), crowd.looks.clone());
            let answers = crowd.answers.clone();
            tokio::spawn(async move {
                // The pages are not all opened at the same moment.
                tokio::time::sleep(EVERY.mul_f64(number as f64 / count as f64)).await;
                let mut page = Page::default();
                loop {
                    tokio::time::sleep(EVERY).await;
                    if !looks.load(Ordering::Relaxed) {
                        continue;
                    }
                    let place = page.refresh(&host).await.unwrap_or(2);
                    answers[place].fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        Ok(crowd)
    }

    fn look(&self, on: bool) {
        self.looks.store(on, Ordering::Relaxed);
    }

    fn answers(&self) -> [u64; 3] {
        [0, 1, 2].map(|place| self.answers[place].load(Ordering::Relaxed))
    }
}

/// One open page: its connection and the tag of its answer. It does as little as possible, because it
/// shares the processors with the server.
#[derive(Default)]
struct Page {
    connection: Option<TcpStream>,
    tag: String,
}

impl Page {
    /// Asks again; 0: a whole answer, 1: not modified.
    async fn refresh(&mut self, host: &str) -> Option<usize> {
        // The server closes idle connections, and a browser then opens another.
        match self.ask(host).await {
            Some(place) => Some(place),
            None => {
                self.connection = None;
                self.ask(host).await
            }
        }
    }

    async fn ask(&mut self, host: &str) -> Option<usize> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(TcpStream::connect(host).await.ok()?),
        };
        let tag = match self.tag.is_empty() {
            true => String::new(),
            false => format!("if-none-match: {}\r\n", self.tag),
        };
        let request = format!("GET /tally/{CAMPAIGN} HTTP/1.1\r\nhost: {host}\r\n{tag}\r\n");
        connection.write_all(request.as_bytes()).await.ok()?;
        let mut read = Vec::with_capacity(16 * 1024);
        let head = loop {
            if connection.read_buf(&mut read).await.ok()? == 0 {
                return None;
            }
            if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
        };
        let text = String::from_utf8_lossy(&read[..head]).to_ascii_lowercase();
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.trim().to_owned())
        };
        if let Some(tag) = field("etag:") {
            self.tag = tag;
        }
        if text.starts_with("http/1.1 304") {
            return Some(1);
        }
        if !text.starts_with("http/1.1 200") {
            return None;
        }
        let whole = head + 4 + field("content-length:")?.parse::<usize>().ok()?;
        while read.len() < whole {
            if connection.read_buf(&mut read).await.ok()? == 0 {
                return None;
            }
        }
        Some(0)
    }
}
