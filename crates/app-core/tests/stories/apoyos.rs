//! One apoyo from the first picture to the receipt.

use crate::{
    phone::{LUPITA, Phone, code},
    server::CODE,
};
use app_core::{
    Door, PhoneCode,
    views::{ActivationView, DraftStep, FieldName, QueueState, ReceiptView},
};
use protocol::{
    apoyos::{PartName, SignatureKind, Status},
    code::Code,
    receipt::SignedReceipt,
};

#[tokio::test]
async fn lupita_gives_her_apoyo_and_gets_a_receipt_that_anyone_can_check() {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    let sent = phone.send().await.unwrap();
    assert!(sent.draft.is_none());
    assert!(matches!(
        sent.apoyos[0].queue,
        QueueState::Waiting { problem: None, .. }
    ));
    let state = phone.door(Door::RunQueue).await.unwrap();
    let QueueState::Receipted { folio, .. } = &state.apoyos[0].queue else {
        panic!("{:?}", state.apoyos[0].queue);
    };
    assert_eq!(folio.as_str(), "0000-0001-1");

    let apoyo = state.apoyos[0].apoyo;
    let view: ReceiptView = phone.ask(Door::Receipt { apoyo }, None).await.unwrap();
    let signed: SignedReceipt = serde_json::from_str(&view.signed).unwrap();
    signed.verify(&phone.server.receipt_key()).unwrap();
    assert_eq!(view.key, String::from(phone.server.receipt_key()));
    assert_eq!(signed.receipt.apoyo, apoyo);
    assert_eq!(view.content, signed.receipt.content);

    let submissions = phone.server.submissions();
    let (submission, payload) = &submissions[0];
    assert_eq!(payload.qr.expose(), LUPITA.person.qr().as_str());
    assert_eq!(payload.model, LUPITA.person.model);
    let names: Vec<PartName> = submission.manifest.parts.iter().map(|p| p.name).collect();
    assert_eq!(names, PartName::ALL);
    assert_eq!(payload.signature_kind, SignatureKind::Drawn);
    assert_eq!(payload.notice_version, app_core::notice::version());
    let front = submission.manifest.parts[0].sha256;
    for (_, jpeg) in phone.server.pictures(submission) {
        let shape = vision::photo::jpeg_shape(&jpeg).unwrap();
        assert!(!shape.has_metadata);
        assert!(shape.width.max(shape.height) <= 2_048);
    }
    assert!(phone.server.inner().blobs.contains_key(&front));

    phone.server.inner().status = Some(Status::Preliminary);
    let state = phone.door(Door::RefreshStatuses).await.unwrap();
    let QueueState::Receipted {
        status: Some(status),
        ..
    } = &state.apoyos[0].queue
    else {
        panic!("no status");
    };
    assert_eq!(status.status, Status::Preliminary);
}

#[tokio::test]
async fn the_draft_survives_the_app_being_killed_at_every_step() {
    let mut phone = Phone::new().await;
    phone.activate().await;
    phone.begin_draft("agua").await.unwrap();
    let steps = [
        DraftStep::Model,
        DraftStep::Front,
        DraftStep::Back,
        DraftStep::Reading,
        DraftStep::Selfie,
        DraftStep::Signature,
        DraftStep::Summary,
    ];
    for step in steps {
        phone.reopen().await;
        assert_eq!(phone.step().await, step);
        phone.take_step(&LUPITA).await.unwrap();
    }
    phone.reopen().await;
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(
        state.apoyos[0].queue,
        QueueState::Receipted { .. }
    ));
    assert_eq!(phone.server.inner().apoyos.len(), 1);
}

#[tokio::test]
async fn steps_are_taken_in_order() {
    let phone = Phone::new().await;
    assert_eq!(
        code(phone.begin_draft("agua").await),
        PhoneCode::NotActivated
    );
    phone.activate().await;
    assert_eq!(code(phone.send().await), PhoneCode::DraftMissing);
    phone.begin_draft("agua").await.unwrap();
    assert_eq!(
        code(phone.begin_draft("trenes").await),
        PhoneCode::StepOutOfOrder,
        "one draft at a time"
    );
    phone.begin_draft("agua").await.unwrap();
    let drawn = Door::PutSignature {
        kind: SignatureKind::Drawn,
    };
    let out_of_order = PhoneCode::StepOutOfOrder;
    for expected in [
        DraftStep::Model,
        DraftStep::Front,
        DraftStep::Back,
        DraftStep::Reading,
        DraftStep::Selfie,
        DraftStep::Signature,
    ] {
        assert_eq!(phone.step().await, expected);
        if expected <= DraftStep::Model {
            assert_eq!(
                code(phone.put(PartName::Front, &LUPITA.front).await),
                out_of_order
            );
        }
        if expected <= DraftStep::Front {
            assert_eq!(
                code(phone.put(PartName::Back, &LUPITA.back).await),
                out_of_order
            );
        }
        if expected <= DraftStep::Back {
            assert_eq!(code(phone.door(Door::ConfirmReading).await), out_of_order);
        }
        if expected <= DraftStep::Reading {
            assert_eq!(
                code(phone.put(PartName::Selfie, &LUPITA.selfie).await),
                out_of_order
            );
        }
        if expected <= DraftStep::Selfie {
            assert_eq!(
                code(phone.show(drawn.clone(), &LUPITA.signature).await),
                out_of_order
            );
        }
        assert_eq!(code(phone.send().await), out_of_order);
        phone.take_step(&LUPITA).await.unwrap();
    }
    assert_eq!(phone.step().await, DraftStep::Summary);
    let discarded = phone.door(Door::DiscardDraft).await.unwrap();
    assert!(discarded.draft.is_none());
    phone.begin_draft("trenes").await.unwrap();
}

