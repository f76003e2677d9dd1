//! `apoyo pictures check --keys DIR`

use super::{Failure, block_on, logs, open::open_existing};
use crate::{config::Config, disk::DiskOf, read_back::ChildProcess, tags::Elsewhere};
use anyhow::{Context, anyhow};
use clap::Subcommand;
use protocol::environment::{SystemClock, SystemEntropy};
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

const HELP: &str = "\
For a server that does not hold the review key: whoever holds it comes with it (on a disk that
is taken away again) and looks at every picture that waits. May run beside the server. An apoyo
whose picture does not show what the phone sent goes to review and is no longer counted.

Example: apoyo pictures check --keys /media/reviewers";

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
}

impl Pictures {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let Pictures::Check { keys, tags } = self;
        logs::start(false);
        check(data, &keys, tags)
    }
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
