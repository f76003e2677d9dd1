//! `apoyo keys generate|rotate|export-public|import-public|list`

use super::{
    Failure, block_on,
    open::{Opened, has_database, open_existing},
    two_names,
};
use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use protocol::{
    environment::{Clock, SystemClock, SystemEntropy},
    seal::SealingPurpose,
};
use server_core::keys::{
    self, RotateRefused,
    sealing::{self, Made, SealingKey, in_force},
};
use std::path::{Path, PathBuf};
use storage::audit::Deed;

const HELP: &str = "\
Phones seal what was read to the intake key and pictures to the review key. Both are files in
DIR/keys/sealing/, readable by their owner only; `apoyo init` makes them.
A server that runs takes up new keys within seconds.

The review key on a machine of its own:
  reviewers$  apoyo keys generate --for review
  reviewers$  apoyo keys export-public --for review > review.pub
  server$     apoyo init --review-elsewhere
  server$     apoyo keys import-public review.pub
  server$     apoyo serve --config apoyo.toml        with [sealing] review = \"elsewhere\"

Older keys stay: phones without a network may bring what was sealed to them weeks later. Keep
copies of the folder: what was sealed to a lost key can never be read again.";

/// What a key is for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Purpose {
    /// What was read from the credential.
    Intake,
    /// Pictures.
    Review,
}

impl From<Purpose> for SealingPurpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Intake => SealingPurpose::Intake,
            Purpose::Review => SealingPurpose::Review,
        }
    }
}

#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub enum Keys {
    /// Make the keys that are missing. Refused (3) if none is.
    Generate {
        /// Only this one.
        #[arg(long = "for", value_name = "PURPOSE")]
        purpose: Option<Purpose>,
    },
    /// Make new keys: phones seal to them from now on, older ones still open.
    Rotate {
        /// Only this one.
        #[arg(long = "for", value_name = "PURPOSE")]
        purpose: Option<Purpose>,
    },
    /// Print the public half of the key in force, for another machine.
    ExportPublic {
        /// Which one.
        #[arg(long = "for", value_name = "PURPOSE", default_value = "review")]
        purpose: Purpose,
    },
    /// Take in a public key that was exported on another machine.
    ImportPublic {
        /// The file.
        file: PathBuf,
    },
    /// List all keys, the oldest first.
    List,
}

impl Keys {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        super::binding::is_owner(data)?;
        match self {
            Keys::Generate { purpose } => generate(data, purpose),
            Keys::Rotate { purpose } => rotate(data, purpose),
            Keys::ExportPublic { purpose } => export(data, purpose.into()),
            Keys::ImportPublic { file } => import(data, &file),
            Keys::List => list(data),
        }
    }
}

fn asked(purpose: Option<Purpose>) -> Vec<SealingPurpose> {
    match purpose {
        Some(purpose) => vec![purpose.into()],
        None => SealingPurpose::ALL.to_vec(),
    }
}

fn generate(data: &Path, purpose: Option<Purpose>) -> Result<(), Failure> {
    let mut new = 0;
    let subject = asked(purpose)
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    record(data, "keys.generate", subject.join(", "))?;
    for purpose in asked(purpose) {
        match sealing::generate(data, purpose, SystemClock.now(), &SystemEntropy)? {
            Made::New(key) => {
                new += 1;
                println!("{purpose} key {} made", key.id());
            }
            Made::Present(key) => println!("{purpose} key {} is there already", key.id()),
        }
    }
    if new == 0 {
        return Err(Failure::Refused(
            "nothing was made; `apoyo keys rotate` makes a key that replaces one".to_owned(),
        ));
    }
    println!("keep a copy of {}", data.join("keys").display());
    Ok(())
}

fn rotate(data: &Path, purpose: Option<Purpose>) -> Result<(), Failure> {
    let purposes = asked(purpose);
    if let Some(opened) = recorded(data)? {
        let subject = purposes.iter().map(ToString::to_string).collect::<Vec<_>>();
        let deed = Deed::of("keys.rotate", subject.join(", "));
        block_on(async {
            two_names::ask(&opened, deed.clone(), None).await?;
            Ok(opened.storage.record_deed(deed).await?)
        })?;
    }
    let made =
        keys::rotate(data, &purposes, SystemClock.now(), &SystemEntropy).map_err(
            |why| match why {
                RotateRefused::Keys(error) => error.into(),
                why => Failure::Refused(why.to_string()),
            },
        )?;
    for key in made {
        println!("{} key {} is in force", key.purpose, key.id());
    }
    println!("keep a copy of {}", data.join("keys").display());
    Ok(())
}

/// The data folder, if this is one: keys of those who review may lie in a folder without a
/// database, and nothing is recorded there.
fn recorded(data: &Path) -> Result<Option<Opened>, Failure> {
    match has_database(data) {
        true => open_existing(data).map(Some),
        false => Ok(None),
    }
}

fn record(data: &Path, what: &str, subject: String) -> Result<(), Failure> {
    let Some(opened) = recorded(data)? else {
        return Ok(());
    };
    block_on(async { Ok(opened.storage.record_deed(Deed::of(what, subject)).await?) })
}

fn export(data: &Path, purpose: SealingPurpose) -> Result<(), Failure> {
    let keys = sealing::read(data)?;
    let Some(key) = in_force(&keys, purpose) else {
        return Err(Failure::Refused(format!(
            "there is no {purpose} key in {}: `apoyo keys generate` makes one",
            data.display()
        )));
    };
    println!("{}", sealing::export(key));
    Ok(())
}

fn import(data: &Path, file: &Path) -> Result<(), Failure> {
    super::binding::is_made(data)?;
    let text =
        std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    record(data, "keys.import-public", text.trim().to_owned())?;
    match sealing::import(data, &text, &SystemEntropy)? {
        Some(key) => {
            println!("{} key {} taken in", key.purpose, key.id());
            Ok(())
        }
        None => Err(Failure::BadData(format!(
            "{} is not what `apoyo keys export-public` prints",
            file.display()
        ))),
    }
}

fn list(data: &Path) -> Result<(), Failure> {
    let keys = sealing::read(data)?;
    for key in &keys {
        println!("{}", described(&keys, key));
    }
    Ok(())
}

fn described(keys: &[SealingKey], key: &SealingKey) -> String {
    let newest = in_force(keys, key.purpose).is_some_and(|newest| newest.id() == key.id());
    format!(
        "{}\t{}\t{}\t{}\t{}",
        key.purpose,
        key.id(),
        key.made.format("%Y-%m-%d %H:%M:%S UTC"),
        if key.is_secret() {
            "opens"
        } else {
            "seals only"
        },
        if newest { "in force" } else { "older" },
    )
}
