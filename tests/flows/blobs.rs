//! Pictures: of the right card, readable, truly JPEG, and whole.

use bytes::Bytes;
use e2e::{
    people::{
        Name::{Beto, Lupita},
        Pictures,
    },
    wire::{Interrupted, Phone, send_part_of},
    world::{LooseEnd, TestWorld, campaign},
};
use protocol::{
    apoyos::{PartName, Status},
    code::{Code, Problem},
    ids::Sha256Hash,
    reason::Reason,
};
use std::time::{Duration, Instant};

#[tokio::test]
async fn the_photographed_back_is_that_of_another_card() {
    let world = TestWorld::new();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let draft = world
        .draft(Lupita, &agua)
        .with_part(PartName::Back, Beto.pictures().back);
    world.give(&phone, &draft).await;
    let state = world.judged(&phone, draft.id).await;
    assert_eq!(state.status, Status::InReview);
    assert_eq!(state.reasons, [Reason::QrNoCoincide]);
    let tally = world.tally(&agua).await;
    assert_eq!((tally.total.in_review, tally.total.preliminary), (1, 0));
    assert_eq!(tally.in_review_by_reason[&Reason::QrNoCoincide], 1);
}

#[tokio::test]
async fn a_blurred_back_waits_for_a_person() {
    let world = TestWorld::new();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let blurred = Pictures::blurred_back(&Lupita.person());
    let draft = world
        .draft(Lupita, &agua)
        .with_part(PartName::Back, blurred);
    world.give(&phone, &draft).await;
    let state = world.judged(&phone, draft.id).await;
    assert_eq!(state.status, Status::InReview);
    assert_eq!(state.reasons, [Reason::QrNoLegible]);
    assert_eq!(
        world.tally(&agua).await.in_review_by_reason[&Reason::QrNoLegible],
        1
    );
}

/// A JPEG whose frame header claims this many pixels.
fn with_size(jpeg: &Bytes, width: u16, height: u16) -> Vec<u8> {
    let mut changed = jpeg.to_vec();
    let frame = changed
        .windows(2)
        .position(|two| two == [0xff, 0xc0] || two == [0xff, 0xc2])
        .expect("a JPEG has a frame");
    changed[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    changed[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    changed
}

fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(40, 30)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("memory takes all that is written");
    bytes.into_inner()
}

#[tokio::test]
async fn what_is_not_sealed_is_refused_and_not_kept() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let good = Lupita.pictures().selfie;
    let sealed = world
        .draft(Lupita, &campaign("agua"))
        .sealed_part(&phone, PartName::Selfie);
    let before = world.rows();
    for (what, bytes, status, code) in [
        (
            "a JPEG in the open",
            good.to_vec(),
            415,
            Code::PartNotSealed,
        ),
        ("a PNG", png(), 415, Code::PartNotSealed),
        (
            "a page",
            b"<html><script>alert(1)</script>".to_vec(),
            415,
            Code::PartNotSealed,
        ),
        ("one byte", vec![0xff], 415, Code::PartNotSealed),
        ("nothing", Vec::new(), 422, Code::PartTruncated),
        (
            "only its beginning",
            sealed[..20].to_vec(),
            422,
            Code::PartTruncated,
        ),
    ] {
        let begun = Instant::now();
        let answer = world.wire().put_blob(&phone, &bytes).await;
        let problem = answer.problem();
        assert_eq!((answer.status, problem.code), (status, code), "{what}");
        assert!(problem.message.is_some(), "{what}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{what}");
    }
    assert_eq!(world.rows(), before);
}

#[tokio::test]
async fn whatever_is_sealed_instead_of_a_picture_waits_for_a_person() {
    let world = TestWorld::new();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let good = Lupita.pictures().back;
    for (what, bytes) in [
        ("a PNG", png()),
        ("a page", b"<html><script>alert(1)</script>".to_vec()),
        ("nothing", Vec::new()),
        ("a bomb", with_size(&good, 65_500, 65_500)),
        ("one row of 65,500", with_size(&good, 65_500, 1)),
        ("no rows", with_size(&good, 100, 0)),
        ("only its beginning", good[..20].to_vec()),
        ("a third of it", good[..good.len() / 3].to_vec()),
    ] {
        let is_shorter_than_any = bytes.len() < 512;
        let draft = world.draft(Lupita, &agua).with_part(PartName::Back, bytes);
        if is_shorter_than_any {
            let sealed = draft.sealed_part(&phone, PartName::Back);
            let answer = world.wire().put_blob(&phone, &sealed).await;
            answer.refused(422, Code::PartTruncated);
            continue;
        }
        world.give(&phone, &draft).await;
        let state = world.judged(&phone, draft.id).await;
        assert_eq!(state.status, Status::InReview, "{what}");
        assert_eq!(state.reasons, [Reason::QrNoLegible], "{what}");
    }
    assert_eq!(world.tally(&agua).await.total.preliminary, 0);
}

