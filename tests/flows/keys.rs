//! Rotated keys: apoyos that were sealed to older keys still open, and a server without a key loses no
//! data.

use e2e::{
    keys::{Reviewers, rotated, secret_files},
    people::Name::{Beto, Lupita},
    world::{LooseEnd, Setting, TestWorld, campaign},
};
use protocol::{
    apoyos::{PartName, Status},
    code::Code,
    reason::Reason,
};
use std::{
    fs,
    time::{Duration, Instant},
};

#[tokio::test]
async fn an_apoyo_sealed_to_yesterdays_key_arrives_today_and_counts() {
    let mut world = TestWorld::new();
    let agua = campaign("agua");
    let lupitas = world.activate(Lupita).await;
    let yesterday = world.draft(Lupita, &agua);
    let new = rotated(&world, &lupitas).await;
    let known = lupitas.sealing();
    assert!(new.intake != known.intake && new.review != known.review);
    assert!(new.since > known.since);

    world.give(&lupitas, &yesterday).await;
    assert_eq!(
        world.judged(&lupitas, yesterday.id).await.status,
        Status::Preliminary
    );
    // A phone that is activated today seals to the new keys, and after a restart both open.
    world.stop();
    world.start();
    let betos = world.activate(Beto).await;
    assert_eq!(betos.sealing(), &new);
    let today = world.draft(Beto, &agua);
    world.give(&betos, &today).await;
    assert_eq!(
        world.judged(&betos, today.id).await.status,
        Status::Preliminary
    );
    assert_eq!(world.tally(&agua).await.total.preliminary, 2);
}

#[tokio::test]
async fn a_key_that_was_put_away_is_told_and_nothing_is_lost_when_it_is_back() {
    let mut world = TestWorld::new();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let old = secret_files(world.data());
    let early = world.draft(Lupita, &agua);
    let receipt = world.send(&phone, &early).await;
    world.judged(&phone, early.id).await;
    let late = world.draft(Lupita, &campaign("bosques"));
    rotated(&world, &phone).await;

    world.stop();
    for file in &old {
        fs::rename(file, file.with_extension("away")).unwrap();
    }
    world.start();
    let before = world.rows();
    world
        .wire()
        .put_blob(&phone, &late.sealed_parts(&phone)[0])
        .await
        .refused(409, Code::SealingKeyUnknown);
    world
        .wire()
        .put_apoyo(&phone, late.id, &late.body(&phone))
        .await
        .refused(409, Code::SealingKeyUnknown);
    assert_eq!(world.rows(), before);
    // An apoyo keeps its receipt.
    let again = world
        .wire()
        .put_apoyo(&phone, early.id, &early.body(&phone))
        .await;
    assert_eq!((again.status, again.body), (200, receipt.body));

    for file in &old {
        fs::rename(file.with_extension("away"), file).unwrap();
    }
    // The server checks every few seconds.
    let until = Instant::now() + Duration::from_secs(20);
    let part = &late.sealed_parts(&phone)[0];
    while !world.wire().put_blob(&phone, part).await.is_success() {
        assert!(Instant::now() < until, "the key is not taken up");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    world.give(&phone, &late).await;
    assert_eq!(
        world.judged(&phone, late.id).await.status,
        Status::Preliminary
    );
}

#[tokio::test]
async fn a_server_without_the_review_key_counts_by_the_roll_and_whoever_has_it_looks_later() {
    let reviewers = Reviewers::new();
    let mut world = Setting {
        config: "[sealing]\nreview = \"elsewhere\"\n".to_owned(),
        ..Setting::default()
    }
    .prepare();
    reviewers.tell(&world);
    world.start();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let honest = world.draft(Lupita, &agua);
    let other_card = world
        .draft(Beto, &agua)
        .with_part(PartName::Back, Lupita.pictures().back);
    for draft in [&honest, &other_card] {
        world.give(&phone, draft).await;
        let state = world.judged(&phone, draft.id).await;
        assert_eq!((state.status, state.reasons), (Status::Preliminary, vec![]));
    }
    assert_eq!(world.tally(&agua).await.total.preliminary, 2);

    // The reviewers bring the key while the server runs.
    let looked = world.apoyo(["pictures", "check", "--keys", reviewers.path()]);
    let said = String::from_utf8_lossy(&looked.stdout).into_owned();
    assert!(
        looked.status.success() && said.contains("2 looked at, 0 still wait"),
        "{said}{}",
        String::from_utf8_lossy(&looked.stderr)
    );
    let state = world.judged(&phone, honest.id).await;
    assert_eq!((state.status, state.reasons), (Status::Preliminary, vec![]));
    let state = world.judged(&phone, other_card.id).await;
    assert_eq!(
        (state.status, state.reasons),
        (Status::InReview, vec![Reason::QrNoCoincide])
    );
    let total = world.tally(&agua).await.total;
    assert_eq!((total.preliminary, total.in_review), (1, 1));

    // Later the key is brought to the server itself, which catches up without a restart.
    let third = world
        .draft(Beto, &campaign("bosques"))
        .with_part(PartName::Back, Lupita.pictures().back);
    world.give(&phone, &third).await;
    assert_eq!(
        world.judged(&phone, third.id).await.status,
        Status::Preliminary
    );
    reviewers.bring_to(&world);
    let until = Instant::now() + Duration::from_secs(30);
    while world.judged(&phone, third.id).await.status != Status::InReview {
        assert!(Instant::now() < until, "nobody looked");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn without_any_review_key_a_server_says_what_to_do_instead_of_starting() {
    let mut world = Setting {
        config: "[sealing]\nreview = \"elsewhere\"\n".to_owned(),
        ..Setting::default()
    }
    .prepare();
    world.leaves(LooseEnd::IllServer, "it never started");
    let refused = world.launch().start().err().expect("no key, no server");
    assert!(
        refused.to_string().contains("apoyo keys import-public"),
        "{refused}"
    );
}
