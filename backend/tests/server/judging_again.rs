//! Whatever roll comes and whenever: the tally is a recount at each moment, and in the end every
//! verdict is the one that the roll in force gives.

use crate::{
    given::{Apoyo, picture},
    judging::{give, roll, state},
    judging_faults::shows,
    phone::Phone,
    world::World,
};
use async_trait::async_trait;
use bytes::Bytes;
use cards::Person;
use protocol::{apoyos::Status, ids::Sha256Hash, reason::Reason};
use server_core::{
    judging::{judge_again, judge_pending},
    ports::{NotRead, OpenPicture, ReadBack},
};
use std::sync::atomic::{AtomicUsize, Ordering};
use storage::judging::WhichAgain;

/// Dice that fall alike for one seed.
struct Dice(u64, u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.1 += 1;
        let drawn = Sha256Hash::of(&[self.0.to_be_bytes(), self.1.to_be_bytes()].concat());
        drawn.as_bytes()[..4]
            .iter()
            .fold(0, |all, byte| all * 256 + u64::from(*byte))
            % most
    }
}

/// Sees in a picture the card whose number is written into it.
struct Reader {
    people: Vec<Person>,
    reads: AtomicUsize,
}

fn back_of(number: usize) -> Vec<u8> {
    picture(640, 480, format!("card {number} of somebody").as_bytes())
}

#[async_trait]
impl OpenPicture for Reader {
    async fn read(&self, picture: Bytes) -> Result<ReadBack, NotRead> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let shown = (0..self.people.len()).find(|number| back_of(*number) == picture);
        shows(&self.people[shown.unwrap()])
    }
}

const CAMPAIGNS: [&str; 4] = ["agua", "cdmx", "naranjo", "roble"];

async fn tally_is_a_recount(world: &World) {
    let (storage, now) = (&world.core.storage, world.core.now());
    for campaign in CAMPAIGNS {
        let id = campaign.parse().unwrap();
        let tally = storage.tally(&id, now).await.unwrap();
        assert_eq!(
            tally,
            storage.recount(&id, now).await.unwrap(),
            "{campaign}"
        );
    }
}

async fn states(world: &World, phone: &Phone, given: &[Apoyo]) -> Vec<(Status, Vec<Reason>)> {
    let mut states = Vec::new();
    for apoyo in given {
        states.push(state(world, phone, apoyo).await);
    }
    states
}

/// A roll in which chance has moved, struck off and left out people.
async fn another_roll(world: &World, people: &[Person], dice: &mut Dice) {
    let said: Vec<u64> = people.iter().map(|_| dice.below(6)).collect();
    let in_it: Vec<(Person, u64)> = people
        .iter()
        .cloned()
        .zip(said)
        .filter(|(_, said)| *said != 0)
        .collect();
    if in_it.is_empty() {
        return;
    }
    let there: Vec<Person> = in_it.iter().map(|(person, _)| person.clone()).collect();
    roll(world, &there, |number, fields| match in_it[number].1 {
        1 => fields[13] = "BAJA".to_owned(),
        2 => fields[14] = "2026".to_owned(),
        3 => fields[8] = "9".to_owned(),
        _ => {}
    })
    .await;
}

async fn plays_out(seed: u64) {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people: Vec<Person> = (0..6).map(|number| Person::synthetic(31, number)).collect();
    let reader = Reader {
        people: people.clone(),
        reads: AtomicUsize::new(0),
    };
    let mut dice = Dice(seed, 0);
    let mut given = Vec::new();
    roll(&world, &people, |_, _| {}).await;
    for _ in 0..24 {
        match dice.below(4) {
            0 => {
                let person = dice.below(6) as usize;
                // One picture in six is of somebody else's card.
                let shown = match dice.below(6) {
                    0 => (person + 1) % 6,
                    _ => person,
                };
                let campaign = CAMPAIGNS[dice.below(4) as usize];
                let back = back_of(shown);
                given.push(give(&world, &phone, campaign, &back, &people[person]).await);
            }
            1 => another_roll(&world, &people, &mut dice).await,
            2 => {
                judge_pending(&world.core, &reader).await.unwrap();
            }
            _ => {
                let most = 1 + dice.below(3) as u32;
                judge_again(&world.core, &reader, most).await.unwrap();
            }
        }
        tally_is_a_recount(&world).await;
    }
    while judge_pending(&world.core, &reader).await.unwrap() > 0 {}
    while judge_again(&world.core, &reader, 3).await.unwrap() {
        tally_is_a_recount(&world).await;
    }
    // Each picture was opened once: what was seen in it holds.
    assert_eq!(reader.reads.load(Ordering::SeqCst), given.len());

    // Judged by the roll in force from nothing, pictures and all, nothing changes.
    let before = states(&world, &phone, &given).await;
    let everything = WhichAgain {
        pictures: true,
        ..WhichAgain::default()
    };
    let storage = &world.core.storage;
    let run = storage.begin_judging_again(everything, world.core.now());
    let run = run.await.unwrap().run;
    while judge_again(&world.core, &reader, 64).await.unwrap() {}
    assert_eq!(states(&world, &phone, &given).await, before, "seed {seed}");
    let runs = storage.runs(1).await.unwrap();
    assert_eq!((runs[0].run, runs[0].judged), (run, given.len() as u64));
    assert_eq!((runs[0].turned.no_to_yes, runs[0].turned.yes_to_no), (0, 0));
    assert!(runs[0].ended_at.is_some() || given.is_empty());
}

