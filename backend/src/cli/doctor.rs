//! `apoyo doctor`: is everything as it should be?

mod audit;
mod child;

use super::{
    Failure, block_on, clock, head,
    open::{Opened, open_existing},
};
use chrono::TimeDelta;
use clap::Args;
use protocol::{
    attestation::Tier,
    environment::{Clock, SystemClock, Timestamp},
    ids::Sha256Hash,
    seal::{Header, SealingPurpose},
    tally::Tally,
};
use server_core::{
    attestation,
    keys::sealing::{self, SealingKey, in_force},
};
use std::path::Path;
use storage::{Engine, StorageError, activation::TierCount, head::HeadPlace, limits::Noticed};

/// Mail that waits longer than this has something in its way.
const MAIL_DELAY_S: i64 = 900;

/// The age at which a notice of a proxy is out of date.
const FORWARDED_HOURS: i64 = 24;

const HELP: &str = "\
Looks at: the keys (readable, only by their owner; those that pictures are sealed to); the database (synchronous=FULL, integrity);
what the child that opens pictures cannot do; every tally against a recount of the apoyos; the pictures of a sample (there, with the right
hash); the roll; the head, which says how far numbers were given; the clock; what was put aside at
starts; the tiers of phones; mail that waits; proxies that are not named. Changes nothing; may run beside the server.

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
    pub fn run(self, data: &Path, head: Option<&Path>) -> Result<(), Failure> {
        // Opening has read the keys and asserted WAL and synchronous=FULL.
        let opened = open_existing(data)?;
        let sealing = sealing::read(data)?;
        let mut findings = Findings::default();
        findings.note("keys", true, "readable, and by their owner only");
        sealing_keys(&sealing, &mut findings);
        findings.note("durability", true, "WAL, synchronous=FULL");
        revocations(data, &mut findings);
        let place = head::place(data, head, &opened.keys)?;
        block_on(async { Ok(numbers(&opened, &place, &mut findings).await?) })?;
        child::examine(&mut findings)?;
        block_on(async { Ok(examine(&opened, &sealing, self.sample, &mut findings).await?) })?;
        match findings.wrong {
            0 => Ok(()),
            wrong => Err(Failure::BadData(format!("{wrong} things are wrong"))),
        }
    }
}

async fn examine(
    opened: &Opened,
    sealing: &[SealingKey],
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

    audit::examine(storage.as_ref(), findings).await?;
    let tagger = storage.tagger().await?;
    let told = tagger.map_or_else(|| "none yet".to_owned(), |tagger| tagger.place);
    findings.note("key of pseudonyms", true, &told);

    let pictures = storage.sample_pictures(sample).await?;
    let (mut bad, mut locked) = (0, 0);
    for name in &pictures {
        let whole = match opened.blobs.read(*name).await {
            Err(StorageError::Item(why)) => {
                println!("       {name}: {why}");
                None
            }
            read => read?,
        };
        // Pictures of the first version were not sealed; they have no key.
        if let Some(Ok(header)) = whole.as_deref().map(Header::read) {
            locked += u32::from(!sealing.iter().any(|key| key.id() == header.key()));
        }
        bad += u32::from(whole.is_none_or(|bytes| Sha256Hash::of(&bytes) != *name));
    }
    let told = format!(
        "{} read, {bad} missing, changed or unreadable",
        pictures.len()
    );
    findings.note("pictures", bad == 0, &told);
    let told = match locked {
        0 => "every picture names a key that is known here".to_owned(),
        locked => format!("{locked} pictures are sealed to a key that is gone: put it back"),
    };
    findings.note("their keys", locked == 0, &told);
    let unopened = storage.unopened_count().await?;
    let told = format!("{unopened} apoyos whose pictures nobody has looked at");
    findings.note("review", true, &told);
    let paused = storage.paused_count().await?;
    let told = format!(
        "{} apoyos wait because their judging failed",
        paused.waiting
    );
    findings.note("judging", true, &told);
    let drawn = storage.sampled_count().await?;
    let told = format!(
        "{} apoyos picked by chance, {} beyond what their phone gives on a day",
        drawn.sampled, drawn.phone_quota
    );
    findings.note("looked at first", true, &told);

    match storage.roll_version().await? {
        Some(roll) => {
            let told = format!("version {}, {} entries", roll.version, roll.entries);
            findings.note("roll", true, &told);
        }
        None => findings.note("roll", true, "none yet: every apoyo will be NO_ENCONTRADO"),
    }

    let (ok, told) = clock::judged(storage.clock_mark().await?, now);
    findings.note("clock", ok, &told);
    let lost = opened.blobs.lost().await?;
    let told = match lost.oldest {
        None => "nothing was put aside".to_owned(),
        Some(oldest) => format!(
            "{} files, {} MiB, the oldest since {} (apoyo pictures empty-lost --help)",
            lost.files,
            lost.bytes >> 20,
            oldest.date_naive()
        ),
    };
    findings.note("lost+found", true, &told);

    findings.note("phones", true, &tiers(&storage.tiers().await?));

    let (waiting, oldest) = storage.mail_backlog().await?;
    let delay = oldest.map_or(0, |since| (now - since).num_seconds());
    let told = format!("{waiting} waiting, the oldest for {delay} s");
    findings.note("mail", delay < MAIL_DELAY_S, &told);
    proxies(storage.as_ref(), now, findings).await
}

