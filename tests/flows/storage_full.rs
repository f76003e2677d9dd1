//! The disk is full: the server makes no promises, loses no data, and goes on when there is room.

use e2e::{
    faults::SmallDisk,
    mailbox,
    people::Name::{Beto, Lupita},
    wire::{Answer, Phone},
    world::{LooseEnd, Setting, TestWorld, activated, attempt, campaign, receipt_of},
};
use protocol::{
    activation::{ActivationBegun, CompleteActivation},
    apoyos::Status,
    code::Code,
};
use std::time::{Duration, Instant};

/// A server on a disk of a few megabytes; `None` without the right to mount.
fn on_small_disk(mebibytes: u32) -> Option<(SmallDisk, TestWorld)> {
    let Some(disk) = SmallDisk::new(mebibytes).expect("mount can be run") else {
        eprintln!("NOT TESTED: a small disk is mounted by root only");
        return None;
    };
    let world = Setting {
        data: Some(disk.path().join("data")),
        config: "[limits]\ndisk_reserve_mib = 1\nunnamed_parts_per_device = 1000\n".to_owned(),
        ..Setting::default()
    }
    .start();
    Some((disk, world))
}

#[track_caller]
fn full(answer: &Answer) {
    answer.refused(507, Code::ServerStorageFull);
    assert!(
        answer.retry_after().is_some_and(|s| s > 0),
        "when to come back"
    );
}

