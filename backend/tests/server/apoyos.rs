use crate::{given::picture, phone::Phone, world::World};
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use protocol::{
    apoyos::{ApoyoState, Status},
    campaigns::{CampaignList, Exclusivity},
    code::Code,
    ids::{ApoyoId, Sha256Hash},
    receipt::SignedReceipt,
    tally::Tally,
};

const QR: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

async fn lupita(world: &World) -> Phone {
    world.activated_phone("lupita@example.org").await
}

#[tokio::test]
async fn lupita_gives_her_apoyo_and_gets_a_receipt_that_verifies() {
    let world = World::new().await;
    let phone = lupita(&world).await;
    let apoyo = phone
        .prepare(&world, "agua", &picture(640, 480, b"back"), QR)
        .await;
    let answer = phone.give(&world, &apoyo).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let signed: SignedReceipt = answer.json();
    signed.verify(&phone.receipt_key.unwrap()).unwrap();
    assert_eq!(signed.receipt.apoyo, apoyo.manifest.apoyo);
    assert_eq!(signed.receipt.content, Sha256Hash::of(&apoyo.body()));
    assert_eq!(signed.receipt.received_at, world.core.now());

    let once_more = format!("{}/receipt", apoyo.path());
    let receipt = phone.ask(&world, Method::GET, &once_more, Vec::new()).await;
    assert_eq!(receipt.body, answer.body);
    let state = phone
        .ask(&world, Method::GET, &apoyo.path(), Vec::new())
        .await;
    assert_eq!(state.json::<ApoyoState>().status, Status::Received);
    let tally: Tally = world.get("/v1/campaigns/agua/tally").await.json();
    assert_eq!((tally.total.received, tally.total.pending), (1, 1));
}

#[tokio::test]
async fn a_hundred_parallel_sends_are_one_apoyo_with_one_receipt() {
    let world = World::new().await;
    let phone = lupita(&world).await;
    let apoyo = phone
        .prepare(&world, "agua", &picture(640, 480, b"back"), QR)
        .await;
    let all = (0..100).map(|_| phone.give(&world, &apoyo));
    let answers = futures_util::future::join_all(all).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
    let tally: Tally = world.get("/v1/campaigns/agua/tally").await.json();
    assert_eq!(tally.total.received, 1);
}

#[tokio::test]
async fn the_window_is_the_servers_and_a_lost_answer_is_given_even_after_it() {
    let world = World::new().await;
    let phone = lupita(&world).await;
    let before = phone
        .prepare(&world, "agua", &picture(640, 480, b"1"), QR)
        .await;
    let first = phone.give(&world, &before).await;
    assert_eq!(
        first.status,
        StatusCode::OK,
        "a phone's clock decides nothing"
    );

    let late = phone
        .prepare(&world, "agua", &picture(640, 480, b"2"), QR)
        .await;
    world.pass(TimeDelta::days(40));
    phone
        .give(&world, &late)
        .await
        .is_refused_with(Code::CampaignClosed);
    let again = phone.give(&world, &before).await;
    assert_eq!(again.body, first.body);

    world.pass(TimeDelta::days(-100));
    phone
        .give(&world, &late)
        .await
        .is_refused_with(Code::CampaignNotOpen);
}

