//! `apoyo pictures check --keys DIR`

use super::{Failure, block_on, clock, logs, open::open_existing};
use crate::{config::Config, disk::DiskOf, read_back::ChildProcess, tags::Elsewhere};
use anyhow::{Context, anyhow};
use chrono::TimeDelta;
use clap::Subcommand;
use protocol::environment::{Clock, SystemClock, SystemEntropy};
use server_core::{
    Core, Parts,
    attestation::Attestor,
    judging::judge_unopened,
    keys::sealing::{self, HeldKeys},
    limits::Limiters,
    ports::{NoEvents, Providers, Tagger},
    tags::bind,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use storage::audit::Deed;

const HELP: &str = "\
For a server that does not hold the review key: whoever holds it comes with it (on a disk that
is taken away again) and looks at every picture that waits. May run beside the server. An apoyo
whose picture does not show what the phone sent goes to review and is no longer counted.

Example: apoyo pictures check --keys /media/reviewers";

const EMPTY_HELP: &str = "\
A start moves files that no apoyo names to blobs/lost+found and deletes none: after an older database
was put back they are the only copies of pictures whose receipts have left. Phones send those again;
give them some weeks before you delete anything here. `apoyo doctor` says how much there is.

Example: apoyo pictures empty-lost --older-than 60";

#[derive(Debug, Subcommand)]
pub enum Pictures {
    /// Look at the pictures that wait for their key.
    #[command(after_help = HELP)]
    Check {
        /// The data folder of those who review: the one with keys/sealing/ in it.
        #[arg(long, value_name = "DIR")]
        keys: PathBuf,
        /// The socket of `apoyo tags serve`, where the server names people through one.
        #[arg(long, value_name = "PATH")]
        tags: Option<PathBuf>,
    },
    /// Delete what was put aside at starts because no apoyo names it.
    #[command(after_help = EMPTY_HELP)]
    EmptyLost {
        /// Only what was put aside more than so many days ago.
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
        older_than: u16,
    },
}

impl Pictures {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        match self {
            Pictures::Check { keys, tags } => {
                logs::start(false);
                check(data, &keys, tags)
            }
            Pictures::EmptyLost { older_than } => empty_lost(data, older_than),
        }
    }
}

fn empty_lost(data: &Path, older_than: u16) -> Result<(), Failure> {
    let opened = open_existing(data)?;
    let wall = SystemClock.now();
    let before = wall - TimeDelta::days(older_than.into());
    block_on(async {
        let (believed, told) = clock::judged(opened.storage.clock_mark().await?, wall);
        if !believed {
            return Err(Failure::Refused(format!(
                "how old they are is not known; {told}"
            )));
        }
        let there = opened.blobs.lost().await?;
        let deed = Deed::of(
            "pictures.empty-lost",
            format!("older than {older_than} days"),
        );
        opened.storage.record_deed(deed).await?;
        let deleted = opened.blobs.delete_lost(before).await?;
        println!(
            "{} files, {} bytes deleted; {} files stay",
            deleted.files,
            deleted.bytes,
            there.files.saturating_sub(deleted.files)
        );
        Ok(())
    })
}

fn check(data: &Path, with: &Path, tags: Option<PathBuf>) -> Result<(), Failure> {
    let opened = open_existing(data)?;
    let mut keys = sealing::read(data)?;
    // The secret keys come last and so replace their own public halves.
    let brought = sealing::read(with)?;
    if !brought.iter().any(sealing::SealingKey::opens_pictures) {
        return Err(Failure::Refused(format!(
            "there is no review key in {}",
            with.join("keys").join("sealing").display()
        )));
    }
    keys.extend(brought);
    let sealing = HeldKeys::of(keys, &opened.keys, data)?;
    let storage = opened.storage.clone();
    // The pseudonyms have to be those of the server.
    let tagger = tags.map(|socket| Arc::new(Elsewhere::at(socket)) as Arc<dyn Tagger>);
    block_on(async { Ok(bind(&*storage, &opened.keys, tagger.as_deref()).await?) })?;
    let config = Config::default();
    let core = Core::new(Parts {
        storage: opened.storage,
        blobs: opened.blobs,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keys: opened.keys,
        tagger,
        sealing,
        attestor: Attestor::new(config.attestation.our_apps(), data),
        providers: Providers::default(),
        rules: config.rules(),
        limits: Limiters::new(&config.limits.numbers(), Arc::new(SystemClock)),
        events: Arc::new(NoEvents),
        room: Arc::new(DiskOf(data.to_owned())),
    });
    let pictures = ChildProcess {
        program: std::env::current_exe().context("this program's own path")?,
    };
    block_on(async {
        if core.storage.roll_version().await?.is_none() {
            return Err(Failure::Refused("there is no roll yet".to_owned()));
        }
        let looked = judge_unopened(&core, &pictures)
            .await
            .map_err(|error| anyhow!(error))?;
        let waiting = storage.unopened_count().await?;
        println!("{looked} looked at, {waiting} still wait for another key");
        Ok(())
    })
}
