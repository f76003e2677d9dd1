//! The outbox: no mail is lost, and none is kept longer than needed.

use crate::world::*;
use protocol::{
    activation::{Language, MailFate},
    devices::DevicePublicKey,
    environment::Timestamp,
    ids::{ActivationId, Sha256Hash},
    sensitive::Sensitive,
};
use storage::{
    activation::{Attested, Begun, NewActivation, NewCode, Renewed},
    mail::{Bounced, MailAllowance, MailToken, NewMail},
};

async fn with_mails<E: Engine>(count: u64) -> World<E> {
    let world = World::<E>::empty().await;
    for number in 1..=count {
        let mut point = [number as u8; 65];
        point[0] = 4;
        let id = activation_id(number);
        let new = NewActivation {
            id,
            device_key: DevicePublicKey::from_point(&point).unwrap(),
            front: Sha256Hash::of(b"front"),
            notice_version: "0".into(),
            language: Language::En,
            email: Sensitive::new("lupita@example.mx".into()),
            mail_tag: [9; 32],
            code_hash: [1; 32],
            expires_at: after(86_400),
            resend_at: after(60),
            mail: NewMail {
                activation: id,
                token: MailToken::from_bytes(*id.as_bytes()),
                address: [9; 32],
                language: Language::En,
                to: Sensitive::new("lupita@example.mx".into()),
                subject: "Your code".into(),
                text: Sensitive::new(format!("code {number}")),
                useful_until: after(86_400),
            },
            allowance: crate::activation::PLENTY,
            attested: Attested::default(),
            signin: None,
            now: after(number as i64),
        };
        world.store.begin_activation(new).await.unwrap();
    }
    world
}

pub async fn a_mail_waits_for_its_turn_and_is_erased_once_sent<E: Engine>() {
    let world = with_mails::<E>(3).await;
    assert!(world.store.due_mails(start(), 10).await.unwrap().is_empty());
    let due = world.store.due_mails(after(10), 2).await.unwrap();
    let texts: Vec<_> = due
        .iter()
        .map(|due| due.mail.text.expose().as_str())
        .collect();
    assert_eq!(texts, ["code 1", "code 2"], "oldest first, at most two");
    world.store.mail_sent(due[0].id, after(11)).await.unwrap();
    world
        .store
        .mail_given_up(due[1].id, after(11), "550 no such mailbox")
        .await
        .unwrap();
    let world = world.reopened().await;
    let due = world.store.due_mails(after(10), 10).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].mail.text.expose(), "code 3");
}

pub async fn a_mail_that_fails_is_tried_again_later<E: Engine>() {
    let world = with_mails::<E>(1).await;
    let id = world.store.due_mails(after(10), 1).await.unwrap()[0].id;
    world
        .store
        .mail_failed(id, after(100), "451 try later")
        .await
        .unwrap();
    assert!(
        world
            .store
            .due_mails(after(99), 1)
            .await
            .unwrap()
            .is_empty()
    );
    let due = world.store.due_mails(after(100), 1).await.unwrap();
    assert_eq!((due[0].id, due[0].tries), (id, 1));
    assert_eq!(due[0].mail.to.expose(), "lupita@example.mx");
    world.store.mail_sent(id, after(101)).await.unwrap();
    // A late answer of the relay does not change it.
    world
        .store
        .mail_failed(id, after(102), "timeout")
        .await
        .unwrap();
    assert!(
        world
            .store
            .due_mails(after(200), 1)
            .await
            .unwrap()
            .is_empty()
    );
}

pub async fn the_backlog_tells_how_many_wait_and_since_when<E: Engine>() {
    let world = with_mails::<E>(3).await;
    let (count, oldest) = world.store.mail_backlog().await.unwrap();
    assert_eq!(count, 3);
    assert_eq!(oldest.unwrap().timestamp(), after(1).timestamp());
    for due in world.store.due_mails(after(10), 10).await.unwrap() {
        world.store.mail_sent(due.id, after(11)).await.unwrap();
    }
    assert_eq!(world.store.mail_backlog().await.unwrap(), (0, None));
}

