//! Faults of one item, of a file's permissions and of reading.

use crate::world::*;
use futures_util::future::join_all;
use protocol::apoyos::Status;
use rustix::{fs::Mode, process::umask};
use std::{
    fs::{self, File},
    os::unix::fs::{FileExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};
use storage::{
    StorageError,
    apoyos::Recorded,
    blobs::BlobStore,
    roll::{RollEntry, Situacion},
};

fn database(world: &World<crate::Sqlite>) -> rusqlite::Connection {
    rusqlite::Connection::open(world.folder.path().join("apoyo.db")).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_counter_costs_the_verdicts_that_need_it_and_nothing_else_of_their_batch() {
    let world = World::<crate::Sqlite>::with_campaigns().await;
    for number in 1..=3 {
        world.give(number, "agua-1").await;
    }
    world.give(4, "ley-1").await;
    world.upload(5).await;
    // The database was changed by hand: one campaign's counter of pending apoyos is 0.
    let agua = "UPDATE counters SET apoyos = 0 WHERE campaign =
        (SELECT number FROM campaigns WHERE id = 'agua-1')";
    assert_eq!(database(&world).execute(agua, []).unwrap(), 1);

    // The writer is blocked, so all of these wait for one batch.
    let blocker = database(&world);
    blocker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let store = &world.store;
    let verdict = |number| {
        let verdict = in_roll(number, place(9, 12, 1));
        store.settle_apoyo(apoyo_id(number), verdict, after(60))
    };
    let settled = join_all([1, 4, 2, 3].map(verdict));
    let recorded = join_all((50..90).map(|number| {
        let new = new_apoyo(number, 5, "ley-1");
        store.record_apoyo(new, signer())
    }));
    let freed = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        blocker.execute_batch("COMMIT").unwrap();
    };
    let (settled, recorded, ()) = tokio::join!(settled, recorded, freed);

    let ok: Vec<_> = settled.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [false, true, false, false]);
    for recorded in recorded {
        assert!(matches!(recorded, Ok(Recorded::First(_))), "{recorded:?}");
    }
    assert_eq!(store.broken(), None);
    let status = async |number| {
        let state = store.apoyo_state(apoyo_id(number)).await.unwrap();
        state.unwrap().1.status
    };
    assert_eq!(status(4).await, Status::Preliminary);
    assert_eq!(status(1).await, Status::Received, "it left nothing");
    let ley = "ley-1".parse().unwrap();
    let tally = store.tally(&ley, start()).await.unwrap();
    assert_eq!(tally, store.recount(&ley, start()).await.unwrap());
    let total = tally.unwrap().total;
    assert_eq!((total.received, total.preliminary), (41, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_cannot_be_read_ends_the_process_as_one_that_cannot_be_written() {
    let world = World::<crate::Sqlite>::with_campaigns().await;
    world.give(1, "agua-1").await;
    let db = database(&world);
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let page: i64 = db
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'devices'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let size: i64 = db
        .query_row("PRAGMA page_size", [], |row| row.get(0))
        .unwrap();
    drop(db);
    // A sector that went bad, under a table that was not read yet.
    let path = world.folder.path().join("apoyo.db");
    let file = File::options().write(true).open(path).unwrap();
    let rubbish = vec![0xFF; usize::try_from(size).unwrap()];
    let place = u64::try_from((page - 1) * size).unwrap();
    file.write_all_at(&rubbish, place).unwrap();

    let found = world.store.device(device_id(1)).await;
    assert!(matches!(found, Err(StorageError::Broken(_))), "{found:?}");
    let broken = tokio::time::timeout(Duration::from_secs(2), world.store.until_broken());
    assert!(broken.await.unwrap().contains("malformed"));
    assert!(world.store.receipt(apoyo_id(1)).await.is_err());
    let recorded = world
        .store
        .record_apoyo(new_apoyo(2, 1, "agua-1"), signer());
    assert!(matches!(recorded.await, Err(StorageError::Broken(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_cannot_be_read_stops_no_other() {
    let world = World::<crate::Sqlite>::with_campaigns().await;
    for number in 1..=3 {
        world.give(number, "agua-1").await;
    }
    let ill = "UPDATE apoyos SET received_at = 9223372036854775807 WHERE sequence = 2";
    assert_eq!(database(&world).execute(ill, []).unwrap(), 1);
    let pending = async |now| {
        let pending = world.store.pending_apoyos(10, now).await.unwrap();
        let found: Vec<_> = pending.iter().map(|apoyo| apoyo.sequence).collect();
        found
    };
    assert_eq!(pending(start()).await, [1, 3]);
    assert_eq!(world.store.paused_count().await.unwrap().waiting, 1);
    // Its pauses end with a person, and not in front of the others.
    for day in 1..8 {
        assert_eq!(pending(after(day * 86_400)).await, [1, 3]);
        let paused = world.store.paused_apoyos(after(day * 86_400), 10).await;
        assert!(paused.unwrap().is_empty());
    }
    let (_, state) = world.store.apoyo_state(apoyo_id(2)).await.unwrap().unwrap();
    assert_eq!(state.status, Status::InReview);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_cannot_be_read_stops_no_other() {
    let world = World::<crate::Sqlite>::with_campaigns().await;
    for number in 1..=2_u8 {
        let begun = world
            .store
            .begin_activation(crate::activation::begin(u64::from(number), number));
        begun.await.unwrap();
    }
    let ill = "UPDATE mails SET language = 'tlh' WHERE id = (SELECT min(id) FROM mails)";
    assert_eq!(database(&world).execute(ill, []).unwrap(), 1);
    let due = world.store.due_mails(after(1), 1).await.unwrap();
    assert!(due.is_empty());
    let due = world.store.due_mails(after(1), 1).await.unwrap();
    assert_eq!(due.len(), 1, "the one behind it");
    assert_eq!(world.store.broken(), None);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_file_is_readable_by_others_whatever_the_folder_and_the_process_allow() {
    let before = umask(Mode::empty());
    let world = World::<crate::Sqlite>::with_campaigns().await;
    world.give(1, "agua-1").await;
    // In one piece and in several; kept and not.
    let large = vec![7; 900_000];
    put(world.blobs.as_ref(), &large).await.unwrap();
    let kept: Vec<_> = new_apoyo(1, 1, "agua-1").parts;
    world.blobs.keep(&[kept[0].sha256]).await.unwrap();
    let serving = world.store.lock_for_serving().await.unwrap();
    let mut roll = world.store.import_roll().unwrap();
    let entry = RollEntry {
        key: [1; 16],
        person: [2; 16],
        place: place(9, 12, 1),
        situacion: Situacion::ListaNominal,
        vigencia: 2033,
    };
    roll.add(entry).unwrap();
    roll.finish(start()).unwrap();
    umask(before);
    let found = files(world.folder.path());
    assert!(found.len() > 10, "{found:?}");
    for file in found {
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has {mode:o}", file.display());
    }
    drop(serving);
    // Files that an earlier version left readable are restricted at the next start.
    let database = world.folder.path().join("apoyo.db");
    fs::set_permissions(&database, fs::Permissions::from_mode(0o644)).unwrap();
    let world = world.reopened().await;
    let mode = fs::metadata(&database).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
    assert!(world.store.roll_version().await.unwrap().is_some());
}
