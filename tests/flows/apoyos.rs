//! Giving an apoyo: once, by this phone, with exactly this content.

use chrono::{DateTime, TimeDelta};
use e2e::{
    people::Name::{Beto, Lupita},
    wire::Draft,
    world::{Setting, TestWorld, campaign, receipt_of},
};
use protocol::{
    apoyos::{PartName, Status, Submission},
    code::Code,
    environment::SystemEntropy,
    ids::{ApoyoId, Sha256Hash},
    tally::Tally,
};
use std::collections::BTreeSet;

#[tokio::test]
async fn lupita_gives_her_apoyo_and_the_tally_goes_from_zero_to_one() {
    let world = TestWorld::new();
    let agua = campaign("agua");
    assert_eq!(world.tally(&agua).await.total.received, 0);
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &agua);
    let signed = world.give(&phone, &draft).await;
    let receipt = &signed.receipt;
    assert_eq!((receipt.apoyo, &receipt.campaign), (draft.id, &agua));
    assert_eq!(receipt.sequence, 1);
    assert_eq!(receipt.content, Sha256Hash::of(&draft.body(&phone)));

    let state = world.judged(&phone, draft.id).await;
    assert_eq!((state.status, state.reasons), (Status::Preliminary, vec![]));
    let tally = world.tally(&agua).await;
    assert_eq!((tally.total.received, tally.total.preliminary), (1, 1));
    let place = Lupita.person().place;
    let [entidad] = &tally.by_entidad[..] else {
        panic!("one entidad: {:?}", tally.by_entidad)
    };
    assert_eq!(
        (entidad.entidad, entidad.counts.preliminary),
        (place.entidad, 1)
    );
    let asked = |query: &str| format!("/v1/campaigns/agua/tally?{query}");
    let tally: Tally = world.wire().get(&asked("level=distrito")).await.json(200);
    let [distrito] = &tally.by_distrito[..] else {
        panic!("one district: {:?}", tally.by_distrito)
    };
    assert_eq!(distrito.distrito_federal, Some(place.distrito_federal));
    // The public tally does not show the places of so few; the operators' does.
    let (entidad, distrito) = (place.entidad.number(), place.distrito_federal);
    let query = format!("level=seccion&entidad={entidad}&distrito={distrito}");
    let tally: Tally = world.wire().get(&asked(&query)).await.json(200);
    assert_eq!(tally.by_seccion, []);
    let exact = world.exact_tally(&agua);
    let [seccion] = &exact.by_seccion[..] else {
        panic!("one sección: {:?}", exact.by_seccion)
    };
    assert_eq!(seccion.seccion, Some(place.seccion));
    assert_eq!(world.tally(&campaign("bosques")).await.total.received, 0);
}

#[tokio::test]
async fn lupita_sends_the_same_apoyo_twice_and_is_counted_once() {
    let mut world = TestWorld::new();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &agua);
    let first = world.send(&phone, &draft).await;
    receipt_of(&phone, &first);
    let again = world.send(&phone, &draft).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));

    // Again after a restart, and as a phone asks for a receipt that it lost.
    world.stop();
    world.start();
    let later = world.send(&phone, &draft).await;
    assert_eq!(first.body, later.body);
    let path = format!("/v1/apoyos/{}/receipt", draft.id);
    let fetched = world.wire().get_signed(&phone, &path).await;
    assert_eq!((fetched.status, first.body), (200, fetched.body));

    world.judged(&phone, draft.id).await;
    assert_eq!(world.rows().apoyos, 1);
    assert_eq!(world.tally(&agua).await.total.received, 1);
}

