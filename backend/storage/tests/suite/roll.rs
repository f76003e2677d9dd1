//! The roll: one version in force, replaced at once.

use crate::world::*;
use protocol::apoyos::Status;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use storage::{
    StorageError,
    judging::{Basis, Pictures, Settled},
    roll::{RollEntry, RollVersion, Situacion},
};

fn entry(number: u64, vigencia: u16) -> RollEntry {
    RollEntry {
        key: bytes16(number),
        person: bytes16(number + 1_000_000),
        place: place(
            (number % 32 + 1) as u8,
            (number % 7) as u16 + 1,
            (number % 999) as u16 + 1,
        ),
        situacion: [Situacion::ListaNominal, Situacion::Padron, Situacion::Baja]
            [number as usize % 3],
        vigencia,
    }
}

fn import<E: Engine>(world: &World<E>, entries: u64, vigencia: u16) -> RollVersion {
    let mut roll = world.store.import_roll().unwrap();
    for number in 0..entries {
        assert!(roll.add(entry(number, vigencia)).unwrap());
    }
    roll.finish(start()).unwrap()
}

fn roll_files<E: Engine>(world: &World<E>) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(world.folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("roll-") && name.contains(".db"))
        .collect();
    files.sort();
    files
}

pub async fn people_are_found_by_their_key_and_nobody_else_is<E: Engine>() {
    let world = World::<E>::empty().await;
    assert_eq!(world.store.roll_version().await.unwrap(), None);
    assert_eq!(world.store.find_in_roll(bytes16(1)).await.unwrap(), None);
    let version = import(&world, 500, 2030);
    assert_eq!((version.version, version.entries), (1, 500));
    for number in 0..500 {
        let found = world.store.find_in_roll(bytes16(number)).await.unwrap();
        assert_eq!(found, Some(entry(number, 2030)));
    }
    assert_eq!(world.store.find_in_roll(bytes16(500)).await.unwrap(), None);
    assert_eq!(world.store.roll_version().await.unwrap(), Some(version));
    let world = world.reopened().await;
    assert_eq!(
        world.store.find_in_roll(bytes16(3)).await.unwrap(),
        Some(entry(3, 2030))
    );
}

pub async fn a_new_roll_replaces_the_old_one_while_the_server_reads<E: Engine>() {
    let world = World::<E>::empty().await;
    import(&world, 300, 2029);
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..8u64)
        .map(|reader| {
            let (store, done) = (Arc::clone(&world.store), Arc::clone(&done));
            tokio::spawn(async move {
                let (mut latest, mut number) = (0, reader);
                while !done.load(Ordering::Relaxed) {
                    number = (number + 7) % 300;
                    let found = store.find_in_roll(bytes16(number)).await.unwrap().unwrap();
                    assert_eq!(found, entry(number, found.vigencia));
                    latest = latest.max(found.vigencia);
                }
                latest
            })
        })
        .collect();
    // The command line imports with its own handle of the same folder.
    let folder = world.folder.path().to_owned();
    let blobs = world.blobs.clone();
    let command_line = E::open(&folder, blobs).await;
    tokio::task::spawn_blocking(move || {
        for vigencia in 2030..2034 {
            let mut roll = command_line.import_roll().unwrap();
            for number in 0..300 {
                roll.add(entry(number, vigencia)).unwrap();
            }
            roll.finish(start()).unwrap();
        }
    })
    .await
    .unwrap();
    for number in 0..300 {
        let found = world.store.find_in_roll(bytes16(number)).await.unwrap();
        assert_eq!(found, Some(entry(number, 2033)), "in force at once");
    }
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.await.unwrap() >= 2029);
    }
    assert_eq!(
        world.store.roll_version().await.unwrap().unwrap().version,
        5
    );
    assert_eq!(
        roll_files(&world),
        ["roll-4.db", "roll-5.db"],
        "older ones than the former are gone"
    );
}

