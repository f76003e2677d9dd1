//! Pictures that are accepted, and pictures that are refused.

use crate::phone::{LUPITA, Phone, RAMON, code};
use app_core::{
    Answer, AppCode, Door, PhoneCode,
    doors::{Aim, Source},
    views::{DraftStep, FieldName, FieldSource, FrameLook},
};
use bytes::Bytes;
use credential::{Model, reading::FindingCode};
use protocol::{
    apoyos::{PartName, SignatureKind},
    code::Code,
};

/// A phone with a draft that needs the back next.
async fn before_the_back() -> Phone {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.begin_draft("agua").await.unwrap();
    for _ in 0..2 {
        phone.take_step(&LUPITA).await.unwrap();
    }
    phone
}

/// The same picture, as a JPEG of this quality after `change`.
fn changed(
    picture: &Bytes,
    change: impl FnOnce(image::DynamicImage) -> image::DynamicImage,
) -> Bytes {
    let picture = change(image::load_from_memory(picture).unwrap());
    Bytes::from(cards::photograph::jpeg(&picture.to_rgb8(), 90))
}

fn put(part: PartName, source: Source, anyway: bool) -> Door {
    Door::PutPicture {
        part,
        source,
        anyway,
    }
}

#[tokio::test]
async fn models_without_the_qr_are_refused_with_the_reason() {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.begin_draft("agua").await.unwrap();
    for model in [Model::C, Model::D] {
        assert_eq!(
            code(phone.door(Door::ChooseModel { model }).await),
            PhoneCode::ModelNotSupported
        );
    }
    assert_eq!(phone.step().await, DraftStep::Model);
}

#[tokio::test]
async fn the_same_picture_for_both_sides_is_noticed() {
    let phone = before_the_back().await;
    phone
        .door(Door::Redo {
            part: PartName::Front,
        })
        .await
        .unwrap();
    phone.put(PartName::Front, &LUPITA.back).await.unwrap();
    assert_eq!(
        code(phone.put(PartName::Back, &LUPITA.back).await),
        PhoneCode::PictureRepeated
    );
}

#[tokio::test]
async fn a_back_without_a_readable_code_is_refused_even_anyway() {
    let phone = before_the_back().await;
    for anyway in [false, true] {
        let door = put(PartName::Back, Source::Camera, anyway);
        assert_eq!(
            code(phone.show(door, &LUPITA.front).await),
            PhoneCode::QrNotFound
        );
    }
    let blurred = changed(&LUPITA.back, |p| p.blur(9.0));
    let door = put(PartName::Back, Source::Camera, false);
    assert_eq!(
        code(phone.show(door, &blurred).await),
        PhoneCode::PictureBlurred
    );
    let door = put(PartName::Back, Source::Camera, true);
    assert_eq!(
        code(phone.show(door, &blurred).await),
        PhoneCode::QrNotFound
    );
}

#[tokio::test]
async fn a_blurred_front_is_advised_against_and_taken_anyway() {
    let phone = before_the_back().await;
    let blurred = changed(&LUPITA.front, |p| p.blur(9.0));
    let door = put(PartName::Front, Source::Camera, false);
    assert_eq!(
        code(phone.show(door, &blurred).await),
        PhoneCode::PictureBlurred
    );
    let door = put(PartName::Front, Source::File, true);
    let draft = phone.show(door, &blurred).await.unwrap().draft.unwrap();
    assert!(draft.parts[0].findings.contains(&FindingCode::Blurred));
    assert!(draft.parts[0].findings.contains(&FindingCode::FromFile));
    while phone.step().await != DraftStep::Summary {
        phone.take_step(&LUPITA).await.unwrap();
    }
    phone.send().await.unwrap();
    phone.door(Door::RunQueue).await.unwrap();
    let findings = phone.server.submissions()[0].1.findings.clone();
    assert!(findings.contains(&FindingCode::Blurred));
    assert!(findings.contains(&FindingCode::FromFile));
}

