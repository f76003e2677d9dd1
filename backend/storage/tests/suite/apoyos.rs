//! Recording: once, in order of arrival, with a receipt that never changes.

use crate::world::*;
use futures_util::future::join_all;
use protocol::{apoyos::Status, ids::Sha256Hash, receipt::Folio};
use std::{collections::BTreeSet, sync::Arc};
use storage::{apoyos::Recorded, blobs::BlobStore};

pub async fn lupita_sends_the_same_apoyo_twice_and_gets_the_same_receipt<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    let Recorded::First(first) = world.give(1, "agua-1").await else {
        panic!("it is new");
    };
    let again = world.give(1, "agua-1").await;
    assert_eq!(again, Recorded::Again(first.clone()));
    assert_eq!(
        world.store.receipt(apoyo_id(1)).await.unwrap(),
        Some(first.clone())
    );
    let receipt = receipt_of(&again).receipt;
    assert_eq!(receipt.sequence, 1);
    assert_eq!(receipt.folio, Folio::of_sequence(1));
    assert_eq!(
        receipt.received_at.timestamp_millis(),
        start().timestamp_millis()
    );
    assert_eq!(receipt.received_at.timestamp_subsec_nanos() % 1_000_000, 0);

    let world = world.reopened().await;
    assert_eq!(world.give(1, "agua-1").await, Recorded::Again(first));
    assert_eq!(
        receipt_of(&world.give(2, "agua-1").await).receipt.sequence,
        2
    );
}

pub async fn a_hundred_parallel_sends_of_one_apoyo_are_one_apoyo<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.upload(1).await;
    let sends = (0..100).map(|_| {
        let store = Arc::clone(&world.store);
        tokio::spawn(async move {
            store
                .record_apoyo(new_apoyo(1, 1, "agua-1"), signer())
                .await
                .unwrap()
        })
    });
    let answers: Vec<_> = join_all(sends)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let first = answers
        .iter()
        .filter(|answer| matches!(answer, Recorded::First(_)))
        .count();
    assert_eq!(first, 1);
    let receipts: BTreeSet<_> = answers
        .iter()
        .map(|answer| match answer {
            Recorded::First(bytes) | Recorded::Again(bytes) => bytes.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(receipts.len(), 1, "byte for byte the same");
    let tally = world
        .store
        .tally(&"agua-1".parse().unwrap(), start())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((tally.total.received, tally.total.pending), (1, 1));
}

pub async fn many_phones_at_once_leave_no_gap_in_the_order_of_arrival<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.upload(1).await;
    let sends = (1..=200).map(|number| {
        let store = Arc::clone(&world.store);
        tokio::spawn(async move {
            let recorded = store
                .record_apoyo(new_apoyo(number, 1, "agua-1"), signer())
                .await;
            receipt_of(&recorded.unwrap()).receipt.sequence
        })
    });
    let found: BTreeSet<_> = join_all(sends)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(found, (1..=200).collect());
    assert_eq!(world.store.pending_count().await.unwrap(), 200);
    let pending = world.store.pending_apoyos(7, start()).await.unwrap();
    let order: Vec<_> = pending.iter().map(|apoyo| apoyo.sequence).collect();
    assert_eq!(order, [1, 2, 3, 4, 5, 6, 7]);
}

pub async fn an_id_used_for_another_content_or_from_another_phone_is_refused<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.give(1, "agua-1").await;
    let mut other_content = new_apoyo(1, 1, "agua-1");
    other_content.content = new_apoyo(2, 1, "agua-1").content;
    let mut other_phone = new_apoyo(1, 1, "agua-1");
    other_phone.device = device_id(2);
    for changed in [other_content, other_phone] {
        let answer = world.store.record_apoyo(changed, signer()).await.unwrap();
        assert_eq!(answer, Recorded::Reused);
    }
    assert_eq!(world.store.pending_count().await.unwrap(), 1);
}

pub async fn an_apoyo_whose_selfie_has_not_arrived_is_told_which_part_is_missing<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.upload(1).await;
    let selfie = new_apoyo(1, 1, "agua-1").parts[2].sha256;
    world.blobs.remove(selfie).await.unwrap();
    let answer = world
        .store
        .record_apoyo(new_apoyo(1, 1, "agua-1"), signer())
        .await
        .unwrap();
    assert_eq!(answer, Recorded::PartsMissing(vec![selfie]));
    assert_eq!(world.store.apoyo_state(apoyo_id(1)).await.unwrap(), None);

    world.upload(1).await;
    let mut wrong_length = new_apoyo(1, 1, "agua-1");
    wrong_length.parts[0].bytes += 1;
    let front = wrong_length.parts[0].sha256;
    let answer = world
        .store
        .record_apoyo(wrong_length, signer())
        .await
        .unwrap();
    assert_eq!(answer, Recorded::PartsMissing(vec![front]));
    assert!(matches!(world.give(1, "agua-1").await, Recorded::First(_)));
}

pub async fn what_is_recorded_can_be_asked_for_and_waits_for_its_verdict<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.give(1, "ley-1").await;
    let (device, state) = world.store.apoyo_state(apoyo_id(1)).await.unwrap().unwrap();
    assert_eq!(device, device_id(1));
    assert_eq!(state.status, Status::Received);
    assert_eq!(state.campaign.as_str(), "ley-1");
    assert!(state.reasons.is_empty());
    let [pending] = &world.store.pending_apoyos(10, start()).await.unwrap()[..] else {
        panic!("one waits");
    };
    assert_eq!(pending.id, apoyo_id(1));
    assert_eq!(pending.card, Some(card(1)));
    assert_eq!(pending.process.as_str(), "ley");
    let sent = new_apoyo(1, 1, "ley-1").parts;
    let sent: Vec<_> = sent.iter().map(|part| part.sha256).collect();
    assert_eq!(pending.pictures[..], sent);
    assert_eq!(world.store.receipt(apoyo_id(2)).await.unwrap(), None);
}

pub async fn what_was_recorded_is_told_from_what_only_bears_its_name<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    let store = &world.store;
    let new = new_apoyo(1, 1, "ley-1");
    let told = |device, content| store.recorded(apoyo_id(1), device, content);
    assert_eq!(told(new.device, new.content).await.unwrap(), None);
    assert!(!store.holds_sealed_parts().await.unwrap());
    let Recorded::First(receipt) = world.give(1, "ley-1").await else {
        panic!("it is new");
    };
    assert!(store.holds_sealed_parts().await.unwrap());
    assert_eq!(
        told(new.device, new.content).await.unwrap(),
        Some(Recorded::Again(receipt))
    );
    for (device, content) in [
        (device_id(2), new.content),
        (new.device, Sha256Hash::of(b"another")),
    ] {
        assert_eq!(told(device, content).await.unwrap(), Some(Recorded::Reused));
    }
}

pub async fn an_apoyo_for_no_campaign_spoils_nobody_elses<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.upload(1).await;
    let sends = (1..=40).map(|number| {
        let store = Arc::clone(&world.store);
        let campaign = if number % 4 == 0 { "no-hay" } else { "agua-1" };
        tokio::spawn(async move {
            store
                .record_apoyo(new_apoyo(number, 1, campaign), signer())
                .await
                .is_ok()
        })
    });
    let answers: Vec<_> = join_all(sends)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(answers.iter().filter(|ok| **ok).count(), 30);
    let pending = world.store.pending_apoyos(100, start()).await.unwrap();
    let order: Vec<_> = pending.iter().map(|apoyo| apoyo.sequence).collect();
    assert_eq!(
        order,
        (1..=30).collect::<Vec<_>>(),
        "the refused ones took no number"
    );
}
