//! A newer app opens the store of an older one: nothing is lost, and no personal data stays readable.

use crate::{phone::Phone, traces};
use app_core::{
    Door, PhoneCode,
    views::{DraftStep, QueueState, ReceiptView},
};
use protocol::{
    apoyos::{PartName, SignatureKind},
    ids::{ApoyoId, Sha256Hash},
};
use refinery::Target;
use rusqlite::Connection;
use serde_json::Value;

mod migrations {
    refinery::embed_migrations!("migrations");
}

const V1: &str = include_str!("../schemas/v1.sql");

/// The parts of the fixture that must not be readable any more.
fn needles() -> Vec<(String, Vec<u8>)> {
    let mut needles: Vec<(String, Vec<u8>)> = [
        "PUER850417MDFRJB01",
        "987654321",
        "qr.ine.mx",
        "Rebeca Prueba Ejemplo",
        "¿Agua pública?",
        "Ríos Vivos",
        "JFIF",
        // The CURP within the base64 of the unencrypted body.
        "UFVFUjg1MDQxN01ERlJKQjAx",
    ]
    .map(|text| (text.to_owned(), text.as_bytes().to_vec()))
    .into();
    needles.push(("tables of a JPEG".into(), b"\xff\xdb\x00\x43\x00".to_vec()));
    needles
}

/// An activated phone with a store of the first version.
async fn phone_of_the_first_version(up_to: i32) -> Phone {
    let mut phone = Phone::new().await;
    phone.activate().await;
    phone.kill();
    let file = phone.folder.path().join("phone.sqlite");
    let active: String = Connection::open(&file)
        .unwrap()
        .query_row("SELECT active FROM phone", [], |row| row.get(0))
        .unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(phone.folder.path().join(format!("phone.sqlite{suffix}")));
    }
    let mut active: Value = serde_json::from_str(&active).unwrap();
    let device = active["device"].as_str().unwrap().to_owned();
    let fields = active.as_object_mut().unwrap();
    fields.remove("sealing");
    fields.insert("stage".into(), "active".into());
    let data = V1
        .replace("{activation}", &active.to_string())
        .replace("{device}", &device);

    let mut store = Connection::open(&file).unwrap();
    store.pragma_update(None, "journal_mode", "WAL").unwrap();
    let to = |version: i32| migrations::migrations::runner().set_target(Target::Version(version));
    to(1).run(&mut store).unwrap();
    store.execute_batch(&data).unwrap();
    to(up_to).run(&mut store).unwrap();
    drop(store);
    phone
}

#[tokio::test]
async fn a_phone_of_the_first_version_goes_on_where_it_was_and_is_no_longer_readable() {
    // At version 2 the app was killed between the migration and the encryption.
    for up_to in [1, 2] {
        let mut phone = phone_of_the_first_version(up_to).await;
        phone.reopen().await;
        traces::none_in(phone.folder.path(), &needles(), "opened by the newer app");

        let state = phone.state().await;
        assert_eq!(state.entidad.unwrap().number(), 9);
        assert_eq!(state.seccion, Some(123));
        let draft = state.draft.unwrap();
        assert_eq!(draft.step, DraftStep::Selfie);
        assert_eq!(draft.campaign.title, "¿Agua pública?");
        assert!(draft.confirmed);
        let sources: Vec<_> = draft.parts.iter().map(|part| part.name).collect();
        assert_eq!(sources, [PartName::Front, PartName::Back]);
        assert!(
            draft
                .reading
                .iter()
                .any(|field| field.value.expose() == "PUER850417MDFRJB01")
        );
        let front = Door::Picture {
            part: PartName::Front,
        };
        let shown = phone.app().open_door(front, None).await.unwrap();
        let app_core::Answer::Picture(jpeg) = shown else {
            panic!("a picture");
        };
        assert_eq!(Sha256Hash::of(&jpeg), draft.parts[0].sha256);

        let titles: Vec<&str> = state.apoyos.iter().map(|one| one.title.as_str()).collect();
        assert_eq!(titles, ["¿Agua pública?"; 3]);
        let QueueState::Receipted { folio, .. } = &state.apoyos[2].queue else {
            panic!("the oldest has its receipt");
        };
        assert_eq!(folio.as_str(), "0000-00AB-C");
        let apoyo = state.apoyos[2].apoyo;
        let receipt: ReceiptView = phone.ask(Door::Receipt { apoyo }, None).await.unwrap();
        assert_eq!(receipt.sequence, 331);
    }
}

#[tokio::test]
async fn what_the_first_version_queued_in_the_open_is_sealed_before_it_is_sent() {
    let mut phone = phone_of_the_first_version(1).await;
    phone.reopen().await;
    phone.server.away();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(state.apoyos[0].may_cancel && state.apoyos[1].may_cancel);
    assert!(!state.apoyos[1].may_export, "it is not sealed yet");
    phone.server.back();
    for apoyo in [[0x0a; 16], [0x0b; 16]].map(ApoyoId::from_bytes) {
        phone.door(Door::Retry { apoyo }).await.unwrap();
    }
    traces::none_in(phone.folder.path(), &needles(), "sent");
    let submissions = phone.server.submissions();
    assert_eq!(
        submissions.len(),
        2,
        "the one that waited, and the refused one"
    );
    for (submission, payload) in submissions {
        assert_eq!(submission.manifest.process.as_str(), "agua-2027");
        assert_eq!(submission.manifest.app, "0.1.0");
        let curp = payload.curp.as_ref().unwrap();
        assert_eq!(curp.expose(), "PUER850417MDFRJB01");
        assert_eq!(
            payload.captured_at.to_rfc3339(),
            "2027-01-15T07:59:00+00:00"
        );
        assert_eq!(payload.signature_kind, SignatureKind::Typed);
        for (name, jpeg) in phone.server.pictures(&submission) {
            assert!(jpeg.starts_with(b"\xff\xd8\xff"), "{name:?}");
        }
    }
}

#[tokio::test]
async fn the_key_is_lost_before_what_was_left_open_could_be_sealed() {
    let mut phone = phone_of_the_first_version(1).await;
    phone.reopen().await;
    phone.ports().storage_key.delete().await.unwrap();
    phone.reopen().await;
    let state = phone.state().await;
    assert!(state.draft.is_none() && state.lost.is_some());
    for waited in &state.apoyos[..2] {
        let QueueState::Refused { problem } = &waited.queue else {
            panic!("{:?}", waited.queue);
        };
        assert_eq!(problem.code, PhoneCode::StorageKeyLost);
    }
    let apoyo = state.apoyos[0].apoyo;
    phone.door(Door::RemoveRefused { apoyo }).await.unwrap();
}