/// A bounce concerns the activation that the mail was for, and no other.
pub async fn a_mail_that_came_back_is_known_by_its_token_alone<E: Engine>() {
    let world = with_mails::<E>(2).await;
    let token = |number| MailToken::from_bytes(*activation_id(number).as_bytes());
    let fate = async |number| world.store.mail_fate(activation_id(number)).await.unwrap();
    assert_eq!(fate(1).await, Some(MailFate::Waiting));
    assert_eq!(fate(9).await, None);
    for due in world.store.due_mails(after(10), 10).await.unwrap() {
        world.store.mail_sent(due.id, after(11)).await.unwrap();
    }
    assert_eq!(fate(1).await, Some(MailFate::Sent));
    let bounced = async |token| world.store.mail_bounced(token, after(12), "5.1.1").await;
    assert_eq!(bounced(token(7)).await.unwrap(), Bounced::Unknown);
    assert_eq!(bounced(token(1)).await.unwrap(), Bounced::Noted);
    assert_eq!(bounced(token(1)).await.unwrap(), Bounced::Again);
    assert_eq!(fate(1).await, Some(MailFate::Bounced));
    assert_eq!(fate(2).await, Some(MailFate::Sent));
    let ill = world.store.mails(true, 10).await.unwrap();
    assert_eq!(ill.len(), 1);
    assert_eq!((ill[0].fate, ill[0].tries), (MailFate::Bounced, 1));
    assert_eq!(ill[0].told.as_deref(), Some("5.1.1"));
    assert_eq!(world.store.mails(false, 10).await.unwrap().len(), 2);
    assert_eq!(world.store.mails(false, 1).await.unwrap()[0].id, 2);
}

/// The activation with this number asks for its mail at this second.
async fn asked<E: Engine>(world: &World<E>, number: u64, at: i64, address: u8) -> Begun {
    let begin = crate::activation::begin(number, number as u8);
    let new = NewActivation {
        mail: NewMail {
            address: [address; 32],
            ..begin.mail
        },
        allowance: ALLOWED,
        expires_at: after(200_000),
        now: after(at),
        ..begin
    };
    world.store.begin_activation(new).await.unwrap()
}

const ALLOWED: MailAllowance = MailAllowance {
    per_hour: 2,
    per_day: 3,
};

pub async fn an_address_gets_its_mails_and_no_more_also_after_a_restart<E: Engine>() {
    let world = World::<E>::empty().await;
    // The database stores milliseconds; the story's clock is finer.
    let second = |free_at: Timestamp| ((free_at - start()).num_milliseconds() + 1) / 1_000;
    let too_many = |begun: Begun| match begun {
        Begun::TooMany { free_at } => Some(second(free_at)),
        _ => None,
    };
    assert_eq!(too_many(asked(&world, 1, 0, 9).await), None);
    assert_eq!(too_many(asked(&world, 2, 600, 9).await), None);
    let world = world.reopened().await;
    assert_eq!(too_many(asked(&world, 3, 601, 9).await), Some(3_600));
    assert_eq!(
        too_many(asked(&world, 3, 601, 8).await),
        None,
        "another one"
    );
    assert_eq!(too_many(asked(&world, 4, 3_600, 9).await), None);
    // The hour has room again, the day has not.
    assert_eq!(too_many(asked(&world, 5, 40_000, 9).await), Some(86_400));
    let unwritten = world.store.activation(activation_id(5)).await.unwrap();
    assert!(unwritten.is_none());
    assert_eq!(too_many(asked(&world, 5, 86_400, 9).await), None);
    // Asking again within an activation counts as well.
    let id: ActivationId = activation_id(5);
    let mail = crate::activation::begin(5, 5).mail;
    let new = NewCode {
        code_hash: [3; 32],
        expires_at: after(200_000),
        resend_at: after(90_000),
        mail,
        allowance: ALLOWED,
        now: after(86_500),
    };
    match world.store.renew_code(id, new).await.unwrap() {
        Renewed::TooMany { free_at } => assert_eq!(second(free_at), 87_000),
        other => panic!("{other:?}"),
    }
}