#[tokio::test]
async fn a_hundred_sends_at_once_are_one_row_and_one_receipt() {
    let world = TestWorld::new();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &agua);
    world.upload(&phone, &draft).await;
    let body = draft.body(&phone);
    let mut sends = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (wire, phone, body) = (world.wire(), phone.clone(), body.clone());
        sends.spawn(async move { wire.put_apoyo(&phone, draft.id, &body).await });
    }
    let answers = sends.join_all().await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let receipts: BTreeSet<_> = answers.iter().map(|answer| answer.body.clone()).collect();
    assert_eq!((answers.len(), receipts.len()), (100, 1));
    receipt_of(&phone, &answers[0]);
    world.judged(&phone, draft.id).await;
    assert_eq!(world.rows().apoyos, 1);
    let tally = world.tally(&agua).await;
    assert_eq!((tally.total.received, tally.total.preliminary), (1, 1));
}

#[tokio::test]
async fn an_altered_manifest_is_refused_whatever_was_altered() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    world.upload(&phone, &draft).await;
    let before = world.rows();
    let wire = world.wire();
    let path = format!("/v1/apoyos/{}", draft.id);
    let body = draft.body(&phone);

    // Changed on the way: the signature is no longer valid.
    let signed = phone.sign("PUT", &path, &Sha256Hash::of(&body));
    let altered = String::from_utf8(body.clone())
        .unwrap()
        .replace("\"agua\"", "\"ana\"");
    let answer = wire
        .send(
            reqwest::Method::PUT,
            &path,
            Some(&signed),
            altered.into_bytes(),
        )
        .await
        .unwrap();
    answer.refused(401, Code::SignatureInvalid);
    let mut flipped = body.clone();
    let last = flipped.len() - 2;
    flipped[last] ^= 1;
    let answer = wire
        .send(reqwest::Method::PUT, &path, Some(&signed), flipped)
        .await
        .unwrap();
    answer.refused(401, Code::SignatureInvalid);
    let unsigned = wire
        .send(reqwest::Method::PUT, &path, None, body)
        .await
        .unwrap();
    unsigned.refused(401, Code::SignatureMissing);

    // Changed by the phone itself, which signs a contradiction.
    let put = async |change: &dyn Fn(&mut Submission)| {
        let mut submission = draft.submission(&phone);
        change(&mut submission);
        // What a refused apoyo named is not kept.
        world.upload(&phone, &draft).await;
        let body = serde_json::to_vec(&submission).unwrap();
        wire.put_apoyo(&phone, draft.id, &body).await
    };
    for (what, change) in [
        (
            "apoyo",
            &(|s: &mut Submission| s.manifest.apoyo = ApoyoId::random(&SystemEntropy))
                as &dyn Fn(&mut Submission),
        ),
        ("device", &|s| {
            s.manifest.device = protocol::ids::DeviceId::random(&SystemEntropy);
        }),
        ("process", &|s| {
            s.manifest.process = "senado".parse().unwrap()
        }),
        ("parts", &|s| s.manifest.parts.truncate(3)),
        ("parts", &|s| s.manifest.parts[1].name = PartName::Front),
        ("parts", &|s| {
            s.manifest.parts[1].sha256 = s.manifest.parts[0].sha256
        }),
        ("parts", &|s| s.manifest.parts[2].bytes += 1),
        ("payload", &|s| {
            s.manifest.payload = Sha256Hash::of(b"other")
        }),
        ("payload", &|s| s.payload = "e30".to_owned()),
        ("payload", &|s| s.payload = "no base64!".to_owned()),
        ("app", &|s| s.manifest.app = "x".repeat(5000)),
    ] {
        let problem = put(change).await.refused(422, Code::ManifestInvalid);
        assert_eq!(problem.field.as_deref(), Some(what));
    }
    put(&|s| s.manifest.campaign = "nadie".parse().unwrap())
        .await
        .refused(404, Code::CampaignUnknown);
    wire.put_apoyo(&phone, draft.id, b"{}")
        .await
        .refused(400, Code::RequestMalformed);
    wire.put_apoyo(&phone, draft.id, &vec![b' '; 300_000])
        .await
        .refused(413, Code::BodyTooLarge);
    assert_eq!(world.rows().apoyos, before.apoyos);
    assert_eq!(world.tally(&campaign("agua")).await.total.received, 0);

    world.give(&phone, &draft).await;
    world.judged(&phone, draft.id).await;
}

