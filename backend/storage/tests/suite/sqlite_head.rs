//! An operator restores an older database: no number is given a second time.

use crate::world::*;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use storage::{
    engine::ServingLock,
    head::{Followed, HeadPlace, HeadRefused, PROMISED_AT_ONCE, read},
};

/// A server, its head, and the right to serve.
struct Served {
    world: World<crate::Sqlite>,
    place: HeadPlace,
    lock: ServingLock,
}

async fn try_to_serve(
    world: World<crate::Sqlite>,
    place: HeadPlace,
) -> Result<(Served, Followed), (World<crate::Sqlite>, HeadRefused)> {
    let lock = world.store.lock_for_serving().await.unwrap();
    match world.store.follow_head(&lock, &place).await {
        Ok(followed) => Ok((Served { world, place, lock }, followed)),
        Err(why) => Err((world, why)),
    }
}

impl Served {
    async fn new() -> Self {
        let world = World::<crate::Sqlite>::with_campaigns().await;
        let place = head_place(world.folder.path(), 1);
        let (served, followed) = try_to_serve(world, place).await.ok().unwrap();
        assert!(followed.made);
        served
    }

    async fn give(&self, numbers: std::ops::RangeInclusive<u64>) -> Vec<u64> {
        let mut given = Vec::new();
        for number in numbers {
            let recorded = self.world.give(number, "agua-1").await;
            given.push(receipt_of(&recorded).receipt.sequence);
        }
        given
    }

    fn file(&self) -> PathBuf {
        self.place.folder.join("head")
    }

    /// Stops the server.
    fn stopped(self) -> Stopped {
        let Self { world, place, lock } = self;
        let World {
            store,
            blobs,
            folder,
            ..
        } = world;
        drop((lock, store, blobs));
        Stopped { folder, place }
    }
}

/// A data folder that nothing has open.
struct Stopped {
    folder: tempfile::TempDir,
    place: HeadPlace,
}

fn database(folder: &Path) -> PathBuf {
    folder.join("apoyo.db")
}

impl Stopped {
    fn backup(&self) -> Vec<u8> {
        fs::read(database(self.folder.path())).unwrap()
    }

    fn put_back(&self, backup: &[u8]) {
        fs::write(database(self.folder.path()), backup).unwrap();
        for log in ["apoyo.db-wal", "apoyo.db-shm"] {
            let _ = fs::remove_file(self.folder.path().join(log));
        }
    }

