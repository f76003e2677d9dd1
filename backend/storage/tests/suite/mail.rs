//! The outbox: nothing lost, nothing kept longer than needed.

use crate::world::*;
use protocol::{
    activation::Language, device::DevicePublicKey, ids::Sha256Hash, sensitive::Sensitive,
};
use storage::{
    activations::{Activations, Attested, NewActivation},
    mail::{Mail, NewMail},
};

async fn with_mails<E: Engine>(count: u64) -> World<E> {
    let world = World::<E>::empty();
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
                to: Sensitive::new("lupita@example.mx".into()),
                subject: "Your code".into(),
                text: Sensitive::new(format!("code {number}")),
                useful_until: after(86_400),
            },
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
    let world = world.reopened();
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
    // A late answer of the relay does not wake it up again.
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
