//! Two hundred histories, and the repetition of one by its seed.

use simulation::{Failure, Outcome, base::Base, run, run_careless};

/// The number of histories (`SIMULATE_SEEDS`); the long form is `cargo xtask simulate`.
fn seeds() -> u64 {
    let asked = std::env::var("SIMULATE_SEEDS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(200)
}

fn base() -> Option<Base> {
    let base = Base::new().expect("the base is set up");
    if base.is_none() {
        eprintln!("NOT TESTED: a disk is mounted by root only");
    }
    base
}

/// Runs the history of this seed, which must keep every promise.
fn kept(base: &Base, seed: u64) -> Outcome {
    run(base, seed).unwrap_or_else(|failure| panic!("{}", told(failure)))
}

fn told(failure: Failure) -> String {
    let Failure { seed, log, why } = failure;
    format!(
        "seed {seed}: {why}\n{}\nagain: cargo xtask simulate --seeds 1 --first {seed}",
        log.join("\n")
    )
}

#[test]
fn whatever_fails_each_promise_is_kept() {
    let Some(base) = base() else { return };
    let (mut receipts, mut restarts, mut cuts) = (0, 0, 0);
    for seed in 0..seeds() {
        let outcome = kept(&base, seed);
        receipts += outcome.receipts;
        restarts += outcome.restarts;
        cuts += outcome.power_cuts;
    }
    println!("{receipts} receipts, {restarts} restarts, {cuts} with a loss of power");
    // Histories without events would prove nothing.
    assert!(receipts > 3 * seeds() && restarts > 2 * seeds() && cuts > seeds());
}

#[test]
fn a_seed_makes_the_same_history_again() {
    let Some(base) = base() else { return };
    let mut same_on_disk = 0;
    for seed in 1_000..1_012 {
        let [one, other] = [0; 2].map(|_| kept(&base, seed));
        same_on_disk += u64::from((one.changes, one.trace) == (other.changes, other.trace));
        let told = |outcome: Outcome| Outcome {
            changes: 0,
            trace: 0,
            ..outcome
        };
        assert_eq!(told(one), told(other), "seed {seed}");
    }
    // On a busy machine a commit writes a page more or less in one of some ten histories. Why is not
    // known yet; what phones were promised was the same each time.
    assert!(
        same_on_disk >= 8,
        "{same_on_disk} of 12 asked the disk for the same"
    );
}

/// The control: without flushes of the database receipts are lost, and the ledger detects it.
#[test]
fn on_a_disk_that_flushes_nothing_of_the_database_promises_are_broken_and_it_is_seen() {
    let Some(base) = base() else { return };
    let failed = (0..40).filter_map(|seed| run_careless(&base, seed).err());
    let reasons: Vec<String> = failed.map(|failure| failure.why).collect();
    let lost = |why: &&String| {
        ["once and without a gap", "is another", "gone"]
            .iter()
            .any(|word| why.contains(word))
    };
    let seen = reasons.iter().filter(lost).count();
    assert!(seen > 3, "{reasons:#?}");
}
