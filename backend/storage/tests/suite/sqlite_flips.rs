//! Flipped bits and truncated files, on copies: the damage is detected or harmless, and a tally is never
//! silently wrong.
//!
//! `cargo xtask flips --count 10000` is the long form (`FLIPS=10000`); `SEED=n` another run.
//!
//! | outcome | meaning |
//! |---|---|
//! | found | the start refuses, `doctor` complains, a receipt or a picture no longer verifies |
//! | older | the log was cut before its end: a consistent earlier state, which only what was written down elsewhere can tell from the whole (a receipt, the head) |
//! | harmless | every receipt, verdict, picture and tally is what it was |

use crate::world::*;
use protocol::{apoyos::Status, ids::Sha256Hash, reason::Reason};
use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
};
use storage::{
    Engine as _,
    apoyos::{Apoyos, Verdict},
    blobs::{BlobStore, local::LocalBlobs},
    campaigns::Campaigns,
    sqlite::SqliteStorage,
};

const APOYOS: u64 = 18;
const CAMPAIGNS: [&str; 3] = ["agua-1", "agua-2", "ley-1"];

/// A sequence of random numbers that depends only on its seed.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// The true state, before any damage.
struct Truth {
    receipts: BTreeMap<u64, Vec<u8>>,
    states: BTreeMap<u64, (Status, Vec<Reason>)>,
}

#[derive(Debug, PartialEq, Eq)]
enum Came {
    Found(&'static str),
    Older,
    Harmless,
}

fn campaign_of(number: u64) -> &'static str {
    CAMPAIGNS[(number % 3) as usize]
}

fn verdict_of(number: u64) -> Verdict {
    match number % 7 {
        0 => Verdict::NotCounted {
            reasons: vec![Reason::Baja],
            place: None,
        },
        _ => in_roll(number % 5, place(9, 12, 1)),
    }
}

/// The data of a server: most of it in the file, the newest in the write-ahead log.
async fn base() -> (World<crate::Sqlite>, Truth) {
    let world = World::<crate::Sqlite>::with_campaigns().await;
    let mut truth = Truth {
        receipts: BTreeMap::new(),
        states: BTreeMap::new(),
    };
    let mut world = world;
    for number in 1..=APOYOS {
        if number == APOYOS * 2 / 3 {
            // Closed and opened: the log is folded into the file.
            world = world.reopened().await;
        }
        let recorded = world.give(number, campaign_of(number)).await;
        let receipt = serde_json::to_vec(&receipt_of(&recorded)).unwrap();
        truth.receipts.insert(number, receipt);
        world.settle(number, verdict_of(number)).await;
    }
    for number in 1..=APOYOS {
        let state = world.store.apoyo_state(apoyo_id(number)).await.unwrap();
        let state = state.unwrap().1;
        truth.states.insert(number, (state.status, state.reasons));
    }
    (world, truth)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if fs::metadata(&path).unwrap().len() > 0 {
            found.push(path);
        }
    }
}

/// Damages one file of this copy; returns how.
fn damage(copy: &Path, draws: &mut Draws) -> String {
    let mut pictures = Vec::new();
    files(&copy.join("blobs"), &mut pictures);
    let path = match draws.below(20) {
        0..12 => copy.join("apoyo.db"),
        12..17 => copy.join("apoyo.db-wal"),
        _ => pictures[draws.below(pictures.len() as u64) as usize].clone(),
    };
    let file = fs::File::options()
        .read(true)
        .write(true)
        .open(&path)
        .unwrap();
    let length = file.metadata().unwrap().len();
    let place = draws.below(length);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    match draws.below(20) {
        0..12 => {
            let (mut byte, bit) = ([0], draws.below(8));
            file.read_exact_at(&mut byte, place).unwrap();
            file.write_all_at(&[byte[0] ^ (1 << bit)], place).unwrap();
            format!("{name}: bit {bit} of byte {place}")
        }
        12..17 => {
            file.set_len(place).unwrap();
            format!("{name}: cut at {place} of {length}")
        }
        _ => {
            let block = place / 4096 * 4096;
            let zeros = vec![0; usize::try_from((length - block).min(4096)).unwrap()];
            file.write_all_at(&zeros, block).unwrap();
            format!("{name}: zeros at {block}")
        }
    }
}

