//! Bounces, and their abuse by strangers.

use crate::{
    phone::Phone,
    world::{Answer, World},
};
use async_trait::async_trait;
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use backend::{
    config::{Bounces, Config},
    mail::{
        Courier, Transport,
        maildir::{Looked, Maildir},
        message::Sender,
    },
};
use lettre::Message;
use protocol::{
    activation::{ActivationState, MailFate},
    code::Code,
    sensitive::Sensitive,
};
use server_core::{mail::outbox::hand_over_due, ports::Handed};
use std::{
    fs,
    sync::{Arc, Mutex},
};

const SECRET: &str = "un-secreto-de-veinticuatro-letras";

fn with_bounces(config: &mut Config) {
    config.mail.from = "Apoyo <apoyo@example.org>".to_owned();
    config.mail.bounces = Some(Bounces {
        address: Some("rebotes@example.org".to_owned()),
        webhook_secret: Some(Sensitive::new(SECRET.to_owned())),
        ..Bounces::default()
    });
}

/// A carrier that takes and remembers every mail.
#[derive(Clone, Default)]
struct Relay(Arc<Mutex<Vec<Message>>>);

#[async_trait]
impl Transport for Relay {
    async fn hand_over(&self, _: &str, message: Message) -> Handed {
        self.0.lock().unwrap().push(message);
        Handed::Taken
    }
}

/// Sends the waiting mails; returns the Message-ID and the envelope's sender of the last one.
async fn deliver(world: &World) -> (String, String) {
    let relay = Relay::default();
    let courier = Courier {
        sender: Sender::of(&world.config.mail).unwrap(),
        transport: relay.clone(),
    };
    hand_over_due(&world.core, &courier).await.unwrap();
    let sent = relay.0.lock().unwrap().pop().unwrap();
    let text = String::from_utf8(sent.formatted()).unwrap();
    let id = text
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: "))
        .unwrap();
    let from = sent.envelope().from().unwrap();
    (id.to_owned(), from.to_string())
}

fn report(to: &str, message_id: &str, action: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example\nTo: {to}\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; lupita@example.org\nAction: {action}\nStatus: 5.1.1\n\n\
         --b\nContent-Type: message/rfc822\n\nMessage-ID: {message_id}\n\n--b--\n"
    )
}

async fn fate(world: &World, phone: &Phone) -> MailFate {
    let path = format!("/v1/activations/{}", phone.activation);
    let name = phone.activation.to_string();
    let request = phone.request(&name, Method::GET, &path, Vec::new());
    let state: ActivationState = world.send(request).await.json();
    state.mail
}

async fn post(world: &World, authorization: &str, raw: &str) -> Answer {
    let request = Request::post("/v1/bounces")
        .header("authorization", authorization)
        .body(Body::from(raw.to_owned()))
        .unwrap();
    world.send(request).await
}