    async fn started(self) -> Result<(Served, Followed), (World<crate::Sqlite>, HeadRefused)> {
        let world = World::<crate::Sqlite>::at(self.folder).await;
        try_to_serve(world, self.place).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_database_that_was_put_back_gives_no_number_and_recovery_gives_none_twice() {
    let served = Served::new().await;
    let mut given = served.give(1..=3).await;
    let stopped = served.stopped();
    let backup = stopped.backup();
    let (served, _) = stopped.started().await.ok().unwrap();
    given.extend(served.give(4..=9).await);
    let stopped = served.stopped();

    stopped.put_back(&backup);
    let place = stopped.place.clone();
    let (world, why) = stopped.started().await.err().unwrap();
    assert!(
        matches!(why, HeadRefused::DatabaseBehind { last: 3, given: 9 }),
        "{why}"
    );
    assert_eq!(why.code(), Some("database_behind"));

    let lock = world.store.lock_for_serving().await.unwrap();
    let recovered = world.store.recover_numbers(&lock, &place, None).await;
    let recovered = recovered.unwrap();
    assert_eq!(recovered.rows_end_at, 3);
    assert!(recovered.above >= 9, "{recovered:?}");
    drop(lock);
    let (served, followed) = try_to_serve(world, place).await.ok().unwrap();
    assert_eq!((followed.made, followed.left_out), (false, 0));
    // The phones send the lost apoyos again, and others send new ones.
    given.extend(served.give(4..=12).await);
    let all: BTreeSet<_> = given.iter().copied().collect();
    assert_eq!(
        all.len(),
        given.len(),
        "a number was given twice: {given:?}"
    );
    let faults = served.world.store.integrity_faults().await.unwrap();
    assert!(faults.is_empty(), "{faults:?}");
    // The next start finds everything in order.
    let (_, followed) = served.stopped().started().await.ok().unwrap();
    assert_eq!((followed.last, followed.left_out), (recovered.above + 9, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_after_a_clean_stop_leaves_no_number_out() {
    let served = Served::new().await;
    served.give(1..=2).await;
    let (served, followed) = served.stopped().started().await.ok().unwrap();
    let as_it_was = Followed {
        made: false,
        last: 2,
        left_out: 0,
    };
    assert_eq!(followed, as_it_was);
    assert_eq!(served.give(3..=4).await, [3, 4]);
    let head = read(&served.place).unwrap().unwrap();
    assert_eq!((head.given, head.promised), (4, PROMISED_AT_ONCE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_head_another_servers_and_one_in_use_are_refused() {
    let served = Served::new().await;
    served.give(1..=2).await;
    let file = served.file();
    let head = fs::read(&file).unwrap();

    // A copy of the data folder with the same head, which the other server uses.
    let copy = World::<crate::Sqlite>::with_campaigns().await;
    let (copy, why) = try_to_serve(copy, served.place.clone())
        .await
        .err()
        .unwrap();
    assert!(matches!(why, HeadRefused::InUse(_)), "{why}");
    let stopped = served.stopped();
    // The head of other receipts.
    copy.upload(7).await;
    for number in 1..=2 {
        copy.give(number + 10, "agua-1").await;
    }
    let (_, why) = try_to_serve(copy, stopped.place.clone())
        .await
        .err()
        .unwrap();
    assert!(matches!(why, HeadRefused::Foreign(_)), "{why}");

    let elsewhere = Stopped {
        place: head_place(stopped.folder.path(), 2),
        folder: stopped.folder,
    };
    let (world, why) = elsewhere.started().await.err().unwrap();
    assert!(matches!(why, HeadRefused::Untrusted(_)), "{why}");

    fs::remove_file(&file).unwrap();
    let place = head_place(world.folder.path(), 1);
    let (world, why) = try_to_serve(world, place.clone()).await.err().unwrap();
    assert!(matches!(why, HeadRefused::Missing(_)), "{why}");
    let lock = world.store.lock_for_serving().await.unwrap();
    let unsaid = world.store.recover_numbers(&lock, &place, None).await;
    assert!(matches!(unsaid, Err(HeadRefused::Missing(_))));
    let said = world.store.recover_numbers(&lock, &place, Some(40)).await;
    assert_eq!(said.unwrap().above, 40);
    drop(lock);

    // The old head comes back to the recovered rows: it promises less than they say.
    let recovered = fs::read(&file).unwrap();
    fs::write(&file, head).unwrap();
    let (world, why) = try_to_serve(world, place.clone()).await.err().unwrap();
    assert!(matches!(why, HeadRefused::Foreign(_)), "{why}");
    fs::write(&file, recovered).unwrap();
    let (served, _) = try_to_serve(world, place).await.ok().unwrap();
    assert_eq!(served.give(41..=41).await, [41]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_was_cut_leaves_the_other_one_and_two_leave_none() {
    let served = Served::new().await;
    served.give(1..=3).await;
    let file = served.file();
    let stopped = served.stopped();
    let whole = fs::read(&file).unwrap();
    let newest = String::from_utf8(whole.clone()).unwrap();
    let newest = newest.lines().position(|line| line.contains("state=shut"));
    let mut cut = whole.clone();
    cut[newest.unwrap() * 512 + 100] ^= 1;
    fs::write(&file, &cut).unwrap();
    let (served, followed) = stopped.started().await.ok().unwrap();
    assert_eq!(followed.last, 3);
    let stopped = served.stopped();
    let mut both = fs::read(&file).unwrap();
    both[100] ^= 1;
    both[512 + 100] ^= 1;
    fs::write(&file, &both).unwrap();
    let (_, why) = stopped.started().await.err().unwrap();
    assert!(matches!(why, HeadRefused::Untrusted(_)), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_that_was_changed_in_the_database_is_found() {
    let served = Served::new().await;
    served.give(1..=3).await;
    let stopped = served.stopped();
    rusqlite::Connection::open(database(stopped.folder.path()))
        .unwrap()
        .execute(
            "UPDATE evidence SET receipt = CAST(replace(CAST(receipt AS TEXT), 'a', 'b') AS BLOB)
             WHERE sequence = 2",
            [],
        )
        .unwrap();
    let (served, _) = stopped.started().await.ok().unwrap();
    let faults = served.world.store.integrity_faults().await.unwrap();
    assert!(
        faults.iter().any(|fault| fault.contains("chain")),
        "{faults:?}"
    );
}
