//! Everything at once, from one number: the real core of the server and its real storage, on a
//! disk, a clock, a network and a relay of the tests, which fail as the seed says.
//!
//! A *history* is what one seed makes: phones activate and give apoyos, mails go out, apoyos are
//! judged; meanwhile requests and answers are lost or come twice, the clock jumps, the relay
//! refuses or forgets, the disk is full, a flush fails, the program dies at some change of the
//! disk and with it, perhaps, what was not flushed. In the end everything is well again and the
//! phones finish. Then what the phones were promised is compared with what is there
//! ([`ledger`]).
//!
//! | who | really | in a history |
//! |---|---|---|
//! | core, storage, blobs | `server_core`, `storage` | the same code, on its own threads |
//! | disk | the system's | [`volatile_disk`], mounted in this process |
//! | time, chance | the system's | [`outside::Clock`], [`chance::Dice`] |
//! | network | HTTP | calls of the core's functions with real signatures, [`world`] |
//! | relay | SMTP | [`outside::Relay`] |
//! | who opens pictures | a child process | [`outside::Reader`] |
//!
//! One thing happens after the other, so the same seed asks the disk for the same changes:
//! [`Outcome::trace`] shows it, and a seed that fails fails again. Two things are left to the
//! machine: the keys of phones and their signatures, whose bytes decide nothing.
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
use world::World;

/// What a history came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Apoyos with a receipt.
    pub receipts: u64,
    /// How often the program ended and began again.
    pub restarts: u64,
    /// Among them those at which something was lost that had not been flushed.
    pub power_cuts: u64,
    /// Requests or answers that were lost.
    pub lost: u64,
    /// Mails that arrived.
    pub mails: u64,
    /// Changes of the disk.
    pub changes: u64,
    /// What was changed where and when, as one number.
    pub trace: u64,
}

/// A history in which a promise was broken.
#[derive(Debug)]
pub struct Failure {
    /// The number that makes it again.
    pub seed: u64,
    /// What happened, step by step.
    pub log: Vec<String>,
    /// What is wrong.
    pub why: String,
}

/// What happens, step by step; shared with the one who reports a failure.
pub type Log = Arc<Mutex<Vec<String>>>;

/// The history of this seed.
pub fn run(base: &Base, seed: u64) -> Result<Outcome, Failure> {
    history(base, seed, false)
}

/// The same on a disk that flushes nothing of the database: what `synchronous=OFF` comes to. Some
/// of these histories have to fail, or none of the others proves anything.
pub fn run_careless(base: &Base, seed: u64) -> Result<Outcome, Failure> {
    history(base, seed, true)
}

fn history(base: &Base, seed: u64, careless: bool) -> Result<Outcome, Failure> {
    let log = Log::default();
    let told = Arc::clone(&log);
    let history = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be made");
        runtime.block_on(async {
            let mut world = World::begin(base, seed, told).await;
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
