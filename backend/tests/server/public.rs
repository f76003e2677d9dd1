//! Public reads: tallies are computed once for all, and do not reveal a neighbour.

use crate::{
    given::picture,
    phone::Phone,
    world::{Answer, World},
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use chrono::TimeDelta;
use credential::Entidad;
use protocol::{campaigns::Place, code::Code, tally::Tally};
use storage::apoyos::{Person, Verdict};

const QR: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

async fn with_tag(world: &World, path: &str, tag: &str) -> Answer {
    let request = Request::get(path)
        .header(header::IF_NONE_MATCH, tag)
        .body(Body::empty());
    world.send(request.unwrap()).await
}

async fn computed(world: &World) -> u64 {
    let metrics = world.ask_operators("/metrics").await.text();
    let line = metrics
        .lines()
        .find(|line| line.starts_with("apoyo_tally_total"));
    line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}

/// Gives an apoyo and has it counted where its person votes.
async fn counted_at(world: &World, phone: &Phone, number: u8, seccion: u16) {
    let apoyo = phone
        .prepare(world, "agua", &picture(640, 480, &[number, 1]), QR)
        .await;
    let answer = phone.give(world, &apoyo).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let place = Place {
        entidad: Entidad::from_number(9).unwrap(),
        distrito_federal: 12,
        distrito_local: 3,
        municipio: 4,
        seccion,
    };
    let verdict = Verdict::InRoll(Person {
        tag: [number; 32],
        place,
    });
    let id = apoyo.manifest.apoyo;
    let storage = &world.core.storage;
    storage
        .settle_apoyo(id, verdict, world.core.now())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_tally_is_computed_when_it_has_moved_and_not_when_somebody_asks() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let path = "/v1/campaigns/agua/tally";
    let first = world.get(path).await;
    let tag = first.headers[header::ETAG].to_str().unwrap().to_owned();
    for _ in 0..100 {
        let again = world.get(path).await;
        assert_eq!((&again.body, again.status), (&first.body, StatusCode::OK));
        let same = with_tag(&world, path, &tag).await;
        assert_eq!(same.status, StatusCode::NOT_MODIFIED);
        assert!(same.body.is_empty());
        assert_eq!(same.headers[header::CACHE_CONTROL], "public, max-age=1");
        world.get("/tally/agua").await;
    }
    assert_eq!(computed(&world).await, 1);
    counted_at(&world, &phone, 1, 4321).await;
    let moved = with_tag(&world, path, &tag).await;
    assert_eq!(moved.status, StatusCode::OK);
    assert_eq!(moved.json::<Tally>().total.received, 1);
    // The page has a tag of its own in each language.
    let page = world.get("/tally/agua").await;
    let tag = page.headers[header::ETAG].to_str().unwrap();
    assert_eq!(with_tag(&world, "/tally/agua", tag).await.status, 304);
    let english = with_tag(&world, "/tally/agua?lang=en", tag).await;
    assert_eq!(english.status, StatusCode::OK);
}

#[tokio::test]
async fn one_level_is_asked_for_at_a_time_and_secciones_by_their_district() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    counted_at(&world, &phone, 1, 4321).await;
    let ask = async |query: &str| -> Tally {
        world
            .get(&format!("/v1/campaigns/agua/tally{query}"))
            .await
            .json()
    };
    let plain = ask("").await;
    let lengths = |tally: &Tally| {
        let lists = [&tally.by_entidad, &tally.by_distrito, &tally.by_seccion];
        lists.map(Vec::len)
    };
    assert_eq!(lengths(&plain), [1, 0, 0]);
    assert_eq!(lengths(&ask("?level=entidad").await), [1, 0, 0]);
    assert_eq!(lengths(&ask("?level=distrito").await), [0, 1, 0]);
    let secciones = ask("?level=seccion&entidad=9&distrito=12").await;
    assert_eq!(lengths(&secciones), [0, 0, 0], "one apoyo is a person");
    let refused = async |query: &str, code| {
        let answer = world.get(&format!("/v1/campaigns/agua/tally{query}")).await;
        assert_eq!(answer.problem().code, code, "{query}");
    };
    for no_such_list in [
        "?level=seccion",
        "?level=seccion&entidad=9",
        "?level=seccion&distrito=12",
        "?entidad=9",
        "?level=distrito&distrito=1",
    ] {
        refused(no_such_list, Code::NotFound).await;
    }
    for malformed in [
        "?level=todo",
        "?level=seccion&entidad=99&distrito=1",
        "?padding=x",
    ] {
        refused(malformed, Code::RequestMalformed).await;
    }
    let nowhere = world
        .get("/v1/campaigns/nowhere/tally?level=distrito")
        .await;
    nowhere.is_refused_with(Code::CampaignUnknown);
}

#[tokio::test]
async fn a_neighbours_apoyo_is_not_seen_before_there_are_ten_and_then_by_the_hour() {
    let mut world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let path = "/v1/campaigns/agua/tally?level=seccion&entidad=9&distrito=12";
    let seen = async |world: &World| {
        let tally: Tally = world.get(path).await.json();
        let cell = tally.by_seccion.first().cloned();
        cell.map(|cell| (cell.seccion.unwrap(), cell.counts.received))
    };
    counted_at(&world, &phone, 200, 1111).await;
    for number in 0..9 {
        counted_at(&world, &phone, number, 4321).await;
    }
    assert_eq!(seen(&world).await, None, "nine");
    counted_at(&world, &phone, 9, 4321).await;
    assert_eq!(seen(&world).await, None, "the tenth, and when it came");
    world.pass(TimeDelta::minutes(59));
    assert_eq!(seen(&world).await, None);
    world.pass(TimeDelta::minutes(1));
    assert_eq!(seen(&world).await, Some((4321, 10)));
    counted_at(&world, &phone, 10, 4321).await;
    assert_eq!(seen(&world).await, Some((4321, 10)));
    // A restart does not replace the hour.
    world = world.restarted().await;
    assert_eq!(seen(&world).await, Some((4321, 10)));
    world.pass(TimeDelta::minutes(60));
    assert_eq!(seen(&world).await, Some((4321, 11)));
    // Operators get exact numbers at once.
    counted_at(&world, &phone, 11, 4321).await;
    let id = "agua".parse().unwrap();
    let exact = world.core.storage.tally(&id, world.core.now()).await;
    let exact = exact.unwrap().unwrap().by_seccion;
    let counts: Vec<_> = exact
        .iter()
        .map(|cell| (cell.seccion.unwrap(), cell.counts.received))
        .collect();
    assert_eq!(counts, [(1111, 1), (4321, 12)]);
}
