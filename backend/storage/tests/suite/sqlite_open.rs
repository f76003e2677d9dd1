//! Opening a data folder: together with the command line, after other programs, from old data.

use crate::world::*;
use futures_util::future::join_all;
use std::{path::Path, sync::Arc};
use storage::{
    OpenError, Settings, activation::ActivationStage, apoyos::Recorded, open::open_folder,
};

mod schema {
    refinery::embed_migrations!("src/sqlite/migrations");
}

async fn open(folder: &Path) -> Result<Arc<dyn storage::Engine>, OpenError> {
    let (engine, _) = open_folder(folder, Settings::default()).await?;
    Ok(engine)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_works_while_the_server_runs_but_a_second_server_does_not() {
    let server = World::<crate::Sqlite>::empty().await;
    let serving = server.store.lock_for_serving().await.unwrap();
    let command_line = open(server.folder.path()).await.unwrap();
    assert!(matches!(
        command_line.lock_for_serving().await,
        Err(OpenError::AlreadyServed)
    ));
    let process = storage::campaigns::NewProcess {
        id: "agua".parse().unwrap(),
        name: "Agua".into(),
        kind: protocol::campaigns::ProcessKind::ConsultaPopular,
        exclusivity: storage::campaigns::Exclusivity::Process,
    };
    command_line.create_process(process).await.unwrap();
    command_line
        .create_campaign(new_campaign("agua-1", "agua"))
        .await
        .unwrap();
    server.upload(1).await;
    // Both write at the same time, each waiting for the other.
    let given = async {
        for number in 1..=30 {
            let new = new_apoyo(number, 1, "agua-1");
            let recorded = server.store.record_apoyo(new, signer()).await.unwrap();
            assert!(matches!(recorded, Recorded::First(_)));
        }
    };
    let created = async {
        for number in 0..30 {
            let new = new_campaign(&format!("otra-{number}"), "agua");
            command_line.create_campaign(new).await.unwrap();
        }
    };
    tokio::join!(given, created);
    assert_eq!(server.store.all_campaigns().await.unwrap().len(), 31);
    assert_eq!(command_line.pending_count().await.unwrap(), 30);
    drop(serving);
    command_line.lock_for_serving().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_programs_that_start_at_once_on_a_new_folder_all_work() {
    let folder = tempfile::tempdir().unwrap();
    for opened in join_all((0..4).map(|_| open(folder.path()))).await {
        opened.map(drop).unwrap();
    }
}

#[tokio::test]
async fn data_of_a_newer_program_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).await.unwrap());
    rusqlite::Connection::open(folder.path().join("apoyo.db"))
        .unwrap()
        .execute(
            "INSERT INTO refinery_schema_history SELECT 99, 'later', applied_on, checksum
             FROM refinery_schema_history LIMIT 1",
            [],
        )
        .unwrap();
    let error = open(folder.path()).await.map(drop).unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 99, .. }));
    assert!(error.to_string().contains("newer program"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("apoyo.db"), [b'x'; 8192]).unwrap();
    assert!(matches!(
        open(folder.path()).await,
        Err(OpenError::Unusable(_))
    ));
}

#[tokio::test]
async fn data_of_the_first_schema_is_read_by_this_program() {
    let folder = tempfile::tempdir().unwrap();
    let mut db = rusqlite::Connection::open(folder.path().join("apoyo.db")).unwrap();
    schema::migrations::runner()
        .set_target(refinery::Target::Version(1))
        .run(&mut db)
        .unwrap();
    db.execute_batch(include_str!("data_of_v1.sql")).unwrap();
    drop(db);
    let store = open(folder.path()).await.unwrap();
    let campaigns = store.all_campaigns().await.unwrap();
    assert_eq!(campaigns.len(), 1);
    assert_eq!(campaigns[0].requester, "Solicitante de muestra");
    assert_eq!(campaigns[0].time_zone, None, "Mexico City's, as before");
    let id = "agua-1".parse().unwrap();
    let tally = store.tally(&id, start()).await.unwrap();
    assert_eq!(tally.as_ref().unwrap().total.received, 3);
    assert_eq!(tally.as_ref().unwrap().by_seccion[0].seccion, Some(4321));
    assert_eq!(tally, store.recount(&id, start()).await.unwrap());
    let apoyo = protocol::ids::ApoyoId::from_bytes([0xA2; 16]);
    let (_, state) = store.apoyo_state(apoyo).await.unwrap().unwrap();
    assert_eq!(
        state.reasons,
        [protocol::reason::Reason::DuplicadoMismoSolicitante]
    );
    assert_eq!(
        store.receipt(apoyo).await.unwrap().unwrap(),
        "{\"receipt\":2}"
    );
    let pending = store.pending_apoyos(10, start()).await.unwrap();
    assert_eq!((pending.len(), pending[0].sequence), (1, 3));
    assert!(
        pending[0].card.is_none(),
        "it came before parts were sealed"
    );
    assert!(!store.holds_sealed_parts().await.unwrap());
    let activation = protocol::ids::ActivationId::from_bytes([0xC1; 16]);
    let activation = store.activation(activation).await.unwrap().unwrap();
    assert!(matches!(
        activation.stage,
        ActivationStage::Completed { .. }
    ));
    let device = protocol::ids::DeviceId::from_bytes([0xD1; 16]);
    assert!(
        store
            .device(device)
            .await
            .unwrap()
            .unwrap()
            .revoked_at
            .is_none()
    );
    // The third one is the same person again: decided with the old rows.
    let third = protocol::ids::ApoyoId::from_bytes([0xA3; 16]);
    let mut tag = [0; 32];
    tag[..4].copy_from_slice(&[0xBE, 0xEF, 0xBE, 0xEF]);
    let person = storage::apoyos::Person {
        tag,
        place: place(9, 12, 4321),
    };
    store
        .settle_apoyo(third, storage::apoyos::Verdict::InRoll(person), start())
        .await
        .unwrap();
    let tally = store.tally(&id, start()).await.unwrap();
    assert_eq!(tally.as_ref().unwrap().total.not_counted, 2);
    assert_eq!(tally, store.recount(&id, start()).await.unwrap());
}

#[tokio::test]
async fn an_address_that_is_erased_is_not_in_the_file_any_more() {
    const ADDRESS: &[u8] = b"lupita@example.mx";
    let folder = tempfile::tempdir().unwrap();
    let holds_address = || {
        let bytes = std::fs::read(folder.path().join("apoyo.db")).unwrap();
        bytes.windows(ADDRESS.len()).any(|window| window == ADDRESS)
    };
    let store = open(folder.path()).await.unwrap();
    store
        .begin_activation(crate::activation::begin(1, 1))
        .await
        .unwrap();
    drop(store);
    assert!(holds_address(), "while the mail waits");
    let store = open(folder.path()).await.unwrap();
    let mail = store.due_mails(after(1), 1).await.unwrap().remove(0);
    store.mail_sent(mail.id, after(1)).await.unwrap();
    store.sweep_activations(after(86_401)).await.unwrap();
    drop(store);
    assert!(!holds_address());
}