#[tokio::test]
async fn a_part_that_was_not_uploaded_is_named() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    let body = draft.body(&phone);
    let answer = world.wire().put_apoyo(&phone, draft.id, &body).await;
    let problem = answer.refused(409, Code::PartsMissing);
    let sealed = draft.sealed_parts(&phone);
    let all: Vec<_> = sealed.iter().map(|part| Sha256Hash::of(part)).collect();
    assert_eq!(problem.missing, all);
    for part in &sealed[..3] {
        world.wire().put_blob(&phone, part).await;
    }
    let answer = world.wire().put_apoyo(&phone, draft.id, &body).await;
    assert_eq!(answer.refused(409, Code::PartsMissing).missing, all[3..]);
    assert_eq!(world.rows().apoyos, 0);
    world.give(&phone, &draft).await;
    world.judged(&phone, draft.id).await;
}

#[tokio::test]
async fn betos_phone_can_neither_send_nor_see_lupitas_apoyo() {
    let world = TestWorld::new();
    let lupitas = world.activate(Lupita).await;
    let betos = world.activate(Beto).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    world.give(&lupitas, &draft).await;
    world.judged(&lupitas, draft.id).await;
    let before = world.rows();
    let tally = world.tally(&campaign("agua")).await.total;

    // Her bytes from his phone: the manifest names her device.
    let body = draft.body(&lupitas);
    world
        .wire()
        .put_apoyo(&betos, draft.id, &body)
        .await
        .refused(422, Code::ManifestInvalid);
    // In her name, with his key.
    world
        .wire()
        .put_apoyo(&betos.named(lupitas.device()), draft.id, &body)
        .await
        .refused(401, Code::SignatureInvalid);
    // His own, under her id.
    world
        .wire()
        .put_apoyo(&betos, draft.id, &draft.body(&betos))
        .await
        .refused(409, Code::ApoyoIdReused);
    for path in [
        format!("/v1/apoyos/{}", draft.id),
        format!("/v1/apoyos/{}/receipt", draft.id),
    ] {
        let answer = world.wire().get_signed(&betos, &path).await;
        answer.refused(404, Code::ApoyoUnknown);
        world
            .wire()
            .get(&path)
            .await
            .refused(401, Code::SignatureMissing);
    }
    assert_eq!(world.rows(), before);
    assert_eq!(world.tally(&campaign("agua")).await.total, tally);
}

#[tokio::test]
async fn a_recorded_apoyo_is_not_replayed_under_another_id_or_with_other_content() {
    let world = TestWorld::new();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &agua);
    world.give(&phone, &draft).await;
    world.judged(&phone, draft.id).await;
    let before = world.rows();
    let body = draft.body(&phone);

    // An eavesdropper repeats her signature for another path.
    let other = ApoyoId::random(&SystemEntropy);
    let old = phone.sign(
        "PUT",
        &format!("/v1/apoyos/{}", draft.id),
        &Sha256Hash::of(&body),
    );
    let answer = world
        .wire()
        .send(
            reqwest::Method::PUT,
            &format!("/v1/apoyos/{other}"),
            Some(&old),
            body.clone(),
        )
        .await
        .unwrap();
    answer.refused(401, Code::SignatureInvalid);
    // Her own phone sends the old manifest under a new id.
    world
        .wire()
        .put_apoyo(&phone, other, &body)
        .await
        .refused(422, Code::ManifestInvalid);
    // The same id with another campaign is another apoyo.
    let changed = Draft {
        campaign: campaign("bosques"),
        ..draft.clone()
    };
    world
        .wire()
        .put_apoyo(&phone, draft.id, &changed.body(&phone))
        .await
        .refused(409, Code::ApoyoIdReused);
    assert_eq!(world.rows(), before);
    assert_eq!(world.tally(&campaign("bosques")).await.total.received, 0);
}