#[tokio::test]
async fn thirty_megabytes_are_refused_and_heard_to_be_refused() {
    let mut world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let before = world.rows();
    let draft = world.draft(Lupita, &campaign("agua"));
    let mut heavy = draft.sealed_part(&phone, PartName::Selfie).to_vec();
    heavy.resize(30 * 1024 * 1024, 0);
    let answer = world.wire().put_blob(&phone, &heavy).await;
    answer.refused(413, Code::BodyTooLarge);

    // The same without announcing its length.
    let name = Sha256Hash::of(&heavy);
    let path = format!("/v1/blobs/{name}");
    let signed = phone.sign("PUT", &path, &name);
    let said = unannounced(&world.url(), &path, &signed, &heavy).await;
    assert!(
        said.contains("413") && said.contains("body_too_large"),
        "{said}"
    );
    assert_eq!(world.rows(), before);
    assert!(world.server().is_running());
}

/// Sends a body in chunks, as far as the server reads them, and reads the answer.
async fn unannounced(base: &str, path: &str, signed: &e2e::wire::Signed, body: &[u8]) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let host = base.trim_start_matches("http://");
    let stream = tokio::net::TcpStream::connect(host)
        .await
        .expect("a connection");
    let (mut read, mut write) = stream.into_split();
    let mut head = format!(
        "PUT {path} HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n"
    );
    for (name, value) in signed.headers() {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let body = body.to_vec();
    let sender = tokio::spawn(async move {
        write.write_all(head.as_bytes()).await?;
        for chunk in body.chunks(64 * 1024) {
            write
                .write_all(format!("{:x}\r\n", chunk.len()).as_bytes())
                .await?;
            write.write_all(chunk).await?;
            write.write_all(b"\r\n").await?;
        }
        write.write_all(b"0\r\n\r\n").await
    });
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(30), read.read_to_end(&mut answer))
        .await
        .expect("an answer")
        .expect("an answer that can be read");
    // The server may stop reading before the end.
    let _ = sender.await.expect("the sender does not panic");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing_and_is_sent_again() {
    let mut world = TestWorld::new();
    world.leaves(
        LooseEnd::StrayPictures,
        "one picture is uploaded and never named",
    );
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    let picture = draft.sealed_part(&phone, PartName::Back);
    let before = world.rows();
    let name = Sha256Hash::of(&picture);
    let path = format!("/v1/blobs/{name}");
    let signed = phone.sign("PUT", &path, &name);
    for tenth in 0..10 {
        let part = &picture[..picture.len() * tenth / 10];
        let ended = send_part_of(&world.url(), "PUT", &path, &signed, picture.len(), part)
            .await
            .expect("the server ends it");
        if let Interrupted::Answered { status, body } = ended {
            let problem: Problem = serde_json::from_str(&body).expect(&body);
            assert_eq!((status, problem.code), (400, Code::BodyTruncated));
        }
        assert_eq!(world.rows(), before, "after {tenth} tenths");
    }
    assert_eq!(world.wire().put_blob(&phone, &picture).await.status, 201);
    assert_eq!(
        world.wire().put_blob(&phone, &picture).await.status,
        200,
        "it is there"
    );
}

#[tokio::test]
async fn an_apoyo_that_breaks_off_is_not_recorded() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    world.upload(&phone, &draft).await;
    let body = draft.body(&phone);
    let path = format!("/v1/apoyos/{}", draft.id);
    let signed = phone.sign("PUT", &path, &Sha256Hash::of(&body));
    let half = &body[..body.len() / 2];
    let ended = send_part_of(&world.url(), "PUT", &path, &signed, body.len(), half)
        .await
        .expect("the server ends it");
    if let Interrupted::Answered { status, body } = ended {
        let problem: Problem = serde_json::from_str(&body).expect(&body);
        assert_eq!((status, problem.code), (400, Code::BodyTruncated));
    }
    assert_eq!(world.rows().apoyos, 0);
    world.give(&phone, &draft).await;
    world.judged(&phone, draft.id).await;
}

#[tokio::test]
async fn bytes_that_are_not_those_of_the_address_are_refused() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let before = world.rows();
    let draft = world.draft(Lupita, &campaign("agua"));
    let picture = draft.sealed_part(&phone, PartName::Selfie);
    let name = Sha256Hash::of(b"something else");
    let path = format!("/v1/blobs/{name}");
    let signed = phone.sign("PUT", &path, &name);
    let put = async |path: &str, signed: &e2e::wire::Signed| {
        world
            .wire()
            .send(reqwest::Method::PUT, path, Some(signed), picture.to_vec())
            .await
            .unwrap()
    };
    put(&path, &signed)
        .await
        .refused(422, Code::BlobHashMismatch);
    // A name that is not a hash, a signature for another name, no signature.
    let bad = "/v1/blobs/..%2F..%2Fapoyo.db";
    let answer = put(bad, &phone.sign("PUT", bad, &name)).await;
    answer.refused(400, Code::RequestMalformed);
    let right = format!("/v1/blobs/{}", Sha256Hash::of(&picture));
    put(&right, &signed)
        .await
        .refused(401, Code::SignatureInvalid);
    let stranger = Phone::new().named(phone.device());
    let foreign = stranger.sign("PUT", &right, &Sha256Hash::of(&picture));
    put(&right, &foreign)
        .await
        .refused(401, Code::SignatureInvalid);
    assert_eq!(world.rows(), before);
}
