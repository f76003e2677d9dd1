//! `bench intake`: the race, then memory, then the tally under load.

use crate::{
    Intake, disk, fastapi,
    fastapi::FastApi,
    load::Load,
    memory, ours,
    ours::Ours,
    pictures::{LENGTHS, Template},
    process::{self, Usage},
    spinners::Spinners,
};
use anyhow::Result;
use reqwest::Client;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// The numbers of senders.
pub const AT_ONCE: [usize; 3] = [1, 16, 64];

/// The result of one contender at one number of senders.
#[derive(Default, Clone)]
pub struct Score {
    /// All slices together.
    pub load: Load,
    /// The resources that its processes used.
    pub usage: Usage,
}

impl Score {
    fn add(&mut self, load: Load, usage: Usage) {
        self.load.join(load);
        self.usage.cpu += usage.cpu;
        self.usage.written += usage.written;
    }
}

/// Everything that the report shows.
#[derive(Default)]
pub struct Results {
    /// Ours, by number of senders.
    pub ours: [Score; 3],
    /// FastAPI, by number of senders.
    pub fastapi: [Score; 3],
    /// Records per second of the bare disk, one figure a round.
    pub disk: Vec<f64>,
    /// Megabytes per slow upload.
    pub slow_upload_mb: f64,
    /// Megabytes at 256 fast uploads.
    pub fast_uploads_mb: f64,
    /// The tally while 64 upload.
    pub tally_loaded: Load,
    /// The tally when nothing else happens.
    pub tally_idle: Load,
}

/// Bytes of one apoyo's pictures.
pub fn payload() -> u64 {
    LENGTHS.iter().sum::<usize>() as u64
}

/// Runs everything.
pub async fn run(arguments: &Intake) -> Result<Results> {
    let folder = empty_folder(&arguments.folder).await?;
    let client = Client::builder()
        .pool_max_idle_per_host(512)
        // Shorter than the server's own time limit, so that neither side closes a connection that the
        // other is about to use.
        .pool_idle_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(60))
        .build()?;
    let template = Template::new()?;
    let _spinners = Spinners::start()?;
    let server = Ours::start(&arguments.apoyo, &folder.join("apoyo"))?;
    let mut devices = Vec::new();
    for number in 0..16 {
        devices.push(server.activate(&client, number).await?);
    }
    let rival = if arguments.alone || arguments.skip_race {
        None
    } else {
        Some(FastApi::start(&folder, &client).await?)
    };

    let mut results = Results::default();
    let mut number = 1_u64;
    let rounds = if arguments.skip_race {
        0
    } else {
        arguments.rounds
    };
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        for (place, at_once) in AT_ONCE.into_iter().enumerate() {
            let slice = if at_once == 1 {
                arguments.slice.div_ceil(5)
            } else {
                arguments.slice
            };
            let apoyos = (0..slice as u64)
                .map(|offset| {
                    devices[offset as usize % devices.len()].apoyo(&template, number + offset)
                })
                .collect::<Result<Vec<_>>>()?;
            let before = process::usage(server.pid());
            let load = ours::race(&client, &server.url, at_once, apoyos).await;
            results.ours[place].add(load, process::usage(server.pid()).since(before));
            if let Some(rival) = &rival {
                let submissions = fastapi::prepare(&template, number..number + slice as u64)?;
                let before = usage_of(rival);
                let load = fastapi::race(&client, &rival.url, at_once, submissions).await;
                results.fastapi[place].add(load, usage_of(rival).since(before));
            }
            number += slice as u64;
        }
        let folder = folder.clone();
        let records = arguments.slice;
        let taken = tokio::task::spawn_blocking(move || bare_disk(&folder, records)).await??;
        results.disk.push(records as f64 / taken.as_secs_f64());
    }
    drop(rival);

    eprintln!("memory and tally");
    results.slow_upload_mb =
        memory::per_slow_upload(&server, &client, &devices[0], &template, 200).await?;
    let (_, idle) = memory::tally_while(&server, tokio::time::sleep(Duration::from_secs(3))).await;
    results.tally_idle = idle;
    let apoyos = (0..arguments.slice as u64 * 2)
        .map(|offset| devices[offset as usize % devices.len()].apoyo(&template, number + offset))
        .collect::<Result<Vec<_>>>()?;
    let (load, tally) =
        memory::tally_while(&server, ours::race(&client, &server.url, 64, apoyos)).await;
    anyhow::ensure!(
        load.failures.is_empty(),
        "an apoyo failed: {:?}",
        load.failures.first()
    );
    results.tally_loaded = tally;
    results.fast_uploads_mb =
        memory::at_fast_uploads(&server, &client, &devices[0], &template, 256).await?;
    Ok(results)
}

/// An empty folder. When ext4 makes a file, it skips every inode that was freed in the last half
/// minute, and a race right after a large removal would measure that.
async fn empty_folder(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        eprintln!("removing what the last run left, and waiting until the disk has forgotten it");
        std::fs::remove_dir_all(folder)?;
        tokio::time::sleep(Duration::from_secs(45)).await;
    }
    std::fs::create_dir_all(folder)?;
    Ok(std::path::absolute(folder)?)
}

fn usage_of(rival: &FastApi) -> Usage {
    rival
        .pids()
        .into_iter()
        .map(process::usage)
        .fold(Usage::default(), |sum, usage| Usage {
            cpu: sum.cpu + usage.cpu,
            written: sum.written + usage.written,
        })
}

fn bare_disk(folder: &Path, records: usize) -> Result<Duration> {
    disk::append(folder, records, LENGTHS.iter().sum())
}
