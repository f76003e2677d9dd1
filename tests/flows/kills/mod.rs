//! The server is killed or loses its power at any moment: receipted apoyos stay, and no person is
//! counted twice.
//!
//! `cargo xtask kills` is the long form (`KILLS=200`); with `--power` it cuts the power (`POWER=1000`),
//! with `--calls` it kills at a system call (`CALLS=300`). `SEED=n` repeats the moments of a run,
//! `MINUTES=n` limits its time.

mod ledger;
mod load;

use e2e::{faults::Doom, world::TestWorld};
use ledger::settle_accounts;
use load::{Draws, Load, number};
use std::time::{Duration, Instant};
use volatile_disk::{Loss, VolatileDisk};

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_killed_again_and_again_and_keeps_its_promises() {
    let (kills, seed) = (number("KILLS", 12), number("SEED", 2_027));
    let mut world = Load::world(kills, None);
    let load = Load::start(&world, kills, seed).await;
    let begun = Instant::now();
    let mut draws = Draws(seed);
    let mut kills_done = 0;
    for _ in 0..kills {
        if is_over(begun) {
            break;
        }
        kills_done += 1;
        tokio::time::sleep(Duration::from_millis(draws.below(900))).await;
        tokio::task::block_in_place(|| {
            world.kill();
            die_while_recovering(&mut world, &mut draws);
            world.start();
        });
        load.goes_on_at(world.url());
    }
    let told = settle_accounts(&mut world, load).await;
    println!(
        "{kills_done} kills, seed {seed}: {told}; {:.1?} in all",
        begun.elapsed()
    );
}

/// Whether a run that is bounded by `MINUTES` has had its time.
fn is_over(begun: Instant) -> bool {
    begun.elapsed() >= Duration::from_secs(60 * number("MINUTES", 600))
}

/// Every third time the server dies again while it recovers.
fn die_while_recovering(world: &mut TestWorld, draws: &mut Draws) {
    if draws.below(3) == 0 {
        let after = Duration::from_millis(draws.below(80));
        let died = world.launch().die_while_starting(after);
        died.expect("a child can be started and killed");
    }
}

/// Each death is one system call later than the one before, so that there is a death between any two
/// calls that change durable data.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_dies_at_each_call_that_changes_what_is_durable() {
    let (calls, seed) = (number("CALLS", 6), number("SEED", 2_027));
    let mut world = Load::world(calls, None);
    let load = Load::start(&world, calls, seed).await;
    let begun = Instant::now();
    let mut calls_done = 0;
    for nth in 1..=calls {
        if is_over(begun) {
            break;
        }
        calls_done += 1;
        tokio::task::block_in_place(|| {
            let pid = world.server().pid();
            let doom = Doom::of(pid, nth).expect("strace attaches");
            // A process whose threads never make that many calls is killed.
            let _ = world.server().wait_for_end(Duration::from_secs(20));
            world.kill();
            drop(doom);
            // The next start is killed too, so that recovery runs twice.
            world.launch().under = Doom::from_the_start(nth);
            let died = world
                .launch()
                .die_while_starting(Duration::from_millis(600));
            died.expect("a child can be started and killed");
            world.launch().under.clear();
            world.start();
        });
        load.goes_on_at(world.url());
    }
    let told = settle_accounts(&mut world, load).await;
    println!(
        "{calls_done} deaths at a call, seed {seed}: {told}; {:.1?} in all",
        begun.elapsed()
    );
}

/// A folder to mount on, and the disk in it; `None` without the right to mount.
fn disk() -> Option<(tempfile::TempDir, VolatileDisk)> {
    let folder = tempfile::tempdir().expect("a folder of our own");
    match VolatileDisk::mount(folder.path()) {
        Ok(disk) => Some((folder, disk)),
        Err(error) => {
            eprintln!("NOT TESTED: a disk is mounted by root only ({error})");
            None
        }
    }
}

/// Cuts the power this many times under load, and compares the receipts with the remaining data. A
/// careless disk does not flush the database after the world is made.
async fn cut_the_power(disk: &mut VolatileDisk, cuts: u64, seed: u64, careless: bool) -> String {
    let mut world = Load::world(cuts, Some(disk.path().join("data")));
    // The test copied the world there without flushing; from here on the server flushes.
    disk.flush();
    let load = Load::start(&world, cuts, seed).await;
    if careless {
        disk.forget_flushes_of("apoyo.db");
    }
    let (mut draws, begun, mut done) = (Draws(seed), Instant::now(), 0);
    for nth in 0..cuts {
        if is_over(begun) {
            break;
        }
        done += 1;
        // So that each cut meets receipts that a careless disk can lose, on a slow machine too.
        load.receipts_grow().await;
        tokio::time::sleep(Duration::from_millis(draws.below(600))).await;
        // In turn, all unflushed data or a part of them are lost.
        let loss = match nth % 2 {
            0 => Loss::Everything,
            _ => Loss::Some {
                seed: seed.wrapping_add(nth),
            },
        };
        tokio::task::block_in_place(|| {
            world.kill();
            disk.lose_power(loss).expect("the disk comes back");
            if draws.below(3) == 0 {
                die_while_recovering(&mut world, &mut draws);
                disk.lose_power(Loss::Everything)
                    .expect("the disk comes back");
            }
            world.start();
        });
        load.goes_on_at(world.url());
    }
    let told = settle_accounts(&mut world, load).await;
    format!("{done} power cuts, seed {seed}: {told}")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_power_is_cut_again_and_again_and_what_was_receipted_is_there() {
    let (cuts, seed) = (number("POWER", 8), number("SEED", 2_027));
    let Some((_folder, mut disk)) = disk() else {
        return;
    };
    let begun = Instant::now();
    let told = cut_the_power(&mut disk, cuts, seed, false).await;
    println!("{told}; {:.1?} in all", begun.elapsed());
}

/// The control: on a disk that does not flush the database (like `synchronous=OFF`) the same story
/// must fail. Otherwise it would not detect a loss.
#[tokio::test(flavor = "multi_thread")]
async fn without_flushes_of_the_database_the_same_story_sees_the_loss() {
    let Some((_folder, mut disk)) = disk() else {
        return;
    };
    let seed = number("SEED", 2_027);
    let story = tokio::spawn(async move { cut_the_power(&mut disk, 3, seed, true).await });
    let failed = story.await.expect_err("the loss of receipts is seen");
    let said = words(&*failed.into_panic());
    // Or by the head, which has seen receipts that the rows no longer have.
    let is_loss = [
        "lost",
        "given twice",
        "no gaps",
        "database_behind",
        "device_unknown",
    ];
    assert!(is_loss.iter().any(|word| said.contains(word)), "{said}");
}

/// The message of a panic.
fn words(payload: &(dyn std::any::Any + Send)) -> String {
    let literal = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    let formatted = payload.downcast_ref::<String>().cloned();
    literal.or(formatted).unwrap_or_default()
}