#[tokio::test]
async fn a_phone_whose_clock_is_years_off_is_heard_all_the_same() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let mut receipts = Vec::new();
    for (name, year) in [("agua", 1970), ("bosques", 2093)] {
        let day = chrono::NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let draft = world
            .draft(Lupita, &campaign(name))
            .captured_at(DateTime::from_naive_utc_and_offset(day.into(), chrono::Utc));
        receipts.push(world.give(&phone, &draft).await.receipt);
        let state = world.judged(&phone, draft.id).await;
        assert_eq!(state.status, Status::Preliminary, "{:?}", state.reasons);
    }
    // The order is the order of arrival, and the time is the server's.
    assert!(receipts[0].sequence < receipts[1].sequence);
    let apart = receipts[1].received_at - receipts[0].received_at;
    assert!(
        apart >= TimeDelta::zero() && apart < TimeDelta::minutes(5),
        "{apart}"
    );
}

#[tokio::test]
async fn the_servers_own_clock_jumps_and_order_and_counts_stay() {
    let clock = e2e::faults::MovableClock::new().unwrap();
    let world = Setting {
        environment: clock.environment(),
        ..Setting::default()
    }
    .start();
    let lupitas = world.activate(Lupita).await;
    let betos = world.activate(Beto).await;
    let hour = std::time::Duration::from_secs(3600);
    clock.ahead(hour).unwrap();
    let first = world.draft(Lupita, &campaign("ana"));
    let early = world.give(&lupitas, &first).await.receipt;
    clock.behind(hour * 24 * 30).unwrap();
    let second = world.draft(Lupita, &campaign("bruno"));
    let late = world.give(&lupitas, &second).await.receipt;
    let others = world.draft(Beto, &campaign("bruno"));
    world.give(&betos, &others).await;
    // The leaps are not believed: the time goes on, and never back.
    let apart = late.received_at - early.received_at;
    assert!(
        apart >= TimeDelta::zero() && apart < TimeDelta::minutes(5),
        "{apart}"
    );
    assert_eq!((early.sequence, late.sequence), (1, 2));
    assert_eq!(
        world.judged(&lupitas, first.id).await.status,
        Status::Preliminary
    );
    assert_eq!(
        world.judged(&lupitas, second.id).await.status,
        Status::NotCounted
    );
    assert_eq!(
        world.judged(&betos, others.id).await.status,
        Status::Preliminary
    );
    assert_eq!(world.tally(&campaign("bruno")).await.total.preliminary, 1);
    // Mended: the doubt is over, and `doctor` finds nothing wrong.
    clock.ahead(std::time::Duration::ZERO).unwrap();
}

#[tokio::test]
async fn a_device_that_was_never_activated_gives_nothing() {
    let world = TestWorld::new();
    let known = world.activate(Lupita).await;
    let before = world.rows();
    let draft = world.draft(Lupita, &campaign("agua"));
    let mut stranger = e2e::wire::Phone::new().named("00112233445566778899aabbccddeeff");
    stranger.device = Some("00112233445566778899aabbccddeeff".parse().unwrap());
    stranger.sealing = known.sealing.clone();
    let wire = world.wire();
    wire.put_blob(&stranger, &draft.sealed_parts(&stranger)[0])
        .await
        .refused(401, Code::DeviceUnknown);
    wire.put_apoyo(&stranger, draft.id, &draft.body(&stranger))
        .await
        .refused(401, Code::DeviceUnknown);
    // The name of an activation is valid only for the activation.
    let waiting = world.begin(&Beto.email(), b"front").await.0;
    wire.put_blob(&waiting, &draft.sealed_parts(&known)[0])
        .await
        .refused(401, Code::DeviceUnknown);
    let rows = world.rows();
    assert_eq!((rows.apoyos, rows.blobs), (before.apoyos, before.blobs));
    assert_eq!(rows.devices, 1, "{:?} alone", known.device());
}
