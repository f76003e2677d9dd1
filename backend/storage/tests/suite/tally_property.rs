//! For any history in any order, the counters equal a recount, and every apoyo has the status that the
//! law gives it.

use crate::world::*;
use futures_util::future::join_all;
use proptest::prelude::*;
use protocol::{apoyos::Status, reason::Reason};
use std::{collections::BTreeMap, sync::Arc};
use storage::apoyos::Verdict;

pub const CAMPAIGNS: [&str; 4] = ["agua-1", "agua-2", "ley-1", "ley-2"];
pub const APOYOS: u64 = 14;

/// Rounds of verdicts; those of a round are settled at the same time.
fn rounds() -> impl Strategy<Value = Vec<Vec<(u64, Verdict)>>> {
    let at = (1..=2u8, 1..=2u16, 1..=2u16).prop_map(|(e, d, s)| place(e, d, s));
    let reason = prop::sample::select(Reason::ALL.to_vec());
    let reasons = prop::collection::vec(reason, 1..3);
    let verdict = prop_oneof![
        4 => (1..=3u64, at.clone()).prop_map(|(person, at)| in_roll(person, at)),
        1 => (reasons.clone(), prop::option::of(at.clone()))
            .prop_map(|(reasons, place)| Verdict::InReview { reasons, place }),
        1 => (reasons, prop::option::of(at))
            .prop_map(|(reasons, place)| Verdict::NotCounted { reasons, place }),
    ];
    let round = prop::collection::btree_map(1..=APOYOS, verdict, 1..6)
        .prop_map(|round| round.into_iter().rev().collect());
    prop::collection::vec(round, 1..8)
}

/// The status that the law gives to an apoyo.
pub fn expected(
    campaigns: &BTreeMap<u64, &'static str>,
    order: &BTreeMap<u64, u64>,
    verdicts: &BTreeMap<u64, Verdict>,
    number: u64,
) -> (Status, Vec<Reason>) {
    let group = |number: u64| match campaigns[&number] {
        "agua-1" | "agua-2" => "agua",
        ley => ley,
    };
    match &verdicts.get(&number) {
        None => (Status::Received, vec![]),
        Some(Verdict::InReview { reasons, .. }) => (Status::InReview, reasons.clone()),
        Some(Verdict::NotCounted { reasons, .. }) => (Status::NotCounted, reasons.clone()),
        Some(Verdict::InRoll(person)) => {
            let first = verdicts
                .iter()
                .filter(|(other, verdict)| {
                    matches!(verdict, Verdict::InRoll(p) if p.tag == person.tag)
                        && group(**other) == group(number)
                })
                .map(|(other, _)| *other)
                .min_by_key(|other| order[other])
                .unwrap();
            if first == number {
                (Status::Preliminary, vec![])
            } else if campaigns[&first] == campaigns[&number] {
                (Status::NotCounted, vec![Reason::DuplicadoMismoSolicitante])
            } else {
                (Status::NotCounted, vec![Reason::DuplicadoOtroSolicitante])
            }
        }
    }
}

/// The campaign of each apoyo, and rounds of verdicts.
pub fn history() -> impl Strategy<Value = (Vec<usize>, Vec<Vec<(u64, Verdict)>>)> {
    let choice = prop::collection::vec(0..CAMPAIGNS.len(), APOYOS as usize);
    (choice, rounds())
}

async fn plays_out<E: Engine>(choice: Vec<usize>, rounds: Vec<Vec<(u64, Verdict)>>) {
    let world = World::<E>::with_campaigns().await;
    world.upload(1).await;
    let campaigns: BTreeMap<u64, &'static str> = (1..=APOYOS)
        .zip(choice)
        .map(|(number, c)| (number, CAMPAIGNS[c]))
        .collect();
    let given = campaigns.iter().map(|(number, campaign)| {
        let store = Arc::clone(&world.store);
        async move {
            let new = new_apoyo(*number, 1, campaign);
            let recorded = store.record_apoyo(new, signer()).await.unwrap();
            (*number, receipt_of(&recorded).receipt.sequence)
        }
    });
    let order: BTreeMap<u64, u64> = join_all(given).await.into_iter().collect();
    let mut verdicts = BTreeMap::new();
    for round in rounds {
        let settled = round.iter().map(|(number, verdict)| {
            world
                .store
                .settle_apoyo(apoyo_id(*number), verdict.clone(), after(60))
        });
        for settled in join_all(settled).await {
            settled.unwrap();
        }
        verdicts.extend(round);
    }
    for number in 1..=APOYOS {
        let (_, state) = world
            .store
            .apoyo_state(apoyo_id(number))
            .await
            .unwrap()
            .unwrap();
        let expected = expected(&campaigns, &order, &verdicts, number);
        assert_eq!((state.status, state.reasons), expected, "apoyo {number}");
    }
    let mut received = 0;
    for campaign in CAMPAIGNS {
        let id = campaign.parse().unwrap();
        let tally = world.store.tally(&id, start()).await.unwrap().unwrap();
        assert_eq!(
            Some(&tally),
            world.store.recount(&id, start()).await.unwrap().as_ref()
        );
        let counts = tally.total;
        assert_eq!(
            counts.received,
            counts.pending + counts.preliminary + counts.in_review + counts.not_counted
        );
        assert_eq!(
            tally.not_counted_by_reason.values().sum::<u64>(),
            counts.not_counted
        );
        assert_eq!(
            tally.in_review_by_reason.values().sum::<u64>(),
            counts.in_review
        );
        received += counts.received;
    }
    assert_eq!(received, APOYOS);
}

pub async fn any_history_ends_in_the_same_tally_as_a_recount<E: Engine>() {
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
            cases: 24,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let told = runner.run(&history(), |(choice, rounds)| {
            runtime.block_on(plays_out::<E>(choice, rounds));
            Ok(())
        });
        told.unwrap();
    })
    .await
    .unwrap();
}
