//! Deterministic simulation from one seed: the server's real core and its real storage, on a simulated
//! disk, clock, network and relay, whose faults come from the seed.
//!
//! Each seed makes a *history*: phones activate and give apoyos, mails are sent, apoyos are judged.
//! Meanwhile requests and answers are lost or repeated, the clock jumps, the relay refuses or loses mails,
//! the disk is full, a flush fails, and the program dies at a change of the disk, perhaps with the loss of
//! unflushed data. At the end all faults stop and the phones finish. Then the promises to the phones are
//! compared with the server's data ([`ledger`]).
//!
//! | part | in operation | in a history |
//! |---|---|---|
//! | core, storage, blobs | `server_core`, `storage` | the same code, on its own threads |
//! | disk | the system's | [`volatile_disk`], mounted in this process |
//! | time, chance | the system's | [`outside::Clock`], [`chance::Dice`] |
//! | network | HTTP | calls of the core's functions with real signatures, [`world`] |
//! | relay | SMTP | [`outside::Relay`] |
//! | who opens pictures | a child process | [`outside::Reader`] |
//!
//! Events happen one after the other, so the same seed makes the same changes of the disk
//! ([`Outcome::trace`]), and a failing seed fails again. Only the keys of phones and their signatures
//! differ; no decision depends on their bytes. One thing is not held yet: on a busy machine a history
//! in some ten writes a page of the database more or less, so a death at the nth change may be at its
//! neighbour.
#![forbid(unsafe_code)]

pub mod base;
pub mod chance;
mod finish;
#[cfg(test)]
mod flushed;
mod happening;
pub mod ledger;
pub mod outside;
mod phone;
mod requests;
mod server;
mod steady;
mod steps;
pub mod world;

use base::Base;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
};
use steady::Idle;
use world::World;

/// The result of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Apoyos with a receipt.
    pub receipts: u64,
    /// The number of restarts.
    pub restarts: u64,
    /// The restarts with a loss of unflushed data.
    pub power_cuts: u64,
    /// Requests or answers that were lost.
    pub lost: u64,
    /// Mails that arrived.
    pub mails: u64,
    /// Changes of the disk.
    pub changes: u64,
    /// A hash of all changes of the disk.
    pub trace: u64,
}

/// A history in which a promise was broken.
#[derive(Debug)]
pub struct Failure {
    /// The seed that repeats it.
    pub seed: u64,
    /// Its events, step by step.
    pub log: Vec<String>,
    /// The broken promise.
    pub why: String,
}

/// The log of events, shared with the report of a failure.
pub type Log = Arc<Mutex<Vec<String>>>;

/// Runs the history of this seed.
pub fn run(base: &Base, seed: u64) -> Result<Outcome, Failure> {
    history(base, seed, false)
}

/// The same on a disk that does not flush the database, like `synchronous=OFF`. Some of these histories
/// have to fail. Otherwise the others would not prove anything.
pub fn run_careless(base: &Base, seed: u64) -> Result<Outcome, Failure> {
    history(base, seed, true)
}

fn history(base: &Base, seed: u64, careless: bool) -> Result<Outcome, Failure> {
    let log = Log::default();
    let told = Arc::clone(&log);
    let history = catch_unwind(AssertUnwindSafe(|| {
        let idle = Arc::new(Idle::default());
        let runtime = idle.runtime().expect("a runtime can be made");
        runtime.block_on(async {
            let mut world = World::begin(base, seed, told, idle).await;
            if careless {
                world.disk.forget_flushes_of("apoyo.db");
            }
            world.history().await;
            world.finish().await;
            ledger::settle_accounts(&world).await;
            world.end()
        })
    }));
    history.map_err(|panic| Failure {
        seed,
        log: log.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        why: words(&*panic),
    })
}

fn words(payload: &(dyn std::any::Any + Send)) -> String {
    let literal = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    let formatted = payload.downcast_ref::<String>().cloned();
    literal.or(formatted).unwrap_or_default()
}
