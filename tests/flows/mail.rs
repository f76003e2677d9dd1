//! The code reaches its mailbox: over STARTTLS, with a password, and whatever the relay's mood.

use e2e::{
    faults::MovableClock,
    people::Name::{Beto, Lupita},
    smtp::{Mood, PASSWORD, Relay},
    world::{LooseEnd, Setting, TestWorld, activated, attempt},
};
use protocol::activation::{ActivationCode, CompleteActivation};
use std::time::{Duration, Instant};

/// How long the pauses between tries may add up to here.
const DELIVERY: Duration = Duration::from_secs(30);

fn world_with(relay: &Relay) -> TestWorld {
    Setting {
        config: relay.config(),
        ..Setting::default()
    }
    .start()
}

async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + DELIVERY;
    while !done() {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits for the relay to have mail number `nth` for this address.
async fn code_at(relay: &Relay, address: &str, nth: usize) -> ActivationCode {
    let mine = || {
        let mut letters = relay.letters().expect("the relay's folder");
        letters.retain(|letter| letter.to == address);
        letters
    };
    until("the code arrives", || mine().len() >= nth).await;
    mine()[nth - 1].code().expect("a code in the mail")
}

fn with_code(code: ActivationCode) -> CompleteActivation {
    CompleteActivation {
        code,
        attempt: attempt(),
    }
}

#[tokio::test]
async fn a_real_relay_takes_the_code_over_tls_from_who_knows_the_password() {
    let mut relay = Relay::new().unwrap();
    relay.up().unwrap();
    let world = world_with(&relay);
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    let code = code_at(&relay, &Lupita.email(), 1).await;
    let answer = world.wire().complete(&phone, id, &with_code(code)).await;
    activated(phone, &answer);
    let log = relay.log();
    assert!(log.contains("auth tls=True right=True"), "{log}");
    assert!(log.contains("rcpt tls=True auth=True"), "{log}");
    assert!(!log.contains("tls=False"), "{log}");
    let letter = relay.letters().unwrap().remove(0);
    assert!(letter.text.contains("código") && !letter.id.is_empty());
    assert!(!world.outbox().exists() || world.rows().mails == 1);
}

#[tokio::test]
async fn the_relay_is_down_and_the_code_comes_when_it_is_back() {
    let mut relay = Relay::new().unwrap();
    let mut world = world_with(&relay);
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    until("a first try failed", || {
        world.server().said().contains("a mail has to wait")
    })
    .await;
    let rows = world.rows();
    assert_eq!((rows.mails_waiting, rows.mails_given_up), (1, 0));
    // A late mail is no reason to turn citizens away.
    assert_eq!(world.wire().get("/readyz").await.status, 200);

    // Not even a crash loses it.
    world.kill();
    world.start();
    relay.up().unwrap();
    let code = code_at(&relay, &Lupita.email(), 1).await;
    let answer = world.wire().complete(&phone, id, &with_code(code)).await;
    activated(phone, &answer);
    until("nothing waits", || world.rows().mails_waiting == 0).await;
    assert_eq!(relay.letters().unwrap().len(), 1);
}

#[tokio::test]
async fn not_now_says_the_relay_and_is_asked_again() {
    let mut relay = Relay::new().unwrap();
    relay.be(Mood::Later).unwrap();
    relay.up().unwrap();
    let mut world = world_with(&relay);
    world.begin(&Lupita.email(), b"front").await;
    until("it was refused", || {
        world.server().said().contains("answered 451")
    })
    .await;
    assert_eq!(world.rows().mails_waiting, 1);
    relay.be(Mood::Take).unwrap();
    code_at(&relay, &Lupita.email(), 1).await;
    until("nothing waits", || world.rows().mails_waiting == 0).await;
}

#[tokio::test]
async fn never_says_the_relay_and_that_is_told_to_the_operator() {
    let mut relay = Relay::new().unwrap();
    relay.be(Mood::Never).unwrap();
    relay.up().unwrap();
    let mut world = world_with(&relay);
    world.begin(&Lupita.email(), b"front").await;
    until("it was given up", || world.rows().mails_given_up == 1).await;
    assert_eq!(world.rows().mails_waiting, 0);
    until("it is told", || world.server().said().contains("given up")).await;
    let said = world.server().said();
    assert!(said.contains("550"), "{said}");
    let metrics = world.wire().get("/metrics").await.body;
    let metrics = String::from_utf8_lossy(&metrics);
    let counted = metrics
        .lines()
        .any(|line| line.contains("mail") && line.contains("refused"));
    assert!(counted, "{metrics}");
    // Somebody else's mail is not concerned.
    relay.be(Mood::Take).unwrap();
    world.begin(&Beto.email(), b"front").await;
    code_at(&relay, &Beto.email(), 1).await;
    assert_eq!(
        relay.letters().unwrap().len(),
        1,
        "Lupita's was not tried again"
    );
}

#[tokio::test]
async fn the_relay_takes_it_and_hangs_up_before_saying_so() {
    let mut relay = Relay::new().unwrap();
    relay.be(Mood::Drop).unwrap();
    relay.up().unwrap();
    let world = world_with(&relay);
    world.begin(&Lupita.email(), b"front").await;
    code_at(&relay, &Lupita.email(), 1).await;
    relay.be(Mood::Take).unwrap();
    until("nothing waits", || world.rows().mails_waiting == 0).await;
    let letters = relay.letters().unwrap();
    assert_eq!(letters.len(), 2, "better twice than never");
    assert_eq!(letters[0].id, letters[1].id, "and to be seen as one");
    assert_eq!(letters[0].code(), letters[1].code());
}

#[tokio::test]
async fn a_mistyped_password_of_the_operator_loses_no_mail() {
    let mut relay = Relay::new().unwrap();
    relay.up().unwrap();
    let config = relay.config().replace(PASSWORD, "otra");
    let mut world = Setting {
        config,
        ..Setting::default()
    }
    .start();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    until("it was tried", || relay.log().contains("right=False")).await;
    until("that is noted", || {
        world.server().said().contains("a mail ")
    })
    .await;
    world.stop();
    let rows = world.rows();
    assert_eq!((rows.mails_waiting, rows.mails_given_up), (1, 0));
    let right = world.data().parent().unwrap().join("right.toml");
    std::fs::write(&right, relay.config()).unwrap();
    world.launch().config = Some(right);
    world.start();
    let code = code_at(&relay, &Lupita.email(), 1).await;
    let answer = world.wire().complete(&phone, id, &with_code(code)).await;
    activated(phone, &answer);
}

#[tokio::test]
async fn a_relay_with_a_strangers_certificate_gets_neither_password_nor_code() {
    let mut relay = Relay::new().unwrap();
    relay.up().unwrap();
    let config: String = relay
        .config()
        .lines()
        .filter(|line| !line.starts_with("ca_file"))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut world = Setting {
        config,
        ..Setting::default()
    }
    .start();
    world.leaves(LooseEnd::UnsentMail, "nobody may be told this code");
    world.begin(&Lupita.email(), b"front").await;
    until("it was tried", || {
        world.server().said().contains("a mail has to wait")
    })
    .await;
    assert_eq!(relay.log(), "");
    assert_eq!(relay.letters().unwrap().len(), 0);
    assert_eq!(world.rows().mails_waiting, 1);
}

#[tokio::test]
async fn of_two_codes_that_wait_only_the_newer_one_is_mailed() {
    let mut relay = Relay::new().unwrap();
    let clock = MovableClock::new().unwrap();
    let world = Setting {
        config: relay.config(),
        environment: clock.environment(),
        ..Setting::default()
    }
    .start();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    clock.ahead(Duration::from_secs(61)).unwrap();
    assert_eq!(world.wire().resend(&phone, id).await.status, 202);
    relay.up().unwrap();
    let code = code_at(&relay, &Lupita.email(), 1).await;
    let answer = world.wire().complete(&phone, id, &with_code(code)).await;
    activated(phone, &answer);
    until("nothing waits", || world.rows().mails_waiting == 0).await;
    assert_eq!(relay.letters().unwrap().len(), 1);
}

#[tokio::test]
async fn a_code_that_nobody_could_deliver_in_a_day_is_given_up() {
    let relay = Relay::new().unwrap();
    let clock = MovableClock::new().unwrap();
    let mut world = Setting {
        config: relay.config(),
        environment: clock.environment(),
        ..Setting::default()
    }
    .start();
    world.begin(&Lupita.email(), b"front").await;
    until("it was tried", || {
        world.server().said().contains("a mail has to wait")
    })
    .await;
    clock.ahead(Duration::from_secs(25 * 3600)).unwrap();
    until("it was given up", || world.rows().mails_given_up == 1).await;
    assert_eq!(world.rows().mails_waiting, 0);
}

#[tokio::test]
#[ignore = "takes over a minute: the relay never answers and the server's patience ends"]
async fn a_relay_that_never_answers_is_left_and_tried_again() {
    let mut relay = Relay::new().unwrap();
    relay.be(Mood::Hang).unwrap();
    relay.up().unwrap();
    let mut world = world_with(&relay);
    world.begin(&Lupita.email(), b"front").await;
    let end = Instant::now() + Duration::from_secs(100);
    while !world.server().said().contains("a mail has to wait") {
        assert!(Instant::now() < end, "the server waits for ever");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    relay.be(Mood::Take).unwrap();
    code_at(&relay, &Lupita.email(), 1).await;
    until("nothing waits", || world.rows().mails_waiting == 0).await;
}