#[tokio::test]
async fn whatever_rolls_come_the_tally_is_a_recount_and_the_last_roll_decides() {
    for seed in 0..8 {
        plays_out(seed).await;
    }
}

#[tokio::test]
async fn noes_that_become_yes_are_counted_and_only_those_asked_for_are_judged() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people: Vec<Person> = (0..3).map(|number| Person::synthetic(32, number)).collect();
    let reader = Reader {
        people: people.clone(),
        reads: AtomicUsize::new(0),
    };
    roll(&world, &people[..2], |number, fields| {
        if number == 1 {
            fields[13] = "BAJA".to_owned();
        }
    })
    .await;
    let mut given = Vec::new();
    for (number, person) in people.iter().enumerate() {
        given.push(give(&world, &phone, "agua", &back_of(number), person).await);
    }
    judge_pending(&world.core, &reader).await.unwrap();
    let reasons = |reason| (Status::NotCounted, vec![reason]);
    let counted = (Status::Preliminary, vec![]);
    let expected = [
        counted.clone(),
        reasons(Reason::Baja),
        reasons(Reason::NoEncontrado),
    ];
    assert_eq!(states(&world, &phone, &given).await, expected);

    // The first is struck off in the new roll, the third is in it now.
    roll(&world, &people, |number, fields| {
        if number == 0 {
            fields[13] = "BAJA".to_owned();
        }
    })
    .await;
    while judge_again(&world.core, &reader, 1).await.unwrap() {
        tally_is_a_recount(&world).await;
    }
    let expected = [reasons(Reason::Baja), counted.clone(), counted.clone()];
    assert_eq!(states(&world, &phone, &given).await, expected);
    let storage = &world.core.storage;
    let run = storage.runs(1).await.unwrap().remove(0);
    assert_eq!(
        (run.judged, run.turned.no_to_yes, run.turned.yes_to_no),
        (3, 2, 1)
    );

    // Back: the former roll, and with it what it said. Then only one reason is looked at.
    let back = storage
        .go_back_to_former_roll(world.core.now())
        .await
        .unwrap();
    assert_eq!(back.unwrap().version, 3);
    while judge_again(&world.core, &reader, 2).await.unwrap() {}
    let expected = [
        counted,
        reasons(Reason::Baja),
        reasons(Reason::NoEncontrado),
    ];
    assert_eq!(states(&world, &phone, &given).await, expected);
    for (which, judged) in [
        (
            WhichAgain {
                reason: Some(Reason::NoEncontrado),
                ..WhichAgain::default()
            },
            1,
        ),
        (
            WhichAgain {
                campaign: Some("cdmx".parse().unwrap()),
                ..WhichAgain::default()
            },
            0,
        ),
        (
            WhichAgain {
                since: Some(world.core.now() + chrono::TimeDelta::hours(1)),
                ..WhichAgain::default()
            },
            0,
        ),
    ] {
        let began = storage.begin_judging_again(which, world.core.now()).await;
        let run = began.unwrap().run;
        while judge_again(&world.core, &reader, 2).await.unwrap() {}
        let newest = storage.runs(1).await.unwrap().remove(0);
        assert_eq!((newest.run, newest.judged), (run, judged));
    }
}
