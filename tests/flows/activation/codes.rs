//! The code of the mail: right, wrong, used, late, and on another phone.

use super::{guess, with_code};
use e2e::{
    faults::MovableClock,
    mailbox,
    people::Name::{Beto, Chayo, Lupita},
    wire::Phone,
    world::{Setting, TestWorld, activated},
};
use protocol::code::Code;
use std::time::Duration;

#[tokio::test]
async fn a_used_code_opens_nothing_more() {
    let world = TestWorld::new();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    activated(
        phone.clone(),
        &world.wire().complete(&phone, id, &with_code(&code)).await,
    );
    world.mailed().await;
    let before = world.rows();
    world
        .wire()
        .complete(&phone, id, &with_code(&code))
        .await
        .refused(409, Code::CodeUsed);
    world
        .wire()
        .resend(&phone, id)
        .await
        .refused(409, Code::CodeUsed);
    assert_eq!(world.rows(), before);
}

#[tokio::test]
async fn lupita_mistypes_the_code_and_is_told_how_many_tries_are_left() {
    let world = TestWorld::new();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    for left in [4, 3, 2, 1] {
        let answer = world.wire().complete(&phone, id, &guess(&code)).await;
        assert_eq!(answer.refused(403, Code::CodeWrong).tries_left, Some(left));
    }
    assert_eq!(world.rows().devices, 0);
    let answer = world.wire().complete(&phone, id, &with_code(&code)).await;
    activated(phone, &answer);
}

#[tokio::test]
async fn the_sixth_try_is_refused_even_with_the_right_code() {
    let world = TestWorld::new();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    let mut last = None;
    for _ in 0..5 {
        let answer = world.wire().complete(&phone, id, &guess(&code)).await;
        last = answer.refused(403, Code::CodeWrong).tries_left;
    }
    assert_eq!(last, Some(0));
    world
        .wire()
        .complete(&phone, id, &with_code(&code))
        .await
        .refused(403, Code::CodeExhausted);
    world
        .wire()
        .resend(&phone, id)
        .await
        .refused(403, Code::CodeExhausted);
    assert_eq!(world.rows().devices, 0);
}

#[tokio::test]
async fn of_forty_guesses_at_once_only_five_are_looked_at() {
    let world = TestWorld::new();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let (wire, phone, guess) = (world.wire(), phone.clone(), guess(&code));
        tries.spawn(async move { wire.complete(&phone, id, &guess).await.problem().code });
    }
    let codes = tries.join_all().await;
    let wrong = codes
        .iter()
        .filter(|code| **code == Code::CodeWrong)
        .count();
    let exhausted = codes
        .iter()
        .filter(|code| **code == Code::CodeExhausted)
        .count();
    assert_eq!((wrong, exhausted), (5, 35));
}

#[tokio::test]
async fn betos_phone_cannot_use_lupitas_code() {
    let world = TestWorld::new();
    let (lupitas, id) = world.begin(&Lupita.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    let (betos, _) = world.begin(&Beto.email(), b"another front").await;
    mailbox::wait_for_code(&world.outbox(), &Beto.email(), 1);
    // A mail is in the outbox folder a moment before the server has recorded that.
    world.mailed().await;
    let before = world.rows();

    // In his own name, and in hers.
    for phone in [betos.clone(), betos.named(id)] {
        world
            .wire()
            .complete(&phone, id, &with_code(&code))
            .await
            .refused(403, Code::CodeForeignDevice);
        world
            .wire()
            .complete(&phone, id, &guess(&code))
            .await
            .refused(403, Code::CodeForeignDevice);
    }
    // An unknown phone gets no information.
    let answer = world
        .wire()
        .complete(
            &Phone::new().named("ffffffffffffffffffffffffffffffff"),
            id,
            &with_code(&code),
        )
        .await;
    answer.refused(401, Code::DeviceUnknown);
    assert_eq!(world.rows(), before);

    // None of these requests cost Lupita a try.
    let answer = world.wire().complete(&lupitas, id, &guess(&code)).await;
    assert_eq!(answer.refused(403, Code::CodeWrong).tries_left, Some(4));
    let answer = world.wire().complete(&lupitas, id, &with_code(&code)).await;
    activated(lupitas, &answer);
}

#[tokio::test]
async fn chayo_looks_into_her_mail_the_day_after_tomorrow() {
    let clock = MovableClock::new().unwrap();
    let mut world = Setting {
        environment: clock.environment(),
        ..Setting::default()
    }
    .start();
    let (phone, id) = world.begin(&Chayo.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Chayo.email(), 1);
    world.off_until(&clock, Duration::from_secs(24 * 3600 + 1));
    world
        .wire()
        .complete(&phone, id, &with_code(&code))
        .await
        .refused(410, Code::CodeExpired);
    assert_eq!(world.rows().devices, 0);

    // She asks for another code and is in time.
    let (phone, id) = world.begin(&Chayo.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Chayo.email(), 2);
    world.off_until(&clock, Duration::from_secs(48 * 3600 - 60));
    let answer = world.wire().complete(&phone, id, &with_code(&code)).await;
    activated(phone, &answer);
}