pub async fn an_import_that_is_given_up_leaves_the_old_roll<E: Engine>() {
    let world = World::<E>::empty().await;
    import(&world, 10, 2030);
    let mut given_up = world.store.import_roll().unwrap();
    given_up.add(entry(77, 2031)).unwrap();
    drop(given_up);
    assert_eq!(roll_files(&world), ["roll-1.db"]);
    // A crash cannot clean up; the next import does.
    std::fs::write(world.folder.path().join("roll-2.db"), b"half a roll").unwrap();
    std::fs::write(world.folder.path().join("roll-2.db-journal"), b"").unwrap();
    let world = world.reopened().await;
    assert_eq!(
        world.store.find_in_roll(bytes16(3)).await.unwrap(),
        Some(entry(3, 2030))
    );
    assert_eq!(world.store.find_in_roll(bytes16(77)).await.unwrap(), None);
    assert_eq!(import(&world, 10, 2032).version, 2);
    assert_eq!(
        world.store.find_in_roll(bytes16(3)).await.unwrap(),
        Some(entry(3, 2032))
    );
    assert_eq!(roll_files(&world), ["roll-1.db", "roll-2.db"]);
}

pub async fn a_key_that_comes_twice_is_told_and_kept_once<E: Engine>() {
    let world = World::<E>::empty().await;
    let mut roll = world.store.import_roll().unwrap();
    assert!(roll.add(entry(1, 2030)).unwrap());
    assert!(!roll.add(entry(1, 2031)).unwrap());
    assert!(roll.add(entry(2, 2030)).unwrap());
    assert_eq!(roll.finish(start()).unwrap().entries, 2);
    assert_eq!(
        world.store.find_in_roll(bytes16(1)).await.unwrap(),
        Some(entry(1, 2030))
    );
}

pub async fn one_import_at_a_time<E: Engine>() {
    let world = World::<E>::empty().await;
    let first = world.store.import_roll().unwrap();
    assert!(matches!(world.store.import_roll(), Err(StorageError::Busy)));
    drop(first);
    import(&world, 1, 2030);
}

pub async fn the_former_roll_comes_back_and_goes_again<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    let vigencia = async |world: &World<E>| {
        let found = world.store.find_in_roll(bytes16(3)).await.unwrap();
        found.unwrap().vigencia
    };
    let back = async |world: &World<E>| {
        let back = world.store.go_back_to_former_roll(start()).await;
        back.unwrap().map(|roll| (roll.version, roll.entries))
    };
    assert_eq!(back(&world).await, None);
    import(&world, 300, 2031);
    assert_eq!(back(&world).await, None, "there is no former one");
    import(&world, 200, 2032);
    let counts = world.store.roll_counts().await.unwrap().unwrap();
    assert_eq!(counts.total().entries, 200);
    assert_eq!(back(&world).await, Some((3, 300)));
    assert_eq!(vigencia(&world).await, 2031);
    let world = world.reopened().await;
    assert_eq!(back(&world).await, Some((4, 200)));
    assert_eq!(vigencia(&world).await, 2032);
    // The next import keeps the one that it replaces.
    import(&world, 100, 2033);
    assert_eq!(roll_files(&world), ["roll-2.db", "roll-5.db"]);
    assert_eq!(back(&world).await, Some((6, 200)));
    assert_eq!(vigencia(&world).await, 2032);
}

pub async fn a_verdict_by_a_roll_that_was_replaced_is_not_written<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.give(1, "agua-1").await;
    import(&world, 10, 2031);
    let settle = async |roll| {
        let basis = Basis {
            roll,
            pictures: Pictures::Opened,
            run: None,
        };
        let verdict = in_roll(1, place(9, 12, 1));
        let settled = world
            .store
            .settle_by_roll(apoyo_id(1), verdict, basis, after(60));
        settled.await.unwrap()
    };
    // Another process brings a new one while the judge looks.
    import(&world, 10, 2032);
    assert_eq!(settle(1).await, Settled::RollChanged);
    let (_, state) = world.store.apoyo_state(apoyo_id(1)).await.unwrap().unwrap();
    assert_eq!(state.status, Status::Received);
    assert_eq!(settle(2).await, Settled::Written);
    // What it has judged is judged again once it is replaced, and no run is lost by a restart.
    import(&world, 10, 2033);
    let run = world.store.judging_again().await.unwrap().unwrap();
    assert_eq!((run.through, run.last), (0, 1));
    let piece = world.store.next_piece(&run, 10, start()).await.unwrap();
    assert_eq!((piece.apoyos.len(), piece.through), (1, 1));
    assert!(piece.apoyos[0].before.is_some());
    let done = world.store.piece_judged(run.run, piece.through, start());
    done.await.unwrap();
    assert_ne!(
        world
            .store
            .judging_again()
            .await
            .unwrap()
            .map(|run| run.run),
        Some(run.run)
    );
}
