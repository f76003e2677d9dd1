//! Compares the promises to the phones with the server's data.

use crate::{
    base::{CAMPAIGNS, CITIZENS, is_in_the_roll},
    phone::Outgoing,
    world::World,
};
use protocol::{apoyos::Status, environment::Clock as _, ids::Sha256Hash, reason::Reason};
use std::collections::{BTreeMap, BTreeSet};

/// Compares everything; a broken promise panics.
pub(crate) async fn settle_accounts(world: &World) {
    receipts(world).await;
    verdicts(world).await;
    sound(world).await;
    mails(world);
}

fn given(world: &World) -> Vec<(&Outgoing, u64)> {
    let all = world.phones.iter().flat_map(|phone| &phone.apoyos);
    let mut given: Vec<_> = all
        .map(|apoyo| {
            let promise = apoyo.promise.as_ref().expect("every phone has finished");
            (apoyo, promise.sequence)
        })
        .collect();
    given.sort_by_key(|(_, sequence)| *sequence);
    given
}

/// Each promise is kept to the byte, with its pictures. Numbers are unique, without gaps, and in the
/// order of arrival.
async fn receipts(world: &World) {
    let core = world.core();
    let given = given(world);
    let numbers: Vec<u64> = given.iter().map(|(_, sequence)| *sequence).collect();
    let all: Vec<u64> = (1..=given.len() as u64).collect();
    assert_eq!(numbers, all, "numbers are given once and without a gap");
    for (apoyo, sequence) in &given {
        let receipt = core
            .storage
            .receipt(apoyo.id)
            .await
            .expect("it is readable");
        let promise = apoyo.promise.as_ref().map(|promise| &promise.receipt);
        assert_eq!(receipt.as_ref(), promise, "receipt {sequence} is another");
        assert!(
            apoyo.sent_after.is_some_and(|before| before < *sequence),
            "number {sequence} is lower than one that was promised before it was sent"
        );
        for part in &apoyo.parts {
            let name = Sha256Hash::of(part);
            let kept = core.blobs.read(name).await.expect("it is readable");
            assert_eq!(kept.as_ref(), Some(part), "a picture of {sequence} is lost");
        }
    }
}

/// The counted people are those of the law's rule for the order of arrival, and the tallies agree.
async fn verdicts(world: &World) {
    let core = world.core();
    // The first apoyo of each citizen and exclusivity group.
    let mut first = BTreeMap::new();
    let mut counted = BTreeMap::<&str, u64>::new();
    for (apoyo, sequence) in given(world) {
        let state = core.storage.apoyo_state(apoyo.id).await;
        let (_, state) = state.expect("it is readable").expect("it was promised");
        let (campaign, process) = CAMPAIGNS
            .into_iter()
            .find(|(id, _)| *id == apoyo.campaign.as_str())
            .expect("one of ours");
        let group = if process == "presidencia" {
            process
        } else {
            campaign
        };
        let expected = if !is_in_the_roll(apoyo.citizen) {
            Some(Reason::NoEncontrado)
        } else if apoyo.citizen == CITIZENS - 2 {
            Some(Reason::Baja)
        } else {
            match first.get(&(apoyo.citizen, group)) {
                None => {
                    first.insert((apoyo.citizen, group), campaign);
                    None
                }
                Some(before) if *before == campaign => Some(Reason::DuplicadoMismoSolicitante),
                Some(_) => Some(Reason::DuplicadoOtroSolicitante),
            }
        };
        let status = match expected {
            None => Status::Preliminary,
            Some(_) => Status::NotCounted,
        };
        let reasons: Vec<Reason> = expected.into_iter().collect();
        assert_eq!(
            (state.status, state.reasons),
            (status, reasons),
            "the verdict of number {sequence}"
        );
        *counted.entry(campaign).or_default() += u64::from(status == Status::Preliminary);
    }
    let now = world.around.clock.now();
    for (campaign, _) in CAMPAIGNS {
        let id = campaign.parse().expect("a slug");
        let tally = core.storage.tally(&id, now).await.expect("it is readable");
        let recount = core
            .storage
            .recount(&id, now)
            .await
            .expect("it is readable");
        assert_eq!(tally, recount, "the tally of {campaign} and its recount");
        let total = tally.expect("it was created").total;
        let expected = counted.get(campaign).copied().unwrap_or_default();
        assert_eq!(total.preliminary, expected, "the tally of {campaign}");
        let of = |apoyo: &&(&Outgoing, u64)| apoyo.0.campaign.as_str() == campaign;
        let received = given(world).iter().filter(of).count() as u64;
        assert_eq!(total.received, received, "what {campaign} received");
    }
}

/// The engine's own checks find no faults.
async fn sound(world: &World) {
    let engine = &world.server.as_ref().expect("it serves").engine;
    assert_eq!(engine.broken(), None);
    let faults = engine.integrity_faults().await.expect("it is readable");
    assert!(faults.is_empty(), "{faults:?}");
}

/// Every mail went to the phone that asked for it, and twice only after an unknown outcome.
fn mails(world: &World) {
    let addresses: BTreeSet<String> = world.phones.iter().map(|phone| phone.email()).collect();
    let mut times = BTreeMap::<[u8; 16], u64>::new();
    for mail in world.around.relay.arrived().iter() {
        assert!(addresses.contains(&mail.to), "a mail to a stranger");
        *times.entry(mail.token).or_default() += 1;
    }
    let twice: u64 = times.values().map(|times| times - 1).sum();
    let most = world.forgotten + world.outcome.restarts;
    assert!(
        twice <= most,
        "{twice} mails went out again, {most} may have"
    );
}