/// Whether there is a proxy that the configuration does not name.
async fn proxies(
    storage: &dyn Engine,
    now: Timestamp,
    findings: &mut Findings,
) -> Result<(), StorageError> {
    let lately = |at: &Timestamp| now - *at < TimeDelta::hours(FORWARDED_HOURS);
    let near = storage.noticed(Noticed::ForwardedByNeighbour).await?;
    let far = storage.noticed(Noticed::ForwardedByStranger).await?;
    match (near.filter(lately), far.filter(lately)) {
        (Some(at), _) => findings.note(
            "proxies",
            false,
            &format!(
                "X-Forwarded-For came from this machine or a private network, last at {at}: name \
                 that proxy in limits.trusted_proxies, or all citizens count as one network"
            ),
        ),
        // Everybody can send this header, so it may be a proxy or an attempt.
        (None, Some(at)) => findings.note(
            "proxies",
            true,
            &format!(
                "X-Forwarded-For came from an address that limits.trusted_proxies does not name, \
                 last at {at}: is it a proxy of yours?"
            ),
        ),
        (None, None) => findings.note("proxies", true, "none that is not named"),
    }
    Ok(())
}

/// How far numbers were given: by the head, and by the rows.
async fn numbers(
    opened: &Opened,
    place: &HeadPlace,
    findings: &mut Findings,
) -> Result<(), StorageError> {
    // The head first: of a server at work it is never ahead of rows that are read later.
    let head = storage::head::read(place);
    let rows = opened.storage.numbering().await?;
    let folder = place.folder.display();
    let (ok, told) = match head {
        Ok(Some(head)) if rows.last < head.given => (
            false,
            format!(
                "receipts up to number {} have left, but the database ends at {} (apoyo recover --help)",
                head.given, rows.last
            ),
        ),
        Ok(Some(head)) if rows.last > head.promised => (
            false,
            format!(
                "{folder} promises only {}, but the database ends at {}",
                head.promised, rows.last
            ),
        ),
        Ok(Some(head)) => (
            true,
            format!(
                "up to {} given, none above {} ({folder})",
                head.given, head.promised
            ),
        ),
        Ok(None) if rows.headed => (
            false,
            format!("there is none in {folder} (apoyo recover --help)"),
        ),
        // The server makes it at its first start.
        Ok(None) => (true, "none yet".to_owned()),
        Err(why) => (false, why.to_string()),
    };
    findings.note("head", ok, &told);
    Ok(())
}

/// Which keys phones seal to.
fn sealing_keys(keys: &[SealingKey], findings: &mut Findings) {
    for purpose in SealingPurpose::ALL {
        let what = format!("{purpose} key");
        match in_force(keys, purpose) {
            Some(key) => {
                let place = match key.is_secret() {
                    true => "here",
                    false => "elsewhere: only its public half is here",
                };
                findings.note(&what, true, &format!("{}, {place}", key.id()));
            }
            // The server makes it at its first start.
            None => findings.note(&what, true, "none yet"),
        }
    }
}

/// How many phones are in which tier: a signal, so nothing here is wrong.
fn tiers(counts: &[TierCount]) -> String {
    let of = |tier| -> u64 {
        let of_tier = counts.iter().filter(|count| count.tier == tier);
        of_tier.map(|count| count.devices).sum()
    };
    let told = Tier::ALL.map(|tier| format!("{} in {}", of(tier), tier.as_str()));
    told.join(", ")
}

/// The list of certificates that were taken back: whether it can be read, and how much it names.
fn revocations(data: &Path, findings: &mut Findings) {
    let path = attestation::file_in(data);
    if !path.exists() {
        findings.note(
            "revocations",
            true,
            "none loaded (apoyo attestation revocations)",
        );
        return;
    }
    match attestation::load(&path) {
        Ok(list) => {
            let told = format!("{} certificates are taken back", list.len());
            findings.note("revocations", true, &told);
        }
        Err(error) => findings.note("revocations", false, &error.to_string()),
    }
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