#[tokio::test]
async fn lupitas_phone_learns_that_her_mail_came_back_and_another_one_is_a_new_one() {
    let world = World::with(with_bounces, false).await;
    let (lupita, beto) = (Phone::new(), Phone::new());
    beto.begin(&world, "beto@example.org").await;
    deliver(&world).await;
    lupita.begin(&world, "lupita@example.org").await;
    assert_eq!(fate(&world, &lupita).await, MailFate::Waiting);
    let (id, from) = deliver(&world).await;
    assert_eq!(fate(&world, &lupita).await, MailFate::Sent);
    assert!(!id.contains(&lupita.activation.to_string()), "{id}");

    let bearer = format!("Bearer {SECRET}");
    let raw = report("apoyo@example.org", &id, "failed");
    let answer = post(&world, &bearer, &raw).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    assert_eq!(fate(&world, &lupita).await, MailFate::Bounced);
    assert_eq!(fate(&world, &beto).await, MailFate::Sent);

    world.pass(chrono::TimeDelta::seconds(60));
    lupita.resend(&world).await;
    assert_eq!(fate(&world, &lupita).await, MailFate::Waiting);
    let (_, again) = deliver(&world).await;
    assert_ne!(from, again, "each mail has its own way back");
    assert_eq!(fate(&world, &lupita).await, MailFate::Sent);
    // The first report comes a second time; it is about the mail before.
    post(&world, &bearer, &raw).await;
    assert_eq!(fate(&world, &lupita).await, MailFate::Sent);
    // Only by the envelope, if the other server returned no part of the mail.
    post(&world, &bearer, &report(&again, "<x@y>", "failed")).await;
    assert_eq!(fate(&world, &lupita).await, MailFate::Bounced);
    let metrics = world.ask_operators("/metrics").await.text();
    assert!(
        metrics.contains("apoyo_bounces_total{outcome=\"noted\"} 2"),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_forged_report_moves_nobodys_activation() {
    let world = World::with(with_bounces, false).await;
    let lupita = Phone::new();
    lupita.begin(&world, "lupita@example.org").await;
    let (id, _) = deliver(&world).await;
    let right = report("apoyo@example.org", &id, "failed");
    for authorization in ["", "Bearer ", "Bearer x", SECRET, "Basic eDp5"] {
        let answer = post(&world, authorization, &right).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{authorization}");
    }
    let bearer = format!("Bearer {SECRET}");
    // A stranger without the mail has only public values.
    let guesses = [
        format!("<apoyo-{}@example.org>", lupita.activation),
        format!("<apoyo-{}@example.org>", "0".repeat(32)),
        "<apoyo-1@example.org>".to_owned(),
        format!("{}0", id.trim_end_matches('>')).replace("apoyo-", "apoyo-0"),
    ];
    for guess in guesses {
        let raw = report("lupita@example.org", &guess, "failed");
        let answer = post(&world, &bearer, &raw).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert_eq!(fate(&world, &lupita).await, MailFate::Sent, "{guess}");
    }
    // A mail that is only late is not lost.
    post(&world, &bearer, &report("a@b.mx", &id, "delayed")).await;
    assert_eq!(fate(&world, &lupita).await, MailFate::Sent);
    let long = format!("{right}{}", " ".repeat(256 * 1024));
    let answer = post(&world, &bearer, &long).await;
    answer.is_refused_with(Code::BodyTooLarge);
    // The code works in spite of all reports.
    post(&world, &bearer, &right).await;
    assert_eq!(fate(&world, &lupita).await, MailFate::Bounced);
}

#[tokio::test]
async fn without_a_secret_there_is_no_such_address() {
    let world = World::new().await;
    let answer = post(&world, "Bearer ", "x").await;
    answer.is_refused_with(Code::NotFound);
}

#[tokio::test]
async fn reports_in_the_mailbox_are_read_and_what_is_understood_is_not_kept() {
    let world = World::with(with_bounces, false).await;
    let phone = Phone::new();
    phone.begin(&world, "lupita@example.org").await;
    let (id, _) = deliver(&world).await;
    let folder = world.folder.path().join("rebotes");
    let new = folder.join("new");
    let mut maildir = Maildir::at(folder.clone());
    assert!(maildir.read_new(&world.core).await.is_err(), "no mailbox");
    fs::create_dir_all(&new).unwrap();
    let taken = |taken| Looked { taken, stuck: 0 };
    assert_eq!(maildir.read_new(&world.core).await.unwrap(), taken(0));

    let secret = world.folder.path().join("secreto");
    fs::write(&secret, report("x@example.org", &id, "failed")).unwrap();
    std::os::unix::fs::symlink(&secret, new.join("0.link")).unwrap();
    fs::create_dir(new.join("1.folder")).unwrap();
    fs::write(new.join("2.letter"), "To: apoyo@example.org\n\nHola.").unwrap();
    fs::write(new.join("3.noise"), [0xFF; 400_000]).unwrap();
    assert_eq!(maildir.read_new(&world.core).await.unwrap(), taken(2));
    assert_eq!(fate(&world, &phone).await, MailFate::Sent);
    let aside = |name: &str| folder.join("cur").join(format!("{name}:2,")).exists();
    assert!(
        aside("2.letter") && aside("3.noise"),
        "a person may read them"
    );

    let mut raw = report("x@example.org", &id, "failed").into_bytes();
    // A very long attachment after the relevant part.
    raw.extend(vec![b'A'; 1 << 20]);
    fs::write(new.join("4.report"), raw).unwrap();
    assert_eq!(maildir.read_new(&world.core).await.unwrap(), taken(1));
    assert_eq!(fate(&world, &phone).await, MailFate::Bounced);
    assert!(!new.join("4.report").exists() && !aside("4.report"));
}

#[tokio::test]
async fn a_report_that_cannot_be_put_away_stops_no_other() {
    let world = World::with(with_bounces, false).await;
    let phone = Phone::new();
    phone.begin(&world, "lupita@example.org").await;
    let (id, _) = deliver(&world).await;
    let folder = world.folder.path().join("rebotes");
    let new = folder.join("new");
    fs::create_dir_all(&new).unwrap();
    // Nothing can be put aside: a file is where the folder should be.
    fs::write(folder.join("cur"), "").unwrap();
    fs::write(new.join("0.letter"), "To: apoyo@example.org\n\nHola.").unwrap();
    fs::write(new.join("1.report"), report("x@example.org", &id, "failed")).unwrap();
    let mut maildir = Maildir::at(folder.clone());
    let looked = maildir.read_new(&world.core).await.unwrap();
    assert_eq!(looked, Looked { taken: 1, stuck: 1 });
    assert_eq!(fate(&world, &phone).await, MailFate::Bounced);
    assert!(new.join("0.letter").exists(), "it waits for a person");
    // It is not tried at every look.
    let looked = maildir.read_new(&world.core).await.unwrap();
    assert_eq!(looked, Looked::default());
}
