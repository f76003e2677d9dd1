//! Operators' deeds, and those that need two names.

use crate::world::*;
use storage::{
    audit::{Approved, AuditRecord, Deed, Operator, OperatorName, Proposal, ProposalId},
    campaigns::{Closed, Created},
    rules::audit::{BEGINNING, verify},
};

fn name(text: &str) -> OperatorName {
    text.parse().unwrap()
}

fn operator(text: &str, approved: Option<ProposalId>) -> Operator {
    Operator {
        name: name(text),
        at: after(5),
        why: "corte de marzo".to_owned(),
        about: None,
        approved,
    }
}

async fn records<E: Engine>(world: &World<E>) -> Vec<AuditRecord> {
    let records = world.store.audit_records(0, 1_000).await.unwrap();
    verify((0, BEGINNING), &records).unwrap();
    records
}

fn deeds(records: &[AuditRecord]) -> Vec<String> {
    let deeds = records.iter().map(|record| {
        let second = record.second.as_deref().unwrap_or("-");
        format!(
            "{} {second}: {} {}",
            record.who, record.deed.what, record.deed.subject
        )
    });
    deeds.collect()
}

pub async fn what_an_operator_does_is_recorded_with_it_and_what_a_phone_does_is_not<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.give(1, "agua-1").await;
    assert!(records(&world).await.is_empty(), "no operator was at work");
    world.store.act_for(operator("ana", None));
    let same = world
        .store
        .create_campaign(new_campaign("agua-1", "agua"))
        .await;
    assert_eq!(same.unwrap(), Created::Same);
    let new = world
        .store
        .create_campaign(new_campaign("agua-9", "agua"))
        .await;
    assert_eq!(new.unwrap(), Created::New);
    let id = "agua-9".parse().unwrap();
    let close = || world.store.close_campaign(&id, start());
    assert_eq!(close().await.unwrap(), Closed::Now);
    assert!(matches!(close().await.unwrap(), Closed::Before(_)));
    let mut roll = world.store.import_roll().unwrap();
    let entry = storage::roll::RollEntry {
        key: [1; 16],
        person: [2; 16],
        place: place(9, 12, 1),
        situacion: storage::roll::Situacion::ListaNominal,
        vigencia: 2_030,
    };
    assert!(roll.add(entry).unwrap());
    roll.finish(start()).unwrap();
    world
        .store
        .record_deed(Deed::of("keys.rotate", "review"))
        .await
        .unwrap();
    assert!(
        !world
            .store
            .revoke_device(device_id(77), start())
            .await
            .unwrap()
    );

    let all = records(&world).await;
    assert_eq!(
        deeds(&all),
        [
            "ana -: campaign.create agua-9",
            "ana -: campaign.close agua-9",
            "ana -: roll.import version 1, 1 entries",
            "ana -: keys.rotate review",
        ]
    );
    assert_eq!(all[0].why, "corte de marzo");
    let world = world.reopened().await;
    assert_eq!(records(&world).await, all);
}

pub async fn a_proposal_is_used_once_and_by_what_it_was_made_for<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    assert!(
        world.store.two_names().await.unwrap(),
        "unless somebody says otherwise"
    );
    let id = ProposalId::from_bytes([1, 2, 3, 4]);
    let proposal = Proposal {
        id: id.clone(),
        deed: Deed::of("campaign.close", "agua-1"),
        why: "retiro".to_owned(),
        who: name("ana"),
        at: start(),
        approved_by: None,
        done: false,
    };
    world.store.propose(proposal).await.unwrap();
    let approve = |by| world.store.approve(id.clone(), name(by), after(60));
    assert_eq!(approve("Ana").await.unwrap(), Approved::SameName);
    // It is not approved yet, so the deed has no effect.
    world.store.act_for(operator("ana", Some(id.clone())));
    let campaign = "agua-1".parse().unwrap();
    assert!(
        world
            .store
            .close_campaign(&campaign, start())
            .await
            .is_err()
    );
    let rules = world
        .store
        .campaign_rules(&campaign)
        .await
        .unwrap()
        .unwrap();
    assert!(rules.closes_at > start(), "it is still open");

    assert!(matches!(approve("luis").await.unwrap(), Approved::Now(_)));
    assert_eq!(
        approve("eva").await.unwrap(),
        Approved::Already(name("luis"))
    );
    assert_eq!(
        world.store.open_proposals(after(60)).await.unwrap().len(),
        1
    );
    assert!(
        world
            .store
            .open_proposals(after(90_000))
            .await
            .unwrap()
            .is_empty()
    );
    let closed = world.store.close_campaign(&campaign, start()).await;
    assert_eq!(closed.unwrap(), Closed::Now);
    assert!(
        world
            .store
            .open_proposals(after(60))
            .await
            .unwrap()
            .is_empty()
    );
    let other = "agua-2".parse().unwrap();
    assert!(
        world.store.close_campaign(&other, start()).await.is_err(),
        "once"
    );
    assert_eq!(approve("eva").await.unwrap(), Approved::Over);
    assert_eq!(
        deeds(&records(&world).await),
        [
            "ana -: propose 01020304: campaign.close agua-1",
            "luis -: approve 01020304: campaign.close agua-1",
            "ana luis: campaign.close agua-1",
        ]
    );
}

pub async fn a_deed_that_was_not_done_leaves_no_record<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world
        .store
        .act_for(operator("ana", Some(ProposalId::from_bytes([9; 4]))));
    // The record cannot be written (the proposal does not exist), so the deed is not done.
    let created = world.store.create_campaign(new_campaign("agua-9", "agua"));
    assert!(created.await.is_err());
    let all = world.store.all_campaigns().await.unwrap();
    assert!(all.iter().all(|campaign| campaign.id.as_str() != "agua-9"));
    assert!(records(&world).await.is_empty());
    assert_eq!(world.store.broken(), None);
}
