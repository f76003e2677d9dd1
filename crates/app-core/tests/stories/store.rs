//! The phone's disk: full, broken, or opened twice.

use crate::phone::{LUPITA, Phone, code};
use app_core::{App, Door, PhoneCode, views::QueueState};
use protocol::apoyos::PartName;

#[tokio::test]
async fn the_phone_is_full_and_nothing_is_lost() {
    let mut phone = Phone::new().await;
    phone.activate().await;
    phone.begin_draft("agua").await.unwrap();
    for _ in 0..2 {
        phone.take_step(&LUPITA).await.unwrap();
    }
    let front = phone.state().await.draft.unwrap().parts[0].sha256;

    phone.kill();
    let file = phone.folder.path().join("phone.sqlite");
    let pages = std::fs::metadata(file).unwrap().len() / 4_096;
    phone.pages = Some(u32::try_from(pages).unwrap() + 4);
    phone.reopen().await;
    assert_eq!(
        code(phone.put(PartName::Back, &LUPITA.back).await),
        PhoneCode::PhoneStorageFull
    );
    let draft = phone.state().await.draft.unwrap();
    assert_eq!(draft.parts.len(), 1);
    assert_eq!(draft.parts[0].sha256, front);

    // With free space again, the same picture is accepted, and the apoyo is completed.
    phone.pages = None;
    phone.reopen().await;
    while phone.state().await.draft.is_some() {
        phone.take_step(&LUPITA).await.unwrap();
    }
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(
        state.apoyos[0].queue,
        QueueState::Receipted { .. }
    ));
}

#[tokio::test]
async fn a_full_phone_can_still_send_what_waits() {
    let mut phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    phone.send().await.unwrap();
    phone.kill();
    let file = phone.folder.path().join("phone.sqlite");
    let pages = std::fs::metadata(file).unwrap().len() / 4_096;
    phone.pages = Some(u32::try_from(pages).unwrap() + 1);
    phone.reopen().await;
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(
        state.apoyos[0].queue,
        QueueState::Receipted { .. }
    ));
}

#[tokio::test]
async fn a_broken_store_says_so_and_is_not_overwritten() {
    let mut phone = Phone::new().await;
    phone.activate().await;
    phone.kill();
    let file = phone.folder.path().join("phone.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[..64].fill(0x55);
    std::fs::write(&file, &bytes).unwrap();
    let opened = App::open(phone.ports(), phone.config()).await;
    assert_eq!(opened.err().unwrap().code, PhoneCode::PhoneStorageFault);
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
}

#[tokio::test]
async fn the_app_is_opened_twice_and_only_the_first_has_the_store() {
    let phone = Phone::new().await;
    let second = App::open(phone.ports(), phone.config()).await;
    assert_eq!(second.err().unwrap().code, PhoneCode::PhoneStorageFault);
    phone.activate().await;
}
