//! F7: the machine's clock leaps by an hour and by ten years, forwards and back.

use crate::{given::picture, phone::Phone, world::World};
use async_trait::async_trait;
use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use protocol::{code::Code, environment::Timestamp, receipt::SignedReceipt};
use server_core::{
    clock::{Kept, accept, keep},
    mail::outbox::hand_over_due,
    ports::{Handed, MailCarrier},
};
use std::sync::atomic::{AtomicUsize, Ordering};
use storage::{clock::Mark, mail::DueMail};

const YEARS: TimeDelta = TimeDelta::days(3_652);
const HOUR: TimeDelta = TimeDelta::hours(1);
const LEAPS: [TimeDelta; 4] = [HOUR, TimeDelta::hours(-1), YEARS, TimeDelta::days(-3_652)];
const QR: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

/// Takes every mail, and counts them.
#[derive(Default)]
struct Takes(AtomicUsize);

#[async_trait]
impl MailCarrier for Takes {
    async fn hand_over(&self, _mail: &DueMail) -> Handed {
        self.0.fetch_add(1, Ordering::SeqCst);
        Handed::Taken
    }
}

async fn sequence(world: &World, phone: &Phone, unlike: &[u8]) -> (u64, Timestamp) {
    let apoyo = phone
        .prepare(world, "agua", &picture(640, 480, unlike), QR)
        .await;
    let answer = phone.give(world, &apoyo).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let receipt = answer.json::<SignedReceipt>().receipt;
    (receipt.sequence, receipt.received_at)
}

#[tokio::test]
async fn a_leap_ends_no_code_gives_up_no_mail_erases_no_address_and_refuses_no_apoyo() {
    for leap in LEAPS {
        let world = World::steady(None).await;
        let active = world.activated_phone("ramon@example.org").await;
        let first = sequence(&world, &active, b"1").await;
        let phone = Phone::new();
        assert_eq!(
            phone.begin(&world, "lupita@example.org").await.status,
            StatusCode::ACCEPTED
        );
        world.leap(leap);
        assert!(world.core.clock.doubt().is_some(), "{leap}");
        // What a sweep would forget, if it ran in spite of the doubt.
        let now = world.core.now();
        assert_eq!(world.core.storage.sweep_activations(now).await.unwrap(), 0);
        let code = world.code_for("lupita@example.org").await;
        let takes = Takes::default();
        while hand_over_due(&world.core, &takes).await.unwrap() > 0 {}
        assert_eq!(
            takes.0.load(Ordering::SeqCst),
            1,
            "{leap}: mailed, not given up"
        );
        // Backwards between two apoyos: the order is that of arrival, and no time goes back.
        let second = sequence(&world, &active, b"2").await;
        assert_eq!((first.0, second.0), (1, 2));
        assert!(second.1 >= first.1, "{leap}");
        let answer = phone.complete(&world, &code.to_string()).await;
        assert!(answer.status.is_success(), "{leap}: {}", answer.text());
        // Phones reckon with the server's time, and are told that one.
        let date = &world.get("/healthz").await.headers[header::DATE];
        assert!(date.to_str().unwrap().contains(" 2027 "), "{date:?}");
        // And a code still ends: 24 hours later, whatever the clock says.
        let late = Phone::new();
        late.begin(&world, "beto@example.org").await;
        let code = world.code_for("beto@example.org").await;
        world.pass(TimeDelta::hours(26));
        let answer = late.complete(&world, &code.to_string()).await;
        answer.is_refused_with(Code::CodeExpired);
    }
}

#[tokio::test]
async fn the_metrics_and_the_mark_say_that_the_clock_is_in_doubt() {
    let world = World::steady(None).await;
    assert_eq!(keep(&world.core, 0).await.unwrap(), Kept::Yes);
    let text = world.ask_operators("/metrics").await.text();
    assert!(text.contains("\napoyo_clock_doubtful 0\n"), "{text}");
    world.leap(YEARS);
    let text = world.ask_operators("/metrics").await.text();
    assert!(text.contains("\napoyo_clock_doubtful 1\n"), "{text}");
    let ahead = format!("\napoyo_clock_ahead_seconds {}\n", YEARS.num_seconds());
    assert!(text.contains(&ahead), "{text}");
    assert_eq!(keep(&world.core, 0).await.unwrap(), Kept::Yes);
    let mark = world.core.storage.clock_mark().await.unwrap().unwrap();
    assert!(mark.doubtful);
    assert_eq!(mark.at, world.core.now());
}

#[tokio::test]
async fn a_server_that_ran_ten_years_ahead_goes_back_by_the_operators_word_and_no_code_is_immortal()
{
    let world = World::steady(None).await;
    let storage = &*world.core.storage;
    world.leap(YEARS);
    // The operator believes the wrong clock.
    accept(storage, world.wall()).await.unwrap();
    assert_eq!(keep(&world.core, 0).await.unwrap(), Kept::Accepted(1));
    world.steady.as_ref().unwrap().accept();
    let phone = Phone::new();
    let answer = phone.begin(&world, "lupita@example.org").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let code = world.code_for("lupita@example.org").await;

    // And mends it.
    world.leap(-YEARS);
    let accepted = accept(storage, world.wall()).await.unwrap();
    assert!(accepted.pulled_back >= 3, "{accepted:?}");
    world.steady.as_ref().unwrap().accept();
    assert!(world.core.clock.doubt().is_none());
    assert_eq!(world.core.now(), world.wall());
    // The address may be mailed to again, not in ten years only.
    world.pass(TimeDelta::minutes(6));
    let resent = phone.resend(&world).await;
    assert!(resent.status.is_success(), "{}", resent.text());
    world.pass(TimeDelta::hours(25));
    let answer = phone.complete(&world, &code.to_string()).await;
    answer.is_refused_with(Code::CodeExpired);
}

#[tokio::test]
async fn after_weeks_without_a_server_what_depends_on_the_time_waits_for_the_operators_word() {
    let opened: Timestamp = "2027-02-15T00:00:00Z".parse().unwrap();
    for (closed_meanwhile, told) in [(false, None), (true, Some(Code::CampaignClosed))] {
        let world = World::steady(Some(Mark {
            at: opened,
            doubtful: false,
            accepted: 0,
        }))
        .await;
        assert_eq!(world.core.now(), opened, "it goes on from its mark");
        if closed_meanwhile {
            world.leap(TimeDelta::days(60));
        }
        let phone = world.activated_phone("lupita@example.org").await;
        let apoyo = phone
            .prepare(&world, "agua", &picture(640, 480, b"1"), QR)
            .await;
        let answer = phone.give(&world, &apoyo).await;
        match told {
            // Open by both: nothing depends on the doubt.
            None => assert_eq!(answer.status, StatusCode::OK, "{}", answer.text()),
            Some(code) => {
                answer.is_refused_with(Code::ClockDoubtful);
                assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
                assert_eq!(answer.headers[header::RETRY_AFTER], "600");
                world.steady.as_ref().unwrap().accept();
                phone.give(&world, &apoyo).await.is_refused_with(code);
            }
        }
    }
}
