//! Measurements, run by hand: `cargo test -p storage --test suite -- --ignored --nocapture measure`.

use crate::world::*;
use futures_util::{StreamExt, stream};
use protocol::{
    apoyos::{Part, PartName},
    ids::Sha256Hash,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use storage::roll::{RollEntry, Situacion};

/// CPU time of this process: user and system, in hundredths of a second.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

/// The peak memory of this process, as the system prints it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap()
        .to_owned()
}

fn large_picture(number: u64) -> Vec<u8> {
    let seed = Sha256Hash::of(&number.to_be_bytes());
    let mut bytes = seed.as_bytes().repeat(235_000 / 32);
    bytes.extend_from_slice(&number.to_be_bytes());
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn measure_what_a_whole_apoyo_costs() {
    const APOYOS: u64 = 400;
    let world = World::<crate::Sqlite>::with_campaigns().await;
    for at_once in [1, 16, 64] {
        let (cpu_before, began) = (cpu(), Instant::now());
        let all: Vec<_> = (0..APOYOS)
            .map(|number| {
                let number = at_once as u64 * 10_000 + number;
                let (store, blobs) = (Arc::clone(&world.store), Arc::clone(&world.blobs));
                async move {
                    let apoyo = tokio::spawn(async move {
                        let mut new = new_apoyo(number, number, "agua-1");
                        for (place, name) in PartName::ALL.into_iter().enumerate() {
                            let picture = large_picture(number * 4 + place as u64);
                            put(blobs.as_ref(), &picture).await.unwrap();
                            let bytes = picture.len() as u64;
                            new.parts[place] = Part {
                                name,
                                sha256: Sha256Hash::of(&picture),
                                bytes,
                            };
                        }
                        store.record_apoyo(new, signer()).await.unwrap();
                    });
                    apoyo.await.unwrap();
                }
            })
            .collect();
        stream::iter(all)
            .buffer_unordered(at_once)
            .collect::<Vec<_>>()
            .await;
        let (cpu, took) = (cpu() - cpu_before, began.elapsed());
        println!(
            "{at_once:2} at once: {:.0} apoyos/s, {:.2} ms of CPU each (two of three hashes are the test's own)",
            APOYOS as f64 / took.as_secs_f64(),
            cpu.as_secs_f64() * 1_000.0 / APOYOS as f64
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn measure_a_roll_of_a_million() {
    const ENTRIES: u64 = 1_000_000;
    let world = World::<crate::Sqlite>::empty().await;
    let began = Instant::now();
    let mut hashing = Duration::ZERO;
    let mut roll = world.store.import_roll().unwrap();
    for number in 0..ENTRIES {
        let hashed = Instant::now();
        let key = bytes16(number);
        let person = bytes16(number + ENTRIES);
        hashing += hashed.elapsed();
        let entry = RollEntry {
            key,
            person,
            place: place(
                (number % 32 + 1) as u8,
                (number % 12) as u16 + 1,
                (number % 4_000) as u16 + 1,
            ),
            situacion: Situacion::ListaNominal,
            vigencia: 2033,
        };
        assert!(roll.add(entry).unwrap());
    }
    let version = roll.finish(start()).unwrap();
    let took = began.elapsed();
    let size = std::fs::metadata(world.folder.path().join("roll-1.db"))
        .unwrap()
        .len();
    println!(
        "{} entries in {took:.1?} (of it {hashing:.1?} hashes), {:.1} bytes each, {}",
        version.entries,
        size as f64 / ENTRIES as f64,
        peak()
    );
    let began = Instant::now();
    for number in (0..ENTRIES).step_by(50) {
        assert!(
            world
                .store
                .find_in_roll(bytes16(number))
                .await
                .unwrap()
                .is_some()
        );
    }
    println!(
        "{:.0} look-ups/s, one after the other",
        ENTRIES as f64 / 50.0 / began.elapsed().as_secs_f64()
    );
}
