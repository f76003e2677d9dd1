//! The final comparison: the receipts of the phones with the server's data.

use super::load::{Ledger, Load};
use e2e::{
    rows::Rows,
    wire::Phone,
    world::{TestWorld, campaign},
};
use protocol::{
    apoyos::{ApoyoState, Status},
    ids::CampaignId,
    reason::Reason,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// Lets the senders finish, starts the server again without faults, and compares everything. Returns
/// a sentence for the log; a loss or a double count fails.
pub async fn settle_accounts(world: &mut TestWorld, load: Load) -> String {
    let (phones, ledgers, retries) = load.finish().await;
    world.kill();
    world.start();
    wait_for_verdicts(world).await;
    let lost = compare(world, &phones, &ledgers).await;
    let apoyos: usize = ledgers.iter().map(BTreeMap::len).sum();
    let twice = counted_twice(world, &phones, &ledgers).await;
    let told = format!(
        "{apoyos} apoyos receipted with {retries} retries; {lost} acknowledged apoyos lost, \
         {twice} people counted twice"
    );
    assert_eq!((lost, twice), (0, 0), "{told}");
    assert_eq!(
        Rows::lost_blobs(world.data()),
        0,
        "evidence of a receipt is gone"
    );
    assert_eq!(
        world.rows().apoyos,
        apoyos as u64,
        "no row without a receipt in the end"
    );
    told
}

/// Waits until every apoyo is judged.
async fn wait_for_verdicts(world: &TestWorld) {
    let mut last = (u64::MAX, Instant::now());
    loop {
        let pending = world.rows().pending;
        if pending == 0 {
            return;
        }
        if pending < last.0 {
            last = (pending, Instant::now());
        }
        assert!(
            last.1.elapsed() < Duration::from_secs(60),
            "the worker does not go on at {pending}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The number of receipts that the server no longer confirms.
async fn compare(world: &TestWorld, phones: &[Phone], ledgers: &[Ledger]) -> usize {
    let mut lost = 0;
    let mut sequences = BTreeSet::new();
    for (phone, kept) in phones.iter().zip(ledgers) {
        for (id, one) in kept {
            let path = format!("/v1/apoyos/{id}/receipt");
            let answer = world.wire().get_signed(phone, &path).await;
            if answer.status != 200 || answer.body != one.receipt.body {
                lost += 1;
            }
            assert!(
                sequences.insert(one.sequence),
                "{} was given twice",
                one.sequence
            );
        }
    }
    let all: BTreeSet<u64> = (1..=sequences.len() as u64).collect();
    assert_eq!(sequences, all, "the order of arrival has no gaps");
    lost
}

/// The number of people who count more than once, by the state of each apoyo, compared with the
/// tallies.
async fn counted_twice(world: &TestWorld, phones: &[Phone], ledgers: &[Ledger]) -> usize {
    // By person: sequence, campaign, state.
    let mut given = BTreeMap::<u64, Vec<(u64, CampaignId, ApoyoState)>>::new();
    for (phone, kept) in phones.iter().zip(ledgers) {
        for (id, one) in kept {
            let path = format!("/v1/apoyos/{id}");
            let state: ApoyoState = world.wire().get_signed(phone, &path).await.json(200);
            let row = (one.sequence, one.campaign.clone(), state);
            given.entry(one.person).or_default().push(row);
        }
    }
    let mut twice = 0;
    let mut preliminary = BTreeMap::<CampaignId, u64>::new();
    for apoyos in given.values_mut() {
        apoyos.sort_by_key(|(sequence, ..)| *sequence);
        let counted = apoyos
            .iter()
            .filter(|(.., state)| state.status == Status::Preliminary);
        twice += usize::from(counted.count() > 1);
        let (_, first, state) = &apoyos[0];
        assert_eq!(
            state.status,
            Status::Preliminary,
            "the first counts: {:?}",
            state.reasons
        );
        *preliminary.entry(first.clone()).or_default() += 1;
        for (_, later, state) in &apoyos[1..] {
            let reason = match later == first {
                true => Reason::DuplicadoMismoSolicitante,
                false => Reason::DuplicadoOtroSolicitante,
            };
            assert_eq!(state.reasons, [reason]);
        }
    }
    for name in ["ana", "bruno"] {
        let total = world.tally(&campaign(name)).await.total;
        let expected = preliminary.remove(&campaign(name)).unwrap_or_default();
        assert_eq!(total.preliminary, expected, "the tally of {name}");
    }
    twice
}
