//! The disk fails during a flush: the server must not acknowledge anything.

use e2e::{
    faults::BrokenDisk,
    people::Name::{Beto, Lupita},
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
