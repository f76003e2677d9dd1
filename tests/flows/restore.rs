//! F18: yesterday's database is put back after today's receipts have left.

use app_core::views::{LostAgain, QueueState};
use e2e::{
    journey::{Journey, Step},
    people::Name::{Beto, Chayo, Lupita},
    proxy::Proxy,
    server,
    world::{LooseEnd, TestWorld, campaign},
};
use std::{collections::BTreeSet, fs, path::Path};

/// A copy of the database, as an operator makes one while nothing runs.
fn backup(data: &Path) -> Vec<u8> {
    fs::read(data.join("apoyo.db")).expect("the database is there")
}

fn put_back(data: &Path, backup: &[u8]) {
    for log in ["apoyo.db-wal", "apoyo.db-shm"] {
        let _ = fs::remove_file(data.join(log));
    }
    fs::write(data.join("apoyo.db"), backup).expect("the database is put back");
}

#[tokio::test(flavor = "multi_thread")]
async fn yesterdays_database_is_noticed_no_number_is_signed_twice_and_lupitas_app_sends_again() {
    let mut world = TestWorld::new();
    world.leaves(
        LooseEnd::StrayPictures,
        "the pictures of the lost apoyos are kept until the phones have sent them again",
    );
    let proxy = Proxy::to(world.server().address()).await.unwrap();
    let journey = Journey::new(Lupita, campaign("agua"), &proxy.url(), &world.outbox()).await;
    journey.take_all(Step::Notice, Step::Send).await;
    let beto = world.activate(Beto).await;
    let mut numbers = Vec::new();
    let early = world.draft(Beto, &campaign("agua"));
    numbers.push(world.give(&beto, &early).await.receipt.sequence);
    world.settled().await;
    world.stop();
    let yesterday = backup(world.data());

    // Today: Lupita's apoyo arrives, and another one.
    world.start();
    proxy.lead_to(world.server().address());
    journey.take(Step::Queue).await.unwrap();
    let QueueState::Receipted { folio: before, .. } = journey.apoyo().await.queue else {
        panic!("receipted")
    };
    let beto_too = world.draft(Beto, &campaign("bosques"));
    numbers.push(world.give(&beto, &beto_too).await.receipt.sequence);
    world.settled().await;
    world.stop();

    put_back(world.data(), &yesterday);
    let refused = server::apoyo(
        world.data(),
        ["serve", "--no-relay", "--listen", "127.0.0.1:0"],
    )
    .unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(5), "{said}");
    assert!(said.contains("database_behind"), "{said}");
    assert!(said.contains("se repuso un respaldo"), "{said}");
    let doctor = world.apoyo(["doctor"]);
    assert_eq!(doctor.status.code(), Some(4));

    let recovered = world.apoyo(["recover", "--after-restore"]);
    assert!(recovered.status.success(), "{recovered:?}");
    world.start();
    proxy.lead_to(world.server().address());
    let chayo = world.activate(Chayo).await;
    let new = world.draft(Chayo, &campaign("agua"));
    numbers.push(world.give(&chayo, &new).await.receipt.sequence);

    // The app asks how it goes, reads that the server lost it, and sends it again.
    let unknown = journey.take(Step::Status).await;
    assert!(unknown.is_err(), "there is no status yet");
    let lost = journey.apoyo().await.lost.expect("told");
    assert!(matches!(lost.again, LostAgain::Sending { .. }));
    assert_eq!(lost.folio, before);
    journey.take(Step::Queue).await.unwrap();
    let apoyo = journey.apoyo().await;
    assert!(
        matches!(apoyo.lost.as_ref().unwrap().again, LostAgain::Found),
        "{apoyo:?}"
    );
    let QueueState::Receipted { folio: after, .. } = apoyo.queue else {
        panic!("receipted")
    };
    assert_ne!(after, before, "no folio is signed twice");
    let once: BTreeSet<u64> = numbers.iter().copied().collect();
    assert_eq!(once.len(), numbers.len(), "{numbers:?}");
    world.settled().await;
    let total = world.tally(&campaign("agua")).await.total;
    assert_eq!(total.received, 3, "Beto, Chayo, and Lupita once");
}
