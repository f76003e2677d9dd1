//! `apoyo doctor`: is everything as it should be?

use super::{
    Failure, block_on,
    open::{Opened, open_existing},
};
use clap::Args;
use protocol::{
    environment::{Clock, SystemClock},
    ids::Sha256Hash,
    tally::Tally,
};
use std::path::Path;
use storage::{StorageError, campaigns::Campaigns, mail::Mail, roll::Roll};

/// Mail that waits longer than this has something in its way.
const MAIL_DELAY_S: i64 = 900;

const HELP: &str = "\
Looks at: the keys (readable, only by their owner); the database (synchronous=FULL, integrity);
every tally against a recount of the apoyos; the pictures of a sample (there, with the right
hash); the roll; mail that waits. Changes nothing; may run beside the server.

Exit code 4 when something is wrong.";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Doctor {
    /// Apoyos whose pictures are read.
    #[arg(long, default_value_t = 50, value_name = "N")]
    sample: u32,
}

/// What was found, line by line.
#[derive(Default)]
struct Findings {
    wrong: u32,
}

impl Findings {
    fn note(&mut self, what: &str, ok: bool, detail: &str) {
        self.wrong += u32::from(!ok);
        println!("{}  {what}: {detail}", if ok { "ok   " } else { "WRONG" });
    }
}

impl Doctor {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        // Opening has read the keys and asserted WAL and synchronous=FULL.
        let opened = open_existing(data)?;
        let mut findings = Findings::default();
        findings.note("keys", true, "readable, and by their owner only");
        findings.note("durability", true, "WAL, synchronous=FULL");
        block_on(async { Ok(examine(&opened, self.sample, &mut findings).await?) })?;
        match findings.wrong {
            0 => Ok(()),
            wrong => Err(Failure::BadData(format!("{wrong} things are wrong"))),
        }
    }
}

async fn examine(
    opened: &Opened,
    sample: u32,
    findings: &mut Findings,
) -> Result<(), StorageError> {
    let storage = &opened.storage;
    let faults = storage.integrity_faults().await?;
    let told = faults.first().map_or("sound", String::as_str);
    findings.note("database", faults.is_empty(), told);

    let now = SystemClock.now();
    for campaign in storage.all_campaigns().await? {
        let tally = storage.tally(&campaign.id, now).await?;
        let recount = storage.recount(&campaign.id, now).await?;
        let received = tally.as_ref().map_or(0, |tally| tally.total.received);
        let what = format!("tally of {}", campaign.id);
        // Counted at two moments: a server that runs may have received one in between.
        match same_counts(tally, recount) {
            true => findings.note(&what, true, &format!("{received} received, recounted")),
            false => findings.note(
                &what,
                false,
                "differs from the recount (is the server at work? repeat)",
            ),
        }
    }

    let pictures = storage.sample_pictures(sample).await?;
    let mut bad = 0;
    for name in &pictures {
        let whole = opened.blobs.read(*name).await?;
        bad += u32::from(whole.is_none_or(|bytes| Sha256Hash::of(&bytes) != *name));
    }
    let told = format!("{} read, {bad} missing or changed", pictures.len());
    findings.note("pictures", bad == 0, &told);

    match storage.roll_version().await? {
        Some(roll) => {
            let told = format!("version {}, {} entries", roll.version, roll.entries);
            findings.note("roll", true, &told);
        }
        None => findings.note("roll", true, "none yet: every apoyo will be NO_ENCONTRADO"),
    }

    let (waiting, oldest) = storage.mail_backlog().await?;
    let delay = oldest.map_or(0, |since| (now - since).num_seconds());
    let told = format!("{waiting} waiting, the oldest for {delay} s");
    findings.note("mail", delay < MAIL_DELAY_S, &told);
    Ok(())
}

/// Whether both count the same, whenever they were read.
fn same_counts(tally: Option<Tally>, recount: Option<Tally>) -> bool {
    match (tally, recount) {
        (Some(tally), Some(recount)) => {
            tally
                == Tally {
                    at: tally.at,
                    ..recount
                }
        }
        (None, None) => true,
        _ => false,
    }
}