/// Repeats until it succeeds; returns how long that took.
async fn until_taken(mut ask: impl AsyncFnMut() -> Answer) -> (Answer, Duration) {
    let begun = Instant::now();
    loop {
        let answer = ask().await;
        if answer.is_success() {
            return (answer, begun.elapsed());
        }
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{}",
            answer.text()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn pictures_find_no_room_and_find_it_again() {
    let Some((disk, mut world)) = on_small_disk(32) else {
        return;
    };
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let first = world.draft(Lupita, &agua);
    let receipt = world.send(&phone, &first).await;
    world.judged(&phone, first.id).await;

    let ballast = disk.fill(64 * 1024).unwrap();
    let before = world.rows();
    let [picture, ..] = world.draft(Beto, &agua).sealed_parts(&phone);
    assert!(picture.len() > 128 * 1024, "larger than what is left");
    for _ in 0..3 {
        full(&world.wire().put_blob(&phone, &picture).await);
    }
    assert_eq!(world.rows(), before, "nothing half is left");
    // Reads still work, and so do earlier receipts.
    let tally = world.tally(&agua).await;
    assert_eq!((tally.total.received, tally.total.preliminary), (1, 1));
    let list = world.wire().get_signed(&phone, "/v1/campaigns").await;
    assert_eq!(list.status, 200);
    let path = format!("/v1/apoyos/{}/receipt", first.id);
    assert_eq!(
        world.wire().get_signed(&phone, &path).await.body,
        receipt.body
    );
    assert_eq!(world.wire().get("/healthz").await.status, 200);
    assert_eq!(
        world.operators().get("/readyz").await.status,
        503,
        "the balancer is told"
    );
    assert!(world.server().is_running());

    drop(ballast);
    let (_, took) = until_taken(async || world.wire().put_blob(&phone, &picture).await).await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(world.operators().get("/readyz").await.status, 200);
    world.leaves(LooseEnd::StrayPictures, "Beto's picture is named by nobody");
    assert!(
        world.server().is_running(),
        "the same process, without a restart"
    );
}

#[tokio::test]
async fn no_row_finds_room_and_no_receipt_is_given() {
    let Some((disk, mut world)) = on_small_disk(32) else {
        return;
    };
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &agua);
    world.upload(&phone, &draft).await;
    let body = draft.body(&phone);
    let before = world.rows();
    let ballast = disk.fill(0).unwrap();

    for _ in 0..3 {
        full(&world.wire().put_apoyo(&phone, draft.id, &body).await);
    }
    let newcomer = Phone::new();
    let begin = newcomer.begin(&Beto.email(), b"front");
    full(&world.wire().begin(&newcomer, &begin).await);
    assert_eq!(world.rows(), before);
    assert_eq!(world.tally(&agua).await.total.received, 0);
    let path = format!("/v1/apoyos/{}", draft.id);
    let state = world.wire().get_signed(&phone, &path).await;
    state.refused(404, Code::ApoyoUnknown);
    assert!(world.server().is_running());

    drop(ballast);
    let (answer, took) =
        until_taken(async || world.wire().put_apoyo(&phone, draft.id, &body).await).await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(
        receipt_of(&phone, &answer).receipt.sequence,
        1,
        "no number was used up"
    );
    assert_eq!(
        world.judged(&phone, draft.id).await.status,
        Status::Preliminary
    );

    let (answer, _) = until_taken(async || world.wire().begin(&newcomer, &begin).await).await;
    answer.json::<ActivationBegun>(202);
    let code = mailbox::wait_for_code(&world.outbox(), &Beto.email(), 1);
    let complete = CompleteActivation {
        code,
        attempt: attempt(),
    };
    let newcomer = newcomer.named(begin.activation);
    let answer = world
        .wire()
        .complete(&newcomer, begin.activation, &complete)
        .await;
    activated(newcomer, &answer);
    assert!(
        world.server().is_running(),
        "the same process, without a restart"
    );
}

#[tokio::test]
async fn the_disk_fills_up_while_apoyos_come_in_and_every_receipt_holds() {
    let Some((disk, mut world)) = on_small_disk(24) else {
        return;
    };
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let mut ballast = Vec::new();
    let (mut receipts, mut refused) = (Vec::new(), Vec::new());
    for nth in 0..24 {
        if nth == 6 {
            ballast.push(disk.fill(700 * 1024).unwrap());
        }
        if nth == 16 {
            ballast.clear();
        }
        let pictures = e2e::people::Pictures::tiny(&Lupita.person(), nth);
        // Large enough that a few fill the disk.
        let mut selfie = pictures.selfie.to_vec();
        selfie.resize(selfie.len() + 150 * 1024, u8::try_from(nth).unwrap());
        let draft = e2e::wire::Draft::new(&agua, Lupita.person().model, &pictures)
            .with_part(protocol::apoyos::PartName::Selfie, selfie);
        match try_to_give(&world, &phone, &draft).await {
            Ok(receipt) => receipts.push((draft.id, receipt)),
            Err(answer) => {
                full(&answer);
                refused.push(draft);
            }
        }
    }
    assert!(!refused.is_empty(), "the disk was never full");
    assert!(receipts.len() > 8, "before and after there was room");
    for draft in &refused {
        let (answer, _) = until_taken(async || {
            try_to_give(&world, &phone, draft)
                .await
                .unwrap_or_else(|answer| answer)
        })
        .await;
        receipts.push((draft.id, answer));
    }
    for (id, receipt) in &receipts {
        receipt_of(&phone, receipt);
        let path = format!("/v1/apoyos/{id}/receipt");
        assert_eq!(
            world.wire().get_signed(&phone, &path).await.body,
            receipt.body
        );
    }
    world.settled().await;
    let total = world.tally(&agua).await.total;
    assert_eq!((total.received, total.preliminary), (24, 1), "one Lupita");
    assert_eq!(e2e::rows::Rows::lost_blobs(world.data()), 0);
    assert!(
        world.server().is_running(),
        "the same process, without a restart"
    );
}

async fn try_to_give(
    world: &TestWorld,
    phone: &Phone,
    draft: &e2e::wire::Draft,
) -> Result<Answer, Answer> {
    for part in &draft.sealed_parts(phone) {
        let answer = world.wire().put_blob(phone, part).await;
        if !answer.is_success() {
            return Err(answer);
        }
    }
    let answer = world
        .wire()
        .put_apoyo(phone, draft.id, &draft.body(phone))
        .await;
    if answer.is_success() {
        Ok(answer)
    } else {
        Err(answer)
    }
}
