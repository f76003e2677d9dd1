//! The disk fails during a flush: the server must not acknowledge anything.

use e2e::{
    faults::BrokenDisk,
    people::{
        Name::{Beto, Lupita},
        Pictures,
    },
    wire::Draft,
    world::{TestWorld, campaign, receipt_of},
};
use protocol::{apoyos::Status, code::Code};
use std::time::Duration;

#[tokio::test]
async fn the_disk_fails_under_betos_apoyo_and_the_server_ends_instead_of_promising() {
    let mut world = TestWorld::new();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let first = world.draft(Lupita, &agua);
    let receipt = world.send(&phone, &first).await;
    world.judged(&phone, first.id).await;
    let second = world.draft(Beto, &agua);
    world.upload(&phone, &second).await;
    let body = second.body(&phone);

    let broken = BrokenDisk::under(world.server().pid()).expect("strace attaches");
    // Either a fault or no answer, never a receipt.
    if let Ok(answer) = world.wire().try_put_apoyo(&phone, second.id, &body).await {
        answer.refused(500, Code::ServerFault);
    }
    let ended = world.server().wait_for_end(Duration::from_secs(20));
    assert!(
        !ended.expect("it ends by itself").success(),
        "an operator has to be told"
    );
    drop(broken);

    world.kill();
    world.start();
    let path = format!("/v1/apoyos/{}/receipt", first.id);
    let answer = world.wire().get_signed(&phone, &path).await;
    assert_eq!(answer.body, receipt.body, "what was promised stands");
    // The failed one may have been written or not; sent again, it exists once.
    world.upload(&phone, &second).await;
    let answer = world.wire().put_apoyo(&phone, second.id, &body).await;
    assert_eq!(receipt_of(&phone, &answer).receipt.sequence, 2);
    let state = world.judged(&phone, second.id).await;
    assert_eq!(state.status, Status::Preliminary, "{:?}", state.reasons);
    assert_eq!(world.tally(&agua).await.total.received, 2);
}

/// SQLite reports such a fault and would go on serving; what it had in memory may never reach the
/// disk.
#[tokio::test(flavor = "multi_thread")]
async fn one_flush_that_fails_ends_the_server_however_many_went_well_before() {
    let mut world = TestWorld::new();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let (mut receipts, mut open, mut given) = (Vec::new(), None, 0);
    for nth in 1..=5 {
        let broken = BrokenDisk::at_flush(world.server().pid(), nth).expect("strace attaches");
        while world.server().is_running() {
            assert!(given < 400, "the fault was met and the server goes on");
            given += 1;
            let draft = open.take().unwrap_or_else(|| {
                let person = Lupita.person();
                Draft::new(&agua, person.model, &Pictures::tiny(&person, given))
            });
            for part in &draft.sealed_parts(&phone) {
                drop(world.wire().try_put_blob(&phone, part).await);
            }
            let body = draft.body(&phone);
            match world.wire().try_put_apoyo(&phone, draft.id, &body).await {
                Ok(answer) if answer.is_success() => receipts.push((draft.id, answer)),
                // Sent again to the server that comes after this one.
                _ => open = Some(draft),
            }
        }
        let ended = world.server().wait_for_end(Duration::from_secs(20));
        assert!(!ended.expect("it has ended").success(), "flush {nth}");
        drop(broken);
        world.kill();
        world.start();
        for (id, receipt) in &receipts {
            let path = format!("/v1/apoyos/{id}/receipt");
            let answer = world.wire().get_signed(&phone, &path).await;
            assert_eq!(
                answer.body, receipt.body,
                "flush {nth}: what was promised stays"
            );
        }
    }
    if let Some(draft) = open {
        receipts.push((draft.id, world.send(&phone, &draft).await));
    }
    world.settled().await;
    let total = world.tally(&agua).await.total;
    assert_eq!(
        (total.received, total.preliminary),
        (receipts.len() as u64, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_ends_the_server_as_what_cannot_be_written() {
    let mut world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    let receipt = world.send(&phone, &draft).await;
    world.judged(&phone, draft.id).await;
    // The new one has read nothing of this phone yet.
    world.stop();
    world.start();
    let broken = BrokenDisk::unreadable(world.server().pid()).expect("strace attaches");
    let path = format!("/v1/apoyos/{}/receipt", draft.id);
    let wire = world.wire();
    let asked = tokio::spawn({
        let (phone, path) = (phone.clone(), path.clone());
        async move {
            // An answer that says "fault", or none.
            let answer = wire.try_get_signed(&phone, &path).await;
            answer.map_or(500, |answer| answer.status)
        }
    });
    let ended = world.server().wait_for_end(Duration::from_secs(20));
    assert!(!ended.expect("it ends by itself").success());
    assert_eq!(asked.await.expect("it was asked"), 500);
    drop(broken);
    world.kill();
    world.start();
    let answer = world.wire().get_signed(&phone, &path).await;
    assert_eq!(answer.body, receipt.body);
}
