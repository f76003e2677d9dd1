//! `apoyo init`: makes a data folder. Nothing else does.

use super::{
    Failure, binding, block_on,
    open::{Opened, open_unbound},
};
use anyhow::Context;
use clap::Args;
use protocol::environment::{Clock, SystemClock, SystemEntropy};
use server_core::keys::{self, sealing};
use std::{os::unix::fs::DirBuilderExt, path::Path};

const HELP: &str = "\
Makes the folder (mode 0700), the keys, the database and the folder of pictures, and binds them to each
other by an id. The folder must be empty. Every other verb, `apoyo serve` too, refuses a folder that was
not made so: a mistyped path or a file system that is not mounted is no new server.

Keep a copy of DIR/keys in another place than the rest: without it nothing that phones send can be read.

Examples:
  apoyo init --data /srv/apoyo
  apoyo init --data /srv/apoyo --review-elsewhere    the review key is made on another machine
  apoyo init --data /srv/apoyo --adopt               a folder that an earlier version has made";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Init {
    /// Make no review key: it is on another machine.
    #[arg(long)]
    review_elsewhere: bool,
    /// Take over what is there: database, keys and pictures belong together.
    #[arg(long)]
    adopt: bool,
}

impl Init {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        binding::is_owner(data)?;
        let opened = match self.adopt {
            true => {
                binding::is_made(data)?;
                open_unbound(data)?
            }
            false => self.make(data)?,
        };
        // The database last: until it says that it is bound, this is repeated with --adopt.
        let (id, _) = block_on(async { Ok(opened.storage.identity().await?) })?;
        binding::carry(data, id).context("data.id")?;
        block_on(async { Ok(opened.storage.bind().await?) })?;
        println!("{} is ready: data {id}", data.display());
        println!("keep a copy of {}", data.join("keys").display());
        Ok(())
    }

    fn make(&self, data: &Path) -> Result<Opened, Failure> {
        is_empty(data)?;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(data)
            .with_context(|| format!("the data folder {}", data.display()))?;
        keys::make(data, &SystemEntropy)?;
        let now = SystemClock.now();
        let makes_review = !self.review_elsewhere;
        let (_, made) = sealing::read_or_make(data, makes_review, false, now, &SystemEntropy)?;
        for key in made {
            println!("{} key {} made", key.purpose, key.id());
        }
        open_unbound(data)
    }
}

/// Refuses to make a server where something is. A file system of its own has a `lost+found`.
fn is_empty(data: &Path) -> Result<(), Failure> {
    let entries = match std::fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        let name = entry?.file_name();
        if name != "lost+found" {
            return Err(Failure::Refused(format!(
                "{} is not empty ({} is there): nothing was made",
                data.display(),
                name.display()
            )));
        }
    }
    Ok(())
}