/// The reaction of a server and of `doctor`.
async fn examine(folder: &Path, truth: &Truth, what: &str) -> Came {
    let Ok(blobs) = LocalBlobs::open(&folder.join("blobs")) else {
        return Came::Found("the folder does not open");
    };
    let blobs = Arc::new(blobs);
    let Ok(store) = SqliteStorage::open(folder, blobs.clone()).await else {
        return Came::Found("the database does not open");
    };
    let Ok(serving) = store.lock_for_serving().await else {
        return Came::Found("it cannot be served");
    };
    if store.recover_blobs(&serving).await.is_err() {
        return Came::Found("it does not recover");
    }
    match store.integrity_faults().await {
        Ok(faults) if faults.is_empty() => {}
        _ => return Came::Found("it is not sound"),
    }
    if let Err(why) = tallies(&store, None).await {
        return Came::Found(why);
    }
    let mut last = APOYOS;
    for (number, receipt) in &truth.receipts {
        match store.receipt(apoyo_id(*number)).await {
            Err(_) => return Came::Found("a receipt cannot be read"),
            Ok(None) => last = last.min(number - 1),
            Ok(Some(_)) if last < *number => panic!("{what}: a receipt from the middle is gone"),
            Ok(Some(kept)) if kept != *receipt => {
                return Came::Found("a receipt no longer verifies");
            }
            Ok(Some(_)) => {}
        }
    }
    // Lost verdicts are reached again, because the next server judges waiting apoyos.
    let mut counted = BTreeMap::<&str, u64>::new();
    for number in 1..=last {
        let Ok(Some((_, state))) = store.apoyo_state(apoyo_id(number)).await else {
            return Came::Found("a verdict cannot be read");
        };
        let again = store.settle_apoyo(apoyo_id(number), verdict_of(number), after(60));
        if state.status == Status::Received && again.await.is_err() {
            return Came::Found("a verdict cannot be written");
        }
    }
    for number in 1..=last {
        let Ok(Some((_, state))) = store.apoyo_state(apoyo_id(number)).await else {
            return Came::Found("a verdict cannot be read");
        };
        assert_eq!(
            (state.status, state.reasons),
            truth.states[&number],
            "{what}: the verdict of {number} is another, and nothing says so"
        );
        let preliminary = u64::from(truth.states[&number].0 == Status::Preliminary);
        *counted.entry(campaign_of(number)).or_default() += preliminary;
    }
    if let Err(why) = tallies(&store, Some(&counted)).await {
        panic!("{what}: {why}, and nothing says so");
    }
    for number in 1..=last {
        for (_, bytes) in pictures(number) {
            match blobs.read(Sha256Hash::of(&bytes)).await {
                Ok(Some(read)) if read == bytes => {}
                _ => return Came::Found("a picture is not what its name says"),
            }
        }
    }
    match last == APOYOS {
        true => Came::Harmless,
        false => Came::Older,
    }
}

/// Compares each tally with its recount and with the true state.
async fn tallies(
    store: &SqliteStorage,
    counted: Option<&BTreeMap<&str, u64>>,
) -> Result<(), &'static str> {
    for campaign in CAMPAIGNS {
        let id = campaign.parse().unwrap();
        let tally = store.tally(&id, start()).await;
        let recount = store.recount(&id, start()).await;
        let (Ok(Some(tally)), Ok(Some(recount))) = (tally, recount) else {
            return Err("a tally cannot be read");
        };
        if tally != recount {
            return Err("a tally differs from its recount");
        }
        let expected = counted.map(|counted| counted.get(campaign).copied().unwrap_or(0));
        if expected.is_some_and(|expected| expected != tally.total.preliminary) {
            return Err("a tally is wrong");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_flipped_bit_or_a_cut_file_is_found_or_does_no_harm() {
    let number = |name: &str, otherwise| env::var(name).map_or(otherwise, |n| n.parse().unwrap());
    let (flips, seed) = (number("FLIPS", 120), number("SEED", 2_027));
    let (world, truth) = base().await;
    let mut draws = Draws(seed);
    let mut came = BTreeMap::<String, u64>::new();
    // In memory if possible, because it need not be durable.
    let room = Path::new("/dev/shm");
    let room = if room.is_dir() {
        room.to_owned()
    } else {
        env::temp_dir()
    };
    for _ in 0..flips {
        let copied = tempfile::tempdir_in(&room).unwrap();
        copy(world.folder.path(), copied.path());
        let what = damage(copied.path(), &mut draws);
        let outcome = examine(copied.path(), &truth, &what).await;
        *came.entry(format!("{outcome:?}")).or_default() += 1;
    }
    println!("{flips} damages, seed {seed}: {came:#?}");
    let of = |word: &str| -> u64 {
        let of = came.iter().filter(|(outcome, _)| outcome.starts_with(word));
        of.map(|(_, times)| times).sum()
    };
    assert!(of("Found") > flips / 10, "damage is found");
    assert!(of("Harmless") > 0, "free pages are of no use");
    // Undamaged at the end, or the loop would prove nothing.
    let copied = tempfile::tempdir_in(&room).unwrap();
    copy(world.folder.path(), copied.path());
    let whole = examine(copied.path(), &truth, "nothing").await;
    assert_eq!(whole, Came::Harmless);
}