#[tokio::test]
async fn parts_that_have_not_arrived_are_listed() {
    let world = World::new().await;
    let phone = lupita(&world).await;
    let mut apoyo = phone
        .prepare(&world, "agua", &picture(640, 480, b"back"), QR)
        .await;
    let never_sent = Sha256Hash::of(b"never sent");
    apoyo.manifest.parts[2].sha256 = never_sent;
    let answer = phone.give(&world, &apoyo).await;
    assert_eq!(answer.problem().missing, [never_sent]);
    answer.is_refused_with(Code::PartsMissing);
    assert_eq!(answer.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_altered_manifest_is_noticed() {
    let world = World::new().await;
    let phone = lupita(&world).await;
    let apoyo = phone
        .prepare(&world, "agua", &picture(640, 480, b"back"), QR)
        .await;

    // Changed on the way: the signature was made for other bytes.
    let mut altered = apoyo.clone();
    altered.manifest.campaign = "cdmx".parse().unwrap();
    let (mut request, _) = phone
        .request(&phone.device, Method::PUT, &apoyo.path(), apoyo.body())
        .into_parts();
    request.headers.remove("content-length");
    let request = axum::http::Request::from_parts(request, altered.body().into());
    world
        .send(request)
        .await
        .is_refused_with(Code::SignatureInvalid);

    // Changed by the sender: another apoyo under an id that is taken.
    assert_eq!(phone.give(&world, &apoyo).await.status, StatusCode::OK);
    phone
        .give(&world, &altered)
        .await
        .is_refused_with(Code::ApoyoIdReused);

    // The path has another id than the manifest.
    let path = format!("/v1/apoyos/{}", ApoyoId::from_bytes([9; 16]));
    let answer = phone.ask(&world, Method::PUT, &path, apoyo.body()).await;
    assert_eq!(answer.problem().field.as_deref(), Some("apoyo"));
    answer.is_refused_with(Code::ManifestInvalid);
    let tally: Tally = world.get("/v1/campaigns/agua/tally").await.json();
    assert_eq!(tally.total.received, 1);
}

#[tokio::test]
async fn a_foreign_qr_and_an_unknown_campaign_are_refused() {
    let world = World::new().await;
    let phone = lupita(&world).await;
    let back = picture(640, 480, b"back");
    let evil = "http://qr.ine.mx.evil.tld/000123456789000123456789/20230415/P/000001";
    let apoyo = phone.prepare(&world, "agua", &back, evil).await;
    phone
        .give(&world, &apoyo)
        .await
        .is_refused_with(Code::QrMalformed);
    let apoyo = phone.prepare(&world, "fuego", &back, QR).await;
    phone
        .give(&world, &apoyo)
        .await
        .is_refused_with(Code::CampaignUnknown);
}

#[tokio::test]
async fn others_see_nothing_of_lupitas_apoyo() {
    let world = World::new().await;
    let phone = lupita(&world).await;
    let apoyo = phone
        .prepare(&world, "agua", &picture(640, 480, b"back"), QR)
        .await;
    phone.give(&world, &apoyo).await;
    let other = world.activated_phone("other@example.org").await;
    for path in [apoyo.path(), format!("{}/receipt", apoyo.path())] {
        let answer = other.ask(&world, Method::GET, &path, Vec::new()).await;
        answer.is_refused_with(Code::ApoyoUnknown);
    }
    other
        .give(&world, &apoyo)
        .await
        .is_refused_with(Code::ManifestInvalid);
}

#[tokio::test]
async fn the_campaigns_are_those_open_to_this_citizen_and_say_what_they_exclude() {
    let world = World::new().await;
    let phone = lupita(&world).await;
    let list = async |path: &str| -> Vec<(String, Option<Exclusivity>)> {
        let answer = phone.ask(&world, Method::GET, path, Vec::new()).await;
        let list: CampaignList = answer.json();
        let named = |c: &protocol::campaigns::Campaign| (c.id.to_string(), c.exclusivity);
        list.campaigns.iter().map(named).collect()
    };
    assert_eq!(list("/v1/campaigns").await.len(), 4);
    let jalisco = list("/v1/campaigns?entidad=14").await;
    assert!(jalisco.iter().all(|(id, _)| id != "cdmx"), "{jalisco:?}");
    assert_eq!(list("/v1/campaigns?entidad=9").await.len(), 4);
    let excludes = |wanted: &str| {
        let found = jalisco.iter().find(|(id, _)| id == wanted);
        found.unwrap().1
    };
    assert_eq!(excludes("naranjo"), Some(Exclusivity::Process));
    assert_eq!(excludes("agua"), Some(Exclusivity::Campaign));
    for bad in ["?entidad=33", "?entidad=x"] {
        let path = format!("/v1/campaigns{bad}");
        let answer = phone.ask(&world, Method::GET, &path, Vec::new()).await;
        answer.is_refused_with(Code::RequestMalformed);
    }
    world.pass(TimeDelta::days(40));
    assert!(list("/v1/campaigns").await.is_empty());
}