#[tokio::test]
async fn another_card_than_the_confirmed_one_starts_the_reading_again() {
    let phone = before_the_back().await;
    phone.take_step(&LUPITA).await.unwrap();
    phone.door(Door::ConfirmReading).await.unwrap();
    // The same card needs no second confirmation.
    phone
        .door(Door::Redo {
            part: PartName::Back,
        })
        .await
        .unwrap();
    let again = changed(&LUPITA.back, |p| p.brighten(4));
    let state = phone.put(PartName::Back, &again).await.unwrap();
    assert!(state.draft.unwrap().confirmed);
    let state = phone.put(PartName::Back, &RAMON.back).await.unwrap();
    let draft = state.draft.unwrap();
    assert!(!draft.confirmed);
    assert_eq!(draft.step, DraftStep::Reading);
    let cic = draft
        .reading
        .iter()
        .find(|f| f.value.expose() == RAMON.person.cic.as_str());
    assert!(cic.is_some());
}

#[tokio::test]
async fn the_three_lines_of_lupitas_back_are_read_from_the_picture_and_sent() {
    let phone = before_the_back().await;
    let state = phone.put(PartName::Back, &LUPITA.back).await.unwrap();
    let draft = state.draft.unwrap();
    let mrz = LUPITA.person.mrz();
    let field = |name| draft.reading.iter().find(|field| field.name == name);
    let vigencia = field(FieldName::Vigencia).unwrap();
    assert_eq!(vigencia.source, FieldSource::Mrz);
    assert_eq!(vigencia.value.expose(), &mrz.expiry().to_string());
    assert_eq!(field(FieldName::Name).unwrap().source, FieldSource::Mrz);
    // QR and MRZ agree: there are no findings.
    assert!(!draft.findings.contains(&FindingCode::CicDiffers));
    assert!(!draft.findings.contains(&FindingCode::OcrDiffers));
    while phone.step().await != DraftStep::Summary {
        phone.take_step(&LUPITA).await.unwrap();
    }
    phone.send().await.unwrap();
    phone.door(Door::RunQueue).await.unwrap();
    let submissions = phone.server.submissions();
    let payload = &submissions[0].1;
    assert_eq!(payload.mrz.as_ref().unwrap().expose(), mrz.lines());
}

#[tokio::test]
async fn the_still_shows_another_card_than_the_live_scanner_read() {
    let phone = before_the_back().await;
    let scanned = |text: &str| Door::ScannedQr {
        text: text.to_owned().into(),
    };
    for (text, expected) in [
        (
            "https://ejemplo.mx/menu",
            AppCode::from(PhoneCode::QrForeign),
        ),
        (
            "http://qr.ine.mx.evil.tld/000123456789000123456789/20230415/P/000001",
            PhoneCode::QrForeign.into(),
        ),
        (
            "http://qr.ine.mx/00012345678900012345678/20230415/P/000001",
            Code::QrMalformed.into(),
        ),
    ] {
        assert_eq!(code(phone.door(scanned(text)).await), expected);
    }
    phone
        .door(scanned(RAMON.person.qr().as_str()))
        .await
        .unwrap();
    assert_eq!(
        code(phone.put(PartName::Back, &LUPITA.back).await),
        PhoneCode::QrOtherCard
    );
    assert_eq!(phone.step().await, DraftStep::Back);
    phone.put(PartName::Back, &LUPITA.back).await.unwrap();
    assert_eq!(phone.step().await, DraftStep::Reading);
}

