//! The server with real programs of others: a Postfix that takes, refuses and returns mail, and tools
//! that check the server's own descriptions.
//!
//! Needs Debian's `postfix` and `prometheus` and PyPI's `schemathesis`. `cargo xtask interop` installs
//! them and runs these stories, which an ordinary run leaves out.

use e2e::{
    interop::{postfix, readers},
    mailbox::Letter,
    people::Name::Lupita,
    postfix::{ACCENT, KNOWN, LATER, Postfix},
    wire::Phone,
    world::{Setting, TestWorld},
};
use protocol::{
    activation::{ActivationState, MailFate},
    code::Code,
    ids::ActivationId,
};
use std::time::{Duration, Instant};

const DELIVERY: Duration = Duration::from_secs(30);

fn world_with(relay: &Postfix) -> TestWorld {
    Setting {
        config: relay.config(),
        ..Setting::default()
    }
    .start()
}

async fn until_fate(world: &TestWorld, phone: &Phone, id: ActivationId, wanted: MailFate) {
    let end = Instant::now() + DELIVERY;
    loop {
        let path = format!("/v1/activations/{id}");
        let state: ActivationState = world.wire().get_signed(phone, &path).await.json(200);
        if state.mail == wanted {
            return;
        }
        assert!(
            Instant::now() < end,
            "the mail is {:?}, not {wanted:?}",
            state.mail
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
#[ignore = "cargo xtask interop"]
async fn a_real_postfix_delivers_refuses_and_returns() {
    let relay = Postfix::start(true).unwrap();
    let world = world_with(&relay);
    for domain in [KNOWN, "muñoz.mx"] {
        let (phone, id) = world.begin(&format!("lupita@{domain}"), b"front").await;
        until_fate(&world, &phone, id, MailFate::Sent).await;
    }
    let end = Instant::now() + DELIVERY;
    let letters = loop {
        let letters: Vec<Letter> = relay
            .delivered()
            .unwrap()
            .iter()
            .map(|raw| Letter::parse(raw))
            .collect();
        if letters.len() == 2 {
            break letters;
        }
        assert!(
            Instant::now() < end,
            "{} of 2 mails were delivered",
            letters.len()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert!(letters.iter().all(|letter| letter.code().is_some()));
    assert!(
        letters
            .iter()
            .any(|letter| letter.to == format!("lupita@{ACCENT}"))
    );

    // Refused at once, and refused by the next server after this one has taken it.
    let (phone, id) = world.begin(&format!("nadie@{KNOWN}"), b"front").await;
    until_fate(&world, &phone, id, MailFate::Refused).await;
    let (phone, id) = world.begin(&format!("nadie@{LATER}"), b"front").await;
    until_fate(&world, &phone, id, MailFate::Bounced).await;

    // The report for a mailbox with an accent has another media type; it has the token.
    let returns_to = letters[0].returns_to.trim_matches(['<', '>']).to_owned();
    postfix::send_utf8(
        relay.port(),
        &returns_to,
        &format!("josé@{LATER}"),
        &letters[0].id,
    )
    .unwrap();
    let end = Instant::now() + DELIVERY;
    loop {
        let list = world.apoyo(["mail", "list", "--ill"]);
        let list = String::from_utf8_lossy(&list.stdout).into_owned();
        if list.matches("bounced").count() == 2 {
            break;
        }
        assert!(Instant::now() < end, "{list}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(relay.put_aside().unwrap(), Vec::<String>::new());
}

#[tokio::test]
#[ignore = "cargo xtask interop"]
async fn without_smtputf8_nothing_waits_for_ever() {
    let relay = Postfix::start(false).unwrap();
    let world = world_with(&relay);
    // An accent in front of the @ is refused at once; one in the domain is fine.
    let phone = Phone::new();
    let begin = phone.begin(&format!("josé@{KNOWN}"), b"front");
    world
        .wire()
        .begin(&phone, &begin)
        .await
        .refused(422, Code::EmailLetters);
    let (phone, id) = world.begin("lupita@muñoz.mx", b"front").await;
    until_fate(&world, &phone, id, MailFate::Sent).await;
}

#[tokio::test]
#[ignore = "cargo xtask interop"]
async fn others_read_what_the_server_says_of_itself() {
    let mut world = Setting {
        config: readers::config(),
        ..Setting::default()
    }
    .start();
    // One event of each kind, so that every series exists.
    let phone = world.activate(Lupita).await;
    let metrics = world.operators().get("/metrics").await.text();
    readers::promtool(&metrics).unwrap();
    readers::schemathesis(&world.url(), None).unwrap();
    readers::schemathesis(&world.url(), Some(&phone)).unwrap();
    assert!(world.server().said().contains("listening"));
}
