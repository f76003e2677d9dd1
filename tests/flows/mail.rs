//! The code reaches its mailbox: over STARTTLS, with a password, and in spite of the relay's faults.

use e2e::{
    faults::MovableClock,
    mailbox::Letter,
    people::Name::{Beto, Lupita},
    smtp::{Mood, PASSWORD, Relay},
    wire::Phone,
    world::{LooseEnd, Setting, TestWorld, activated, attempt},
};
use protocol::{
    activation::{ActivationCode, ActivationState, CompleteActivation, MailFate},
    ids::ActivationId,
};
use std::time::{Duration, Instant};

/// The longest sum of the pauses between tries.
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
    // A late mail is not a reason to turn citizens away.
    assert_eq!(world.operators().get("/readyz").await.status, 200);

    // A crash does not lose it.
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
    let metrics = world.operators().get("/metrics").await.body;
    let metrics = String::from_utf8_lossy(&metrics);
    let counted = metrics
        .lines()
        .any(|line| line.contains("mail") && line.contains("refused"));
    assert!(counted, "{metrics}");
    // Another person's mail is not affected.
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
    let mut world = Setting {
        config: relay.config(),
        environment: clock.environment(),
        ..Setting::default()
    }
    .start();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    world.off_until(&clock, Duration::from_secs(61));
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
    world.off_until(&clock, Duration::from_secs(25 * 3600));
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

/// The fate of this activation's mail, as its phone learns it.
async fn fate(world: &TestWorld, phone: &Phone, id: ActivationId) -> MailFate {
    let path = format!("/v1/activations/{id}");
    let state: ActivationState = world.wire().get_signed(phone, &path).await.json(200);
    state.mail
}

async fn until_fate(world: &TestWorld, phone: &Phone, id: ActivationId, wanted: MailFate) {
    let end = Instant::now() + DELIVERY;
    while fate(world, phone, id).await != wanted {
        assert!(Instant::now() < end, "the mail is never {wanted:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn the_relay_has_every_mood_in_turn_and_each_mail_is_delivered_once_or_told_to_be_lost() {
    let mut relay = Relay::new().unwrap();
    let mut world = world_with(&relay);
    let mut waiting = Vec::new();
    let mut lost = Vec::new();
    // Down, then: 4xx to the recipient, 4xx to the mail, 5xx to the recipient, 5xx to the mail.
    for (nth, mood) in [
        None,
        Some(Mood::Later),
        Some(Mood::Busy),
        Some(Mood::Never),
        Some(Mood::Full),
    ]
    .into_iter()
    .enumerate()
    {
        if let Some(mood) = mood {
            relay.be(mood).unwrap();
            if nth == 1 {
                relay.up().unwrap();
            }
        }
        for one in 0..2 {
            let email = format!("persona{nth}{one}@ejemplo.mx");
            let (phone, id) = world.begin(&email, b"front").await;
            match mood {
                Some(Mood::Never | Mood::Full) => {
                    until_fate(&world, &phone, id, MailFate::Refused).await;
                    lost.push((phone, id));
                }
                _ => waiting.push((email, phone, id)),
            }
        }
        if mood.is_none() {
            until("it was tried", || {
                world.server().said().contains("has to wait")
            })
            .await;
        }
    }
    // Waiting mails are refused for good only if they are due at that moment.
    relay.be(Mood::Take).unwrap();
    until("nothing waits", || world.rows().mails_waiting == 0).await;
    let letters = relay.letters().unwrap();
    for (email, phone, id) in &waiting {
        let mine = letters.iter().filter(|letter| letter.to == *email).count();
        match fate(&world, phone, *id).await {
            MailFate::Sent => assert_eq!(mine, 1, "{email}"),
            MailFate::Refused => assert_eq!(mine, 0, "{email}"),
            told => panic!("{email}: {told:?}"),
        }
    }
    for (phone, id) in &lost {
        assert_eq!(fate(&world, phone, *id).await, MailFate::Refused);
    }
    assert_eq!(world.rows().mails, 10);
    let mut ids: Vec<_> = letters.iter().map(|letter| &letter.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), letters.len(), "no mail was taken twice");
    let list = world.apoyo(["mail", "list", "--ill"]);
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(
        list.contains("refused") && list.contains("550") && list.contains("552"),
        "{list}"
    );
    assert!(!list.contains('@'), "{list}");
}

/// A report as another mail server writes it about this letter.
fn bounce(letter: &Letter) -> String {
    let to = letter.returns_to.trim_matches(['<', '>']);
    format!(
        "From: MAILER-DAEMON@mx.ejemplo.mx\nTo: {to}\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nNo such user.\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.ejemplo.mx\n\n\
         Final-Recipient: rfc822; {}\nAction: failed\nStatus: 5.1.1\n\n\
         --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {}\n\n--b--\n",
        letter.to, letter.id
    )
}

#[tokio::test]
async fn a_mail_that_comes_back_is_told_to_its_phone_and_to_the_operator() {
    let mut relay = Relay::new().unwrap();
    relay.up().unwrap();
    let mailbox = tempfile::tempdir().unwrap();
    let new = mailbox.path().join("new");
    std::fs::create_dir(&new).unwrap();
    let config = format!(
        "{}\n[mail.bounces]\naddress = \"rebotes@ejemplo.mx\"\nmaildir = \"{}\"\n",
        relay.config(),
        mailbox.path().display()
    );
    let mut world = Setting {
        config,
        ..Setting::default()
    }
    .start();
    let (lupitas, lupita) = world.begin(&Lupita.email(), b"front").await;
    code_at(&relay, &Lupita.email(), 1).await;
    let (betos, beto) = world.begin(&Beto.email(), b"front").await;
    let code = code_at(&relay, &Beto.email(), 1).await;
    let letters = relay.letters().unwrap();
    assert!(
        letters[0].returns_to.starts_with("<rebotes+"),
        "{letters:?}"
    );
    assert_ne!(letters[0].returns_to, letters[1].returns_to);
    assert!(
        letters[1].page.contains(&code.to_string()),
        "{}",
        letters[1].page
    );

    std::fs::write(new.join("1.report"), bounce(&letters[0])).unwrap();
    until_fate(&world, &lupitas, lupita, MailFate::Bounced).await;
    assert_eq!(fate(&world, &betos, beto).await, MailFate::Sent);
    until("the report is removed", || !new.join("1.report").exists()).await;
    let list = world.apoyo(["mail", "list", "--ill"]);
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(list.contains("bounced") && list.contains("5.1.1"), "{list}");
    assert_eq!(list.lines().count(), 1, "{list}");
    assert!(world.server().said().contains("a mail came back"));
    // A bounce is only a hint: her code still works, if she has it.
    let code = letters[0].code().unwrap();
    let answer = world
        .wire()
        .complete(&lupitas, lupita, &with_code(code))
        .await;
    activated(lupitas, &answer);
}
