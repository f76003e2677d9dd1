//! What is on the phone's disk, and what is left when its key is lost.

use crate::{
    phone::{LUPITA, Phone, code},
    server::CODE,
    traces,
};
use app_core::{
    App, Door, PhoneCode,
    doors::Source,
    views::{ActivationView, DraftStep, QueueState, ReceiptView},
};
use protocol::apoyos::PartName;

#[tokio::test]
async fn a_finder_reads_nothing_on_lupitas_phone_at_any_step() {
    let phone = Phone::new().await;
    let needles = traces::of(&LUPITA);
    let look = |when: &str| traces::none_in(phone.folder.path(), &needles, when);
    phone.accept_notice().await;
    let front = Door::PutActivationFront {
        source: Source::Camera,
    };
    phone.show(front, &LUPITA.front).await.unwrap();
    look("front of the activation");
    let place = Door::SetDemarcation {
        entidad: Some(LUPITA.person.place.entidad),
        seccion: Some(123),
    };
    phone.door(place).await.unwrap();
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    look("code asked for");
    phone.complete(CODE).await.unwrap();
    look("activated");
    phone.begin_draft("agua").await.unwrap();
    look("draft begun");
    while phone.step().await != DraftStep::Summary {
        let step = phone.step().await;
        phone.take_step(&LUPITA).await.unwrap();
        look(&format!("after {step:?}"));
        if step == DraftStep::Back {
            let typed = Door::TypeFields {
                mrz: Some(LUPITA.person.mrz().lines().join("\n").into()),
                curp: Some(LUPITA.person.curp().as_str().to_owned().into()),
                clave_elector: None,
                name: Some(LUPITA.person.name.given_first().into()),
            };
            phone.door(typed).await.unwrap();
            look("typed");
        }
    }
    phone.send().await.unwrap();
    look("sealed");
    phone.server.away();
    phone.door(Door::RunQueue).await.unwrap();
    look("waiting");
    phone.server.back();
    phone.door(Door::RunQueue).await.unwrap();
    look("receipted");
    phone.prepare("trenes", &LUPITA).await;
    phone.door(Door::DiscardDraft).await.unwrap();
    look("discarded");
}

#[tokio::test]
async fn the_key_of_the_store_is_lost_and_receipts_and_sealed_apoyos_are_not() {
    let mut phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    phone.send().await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    let receipted = state.apoyos[0].apoyo;
    phone.prepare("trenes", &LUPITA).await;
    phone.send().await.unwrap();
    phone.begin_draft("agua").await.unwrap();
    phone.take_step(&LUPITA).await.unwrap();
    phone.take_step(&LUPITA).await.unwrap();

    phone.ports().storage_key.delete().await.unwrap();
    phone.reopen().await;
    let state = phone.state().await;
    assert!(state.draft.is_none(), "cleanly gone");
    assert_eq!(state.lost.unwrap().code, PhoneCode::StorageKeyLost);
    assert!(matches!(state.activation, ActivationView::Active { .. }));
    let apoyo = receipted;
    let receipt: ReceiptView = phone.ask(Door::Receipt { apoyo }, None).await.unwrap();
    assert_eq!(receipt.folio.as_str(), "0000-0001-1");
    assert_eq!(receipt.title, "agua", "its title is lost, its name is not");

    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(state.apoyos.iter().all(|one| {
        let arrived = matches!(one.queue, QueueState::Receipted { .. });
        arrived && !one.may_cancel
    }));
    assert_eq!(phone.server.inner().apoyos.len(), 2);
    let state = phone.door(Door::LossWasRead).await.unwrap();
    assert!(state.lost.is_none());
    phone.reopen().await;
    assert!(phone.state().await.lost.is_none(), "told once");
    phone.prepare("agua", &LUPITA).await;
    phone.send().await.unwrap();
}

#[tokio::test]
async fn the_key_of_the_store_is_lost_in_the_middle_of_an_activation() {
    let mut phone = Phone::new().await;
    phone.ask_for_code().await;
    phone.ports().storage_key.delete().await.unwrap();
    phone.reopen().await;
    let state = phone.state().await;
    assert!(matches!(state.activation, ActivationView::Front));
    assert_eq!(state.lost.unwrap().code, PhoneCode::StorageKeyLost);
    phone.activate().await;
}

#[tokio::test]
async fn a_key_store_that_does_not_answer_now_loses_nothing() {
    let mut phone = Phone::new().await;
    phone.activate().await;
    phone.begin_draft("agua").await.unwrap();
    phone.take_step(&LUPITA).await.unwrap();
    phone.take_step(&LUPITA).await.unwrap();
    phone.kill();
    let file = phone.folder.path().join("storage-key.bin");
    let secret = std::fs::read(&file).unwrap();
    std::fs::write(&file, &secret[..7]).unwrap();
    let opened = App::open(phone.ports(), phone.config()).await;
    assert_eq!(opened.err().unwrap().code, PhoneCode::StorageKeyUnavailable);
    std::fs::write(&file, &secret).unwrap();
    phone.reopen().await;
    assert_eq!(phone.step().await, DraftStep::Back);
    assert!(phone.state().await.lost.is_none());
}

#[tokio::test]
async fn a_record_that_somebody_altered_is_not_believed() {
    let mut phone = Phone::new().await;
    phone.activate().await;
    phone.begin_draft("agua").await.unwrap();
    phone.take_step(&LUPITA).await.unwrap();
    phone.take_step(&LUPITA).await.unwrap();
    phone.kill();
    let store = rusqlite::Connection::open(phone.folder.path().join("phone.sqlite")).unwrap();
    let flipped = "UPDATE picture SET record = CAST(substr(record, 1, 5000) || X'00' ||
                   substr(record, 5002) AS BLOB) WHERE substr(record, 5001, 1) <> X'00'";
    assert!(store.execute(flipped, []).unwrap() > 0);
    drop(store);
    phone.reopen().await;
    let front = Door::Picture {
        part: PartName::Front,
    };
    let shown = phone.app().open_door(front, None).await;
    assert_eq!(code(shown), PhoneCode::PhoneStorageFault);
}