#[tokio::test]
async fn nothing_is_sent_without_consent_to_the_notice_in_force() {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    let version = app_core::notice::version().to_owned();
    let silent = Door::Send {
        consent: false,
        notice_version: version,
    };
    assert_eq!(code(phone.door(silent).await), PhoneCode::ConsentMissing);
    let older = Door::Send {
        consent: true,
        notice_version: "0123456789abcdef".into(),
    };
    assert_eq!(code(phone.door(older).await), Code::NoticeOutdated);
    phone.door(Door::RunQueue).await.unwrap();
    assert!(phone.server.inner().blobs.is_empty());
    phone.send().await.unwrap();
}

#[tokio::test]
async fn send_pressed_twice_is_one_apoyo() {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    let (one, other) = tokio::join!(phone.send(), phone.send());
    assert!(one.is_ok());
    assert_eq!(code(other), PhoneCode::DraftMissing);
    assert_eq!(phone.state().await.apoyos.len(), 1);
}

#[tokio::test]
async fn the_key_is_gone_before_sending_and_the_draft_stays() {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    phone.ports().device_key.delete().await.unwrap();
    assert_eq!(code(phone.send().await), PhoneCode::DeviceKeyLost);
    let state = phone.state().await;
    assert!(matches!(
        state.activation,
        ActivationView::Email { ended: Some(_), .. }
    ));
    assert_eq!(phone.step().await, DraftStep::Summary);
    assert_eq!(code(phone.send().await), PhoneCode::NotActivated);
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    phone.complete(CODE).await.unwrap();
    phone.send().await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(
        state.apoyos[0].queue,
        QueueState::Receipted { .. }
    ));
}

#[tokio::test]
async fn what_lupita_types_is_read_with_the_qr_and_sent() {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.begin_draft("agua").await.unwrap();
    for _ in 0..3 {
        phone.take_step(&LUPITA).await.unwrap();
    }
    let fields = |curp: &str| Door::TypeFields {
        mrz: Some(LUPITA.person.mrz().lines().join(" ").to_lowercase().into()),
        curp: Some(curp.to_owned().into()),
        clave_elector: Some(String::new().into()),
        name: Some(format!(" {} ", LUPITA.person.name.given_first()).into()),
    };
    let wrong = phone.door(fields("PUER850417MDFRJB02")).await.unwrap_err();
    assert_eq!(wrong.code, Code::FieldInvalid);
    assert_eq!(wrong.field.as_deref(), Some("curp"));

    phone.door(Door::ConfirmReading).await.unwrap();
    let curp = LUPITA.person.curp();
    let state = phone.door(fields(curp.as_str())).await.unwrap();
    let draft = state.draft.unwrap();
    assert!(!draft.confirmed, "there is more to confirm now");
    assert_eq!(draft.findings, []);
    let cic = draft.reading.iter().find(|f| f.name == FieldName::Cic);
    assert_eq!(cic.unwrap().value.expose(), LUPITA.person.cic.as_str());
    assert!(
        draft
            .reading
            .iter()
            .any(|f| f.name == FieldName::Curp && f.value.expose() == curp.as_str())
    );
    while phone.step().await != DraftStep::Summary {
        phone.take_step(&LUPITA).await.unwrap();
    }
    phone.send().await.unwrap();
    phone.door(Door::RunQueue).await.unwrap();
    let submissions = phone.server.submissions();
    let payload = &submissions[0].1;
    assert_eq!(payload.curp.as_ref().unwrap().expose(), curp.as_str());
    assert_eq!(
        payload.mrz.as_ref().unwrap().expose(),
        LUPITA.person.mrz().lines()
    );
    assert!(payload.clave_elector.is_none());
}

#[tokio::test]
async fn lupita_forgets_everything_on_her_phone() {
    let mut phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    phone.send().await.unwrap();
    phone.door(Door::RunQueue).await.unwrap();
    phone.begin_draft("trenes").await.unwrap();
    let state = phone.door(Door::ForgetEverything).await.unwrap();
    assert!(matches!(state.activation, ActivationView::Notice));
    assert!(state.apoyos.is_empty() && state.draft.is_none());
    assert!(!phone.ports().device_key.exists().await.unwrap());
    phone.kill();
    let qr = LUPITA.person.qr();
    for file in std::fs::read_dir(phone.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for trace in [qr.as_str().as_bytes(), b"lupita@", b"\xff\xd8\xff\xe0"] {
            assert!(
                !bytes.windows(trace.len()).any(|w| w == trace),
                "nothing of hers is left"
            );
        }
    }
    phone.reopen().await;
    phone.activate().await;
}