#[tokio::test]
async fn what_is_no_picture_is_told_apart() {
    let phone = before_the_back().await;
    let truncated = LUPITA.back.slice(..LUPITA.back.len() / 2);
    let heavy = Bytes::from([&LUPITA.back[..], &vec![0; app_core::LONGEST_PICTURE]].concat());
    let heic = Bytes::from_static(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    for (bytes, expected) in [
        (
            Bytes::from_static(b"GIF89a..."),
            AppCode::from(PhoneCode::PictureUnreadable),
        ),
        (Bytes::new(), Code::RequestMalformed.into()),
        (truncated, PhoneCode::PictureCut.into()),
        (heavy, PhoneCode::PictureHeavy.into()),
        (heic, PhoneCode::PictureHeic.into()),
    ] {
        assert_eq!(code(phone.put(PartName::Back, &bytes).await), expected);
    }
    // A PNG is accepted, and becomes a JPEG.
    let mut png = std::io::Cursor::new(Vec::new());
    image::load_from_memory(&LUPITA.back)
        .unwrap()
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    let door = put(PartName::Back, Source::File, false);
    phone
        .show(door, &Bytes::from(png.into_inner()))
        .await
        .unwrap();
    let picture = Door::Picture {
        part: PartName::Back,
    };
    let Answer::Picture(jpeg) = phone.app().open_door(picture, None).await.unwrap() else {
        panic!("a picture");
    };
    assert!(jpeg.starts_with(b"\xff\xd8\xff"));
}

#[tokio::test]
async fn an_empty_signature_and_a_dot_are_no_signature() {
    let phone = before_the_back().await;
    while phone.step().await != DraftStep::Signature {
        phone.take_step(&LUPITA).await.unwrap();
    }
    let paper = image::RgbImage::from_pixel(600, 240, image::Rgb([255; 3]));
    let mut dot = paper.clone();
    for (x, y) in (0..36).map(|i| (300 + i % 6, 120 + i / 6)) {
        dot.put_pixel(x, y, image::Rgb([10; 3]));
    }
    for (picture, expected) in [
        (&paper, PhoneCode::SignatureEmpty),
        (&dot, PhoneCode::SignatureTooSmall),
    ] {
        let door = Door::PutSignature {
            kind: SignatureKind::Drawn,
        };
        let png = Bytes::from(cards::draw::png(picture));
        assert_eq!(code(phone.show(door, &png).await), expected);
    }
    let door = Door::PutSignature {
        kind: SignatureKind::Typed,
    };
    let draft = phone
        .show(door, &LUPITA.signature)
        .await
        .unwrap()
        .draft
        .unwrap();
    assert_eq!(draft.signature_kind, Some(SignatureKind::Typed));
    assert!(
        draft.parts[3]
            .findings
            .contains(&FindingCode::TypedSignature)
    );
}

#[tokio::test]
async fn the_front_of_the_activation_is_used_again() {
    let phone = Phone::new().await;
    phone.activate().await;
    let state = phone.begin_draft("agua").await.unwrap();
    assert!(state.draft.unwrap().activation_front);
    assert_eq!(
        code(phone.door(Door::UseActivationFront).await),
        PhoneCode::StepOutOfOrder
    );
    phone.take_step(&LUPITA).await.unwrap();
    let state = phone.door(Door::UseActivationFront).await.unwrap();
    assert_eq!(state.draft.unwrap().step, DraftStep::Back);
    // Draft and activation share the picture: removing it from the draft leaves the activation's.
    phone.door(Door::DiscardDraft).await.unwrap();
    phone.begin_draft("trenes").await.unwrap();
    phone.take_step(&LUPITA).await.unwrap();
    phone.door(Door::UseActivationFront).await.unwrap();
}

#[tokio::test]
async fn frames_do_not_queue_up_behind_each_other() {
    let phone = before_the_back().await;
    let frame = changed(&LUPITA.back, |p| {
        p.resize(1_280, 720, image::imageops::FilterType::Triangle)
    });
    let look = || phone.ask::<FrameLook>(Door::Look { aim: Aim::Back }, Some(frame.clone()));
    let one = look().await.unwrap();
    assert!(one.qr_read && one.good);
    let corners = one.corners.unwrap();
    assert!(corners.iter().flatten().all(|c| (0.0..=1.0).contains(c)));
    let begun = std::time::Instant::now();
    let many = futures_util::future::join_all((0..40).map(|_| look())).await;
    let all = begun.elapsed();
    assert!(many.into_iter().all(|look| look.unwrap().qr_read));
    let begun = std::time::Instant::now();
    look().await.unwrap();
    let single = begun.elapsed();
    assert!(
        all < single * 12 + std::time::Duration::from_millis(200),
        "{all:?} for forty, {single:?} for one"
    );
}
