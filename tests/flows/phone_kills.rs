//! A phone that is killed (`SIGKILL`) at each step of capture, seal, send and delete: the draft is
//! complete or deleted, its disk has no readable personal data, and exactly one apoyo arrives.
//!
//! `cargo xtask kills --phone` is the long form: each occurrence of each step, `PHONE_KILLS` times
//! (20). The short form kills once at each kind of step.

use e2e::{
    people::{Name, Pictures},
    phone_process::{Ended, PhoneProcess},
    world::{LooseEnd, TestWorld},
};
use std::{collections::BTreeMap, env, time::Instant};

/// The number of kills at each moment; 0 is the short form.
fn repeats() -> usize {
    match env::var("PHONE_KILLS") {
        Ok(text) => text.parse().expect("a number"),
        Err(_) => 0,
    }
}

fn phone(world: &TestWorld) -> PhoneProcess {
    let person = Name::Lupita.person();
    let pictures = Pictures::of(&person);
    let program = env!("CARGO_BIN_EXE_stepping_phone");
    PhoneProcess::activated(program, world, world.url(), &person, &pictures)
}

/// The moments to kill at, as `step:nth`: in the short form one of each kind, from the middle.
fn moments(steps: &[String]) -> Vec<String> {
    let mut reached = BTreeMap::<&str, usize>::new();
    let all: Vec<(&str, usize)> = steps
        .iter()
        .map(|step| {
            let nth = reached.entry(step).or_default();
            *nth += 1;
            (step.as_str(), *nth)
        })
        .collect();
    let chosen: Vec<(&str, usize)> = match repeats() {
        0 => reached
            .iter()
            .map(|(step, of)| (*step, of.div_ceil(2)))
            .collect(),
        times => all
            .iter()
            .flat_map(|one| std::iter::repeat_n(*one, times))
            .collect(),
    };
    chosen
        .iter()
        .map(|(step, nth)| format!("{step}:{nth}"))
        .collect()
}

#[test]
fn lupitas_phone_dies_at_each_step_and_exactly_one_apoyo_arrives() {
    let mut world = TestWorld::new();
    let phone = phone(&world);
    let steps = phone.steps("give", &phone.fresh_store("rehearsal"));
    for expected in [
        "capture.judged",
        "capture.durable",
        "store.written",
        "seal.part",
        "seal.durable",
        "send.part_sent",
        "send.manifest_noted",
        "send.answered",
        "send.receipted",
    ] {
        assert!(steps.iter().any(|step| step == expected), "no {expected}");
    }
    let (begun, moments) = (Instant::now(), moments(&steps));
    let (mut drafts, mut queued, mut gone) = (0, 0, 0);
    for moment in &moments {
        let store = phone.fresh_store("killed");
        let before = world.rows().apoyos;
        let ended = phone.run("give", &store, Some(moment), &[]);
        assert!(matches!(ended, Ended::Killed), "{moment} was not reached");
        phone.nothing_readable(&store, moment);

        let after = phone.whole("give", &store, &[]);
        match (after["had_draft"].as_bool(), after["had_apoyos"].as_u64()) {
            (Some(true), Some(0)) => drafts += 1,
            (Some(false), Some(1)) => queued += 1,
            (Some(false), Some(0)) => gone += 1,
            other => panic!("{moment}: a draft and its apoyo at once: {other:?}"),
        }
        assert_eq!(
            world.rows().apoyos,
            before + 1,
            "{moment}: exactly one arrives"
        );
        phone.nothing_readable(&store, &format!("after {moment}"));
    }
    println!(
        "{} kills at {} steps in {:.1?}: the draft was back {drafts} times, the apoyo queued \
         {queued} times, nothing begun {gone} times; {} apoyos arrived, nothing readable",
        moments.len(),
        steps.len(),
        begun.elapsed(),
        moments.len(),
    );
    assert!(
        drafts > 0 && queued > 0,
        "both sides of the sealing were seen"
    );
    world.leaves(LooseEnd::PendingApoyos, "the same credential over and over");
}

#[test]
fn lupitas_phone_dies_while_it_deletes_and_what_is_deleted_is_gone() {
    let mut world = TestWorld::new();
    let phone = phone(&world);
    let mut kills = 0;
    for what in ["discard", "cancel", "forget"] {
        let steps = phone.steps(what, &phone.fresh_store("rehearsal"));
        // The last steps are those of the deletion itself.
        let last = if what == "forget" { 6 } else { 3 };
        let deleting = steps.len() - last..steps.len();
        let moments = deleting.map(|at| {
            let nth = steps[..=at].iter().filter(|step| **step == steps[at]);
            format!("{}:{}", steps[at], nth.count())
        });
        let times = repeats().max(1);
        for moment in moments.flat_map(|one| std::iter::repeat_n(one, times)) {
            let moment = moment.as_str();
            let store = phone.fresh_store("killed");
            let ended = phone.run(what, &store, Some(moment), &[]);
            assert!(
                matches!(ended, Ended::Killed),
                "{what} {moment} was not reached"
            );
            kills += 1;
            phone.nothing_readable(&store, &format!("{what} {moment}"));
            let after = phone.whole(what, &store, &[]);
            assert!(after["said"]["draft"].is_null(), "{what} {moment}");
            let left = after["said"]["apoyos"].as_array().expect("a list");
            assert!(left.is_empty(), "{what} {moment}: {left:?}");
            phone.nothing_readable(&store, &format!("after {what} {moment}"));
        }
    }
    assert_eq!(
        world.rows().apoyos,
        0,
        "nothing of what was deleted arrives"
    );
    println!("{kills} kills while deleting: nothing arrived, nothing readable");
    world.leaves(LooseEnd::StrayPictures, "nothing was sent");
}
