//! One phone or one stranger cannot use up the resources of all.

use crate::{
    given::picture,
    phone::Phone,
    world::{Answer, World},
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use backend::{config::Config, http::network::Peer};
use chrono::TimeDelta;
use protocol::{activation::BeginActivation, code::Code, ids::Sha256Hash};
use std::{
    num::NonZeroU32,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

const QR: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

async fn begin(world: &World, phone: &Phone, begin: &BeginActivation) -> Answer {
    let body = serde_json::to_vec(begin).unwrap();
    let request = phone.request("new", Method::POST, "/v1/activations", body);
    world.send(request).await
}

/// A unique sealed picture of at least this many bytes.
fn part(world: &World, number: u32, bytes: usize) -> Vec<u8> {
    let mut picture = picture(640, 480, &number.to_be_bytes());
    picture.resize(picture.len().max(bytes), 0x55);
    world.sealed_picture(&picture)
}

// ---- charged for what happened

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_repetitions_of_one_beginning_take_nothing_from_a_stranger() {
    let few = |config: &mut Config| {
        config.limits.mails_per_second = NonZeroU32::new(1).unwrap();
    };
    let world = Arc::new(World::with(few, false).await);
    let phone = Arc::new(Phone::new());
    let beginning = Arc::new(phone.beginning(&world, "lupita@example.org"));
    let first = begin(&world, &phone, &beginning).await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.text());
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..1_000 {
        let (world, phone, beginning) = (world.clone(), phone.clone(), beginning.clone());
        all.spawn(async move { begin(&world, &phone, &beginning).await });
    }
    for answer in all.join_all().await {
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
        assert_eq!(answer.body, first.body);
    }
    let stranger = Phone::new().begin(&world, "beto@example.org").await;
    assert_eq!(stranger.status, StatusCode::ACCEPTED, "{}", stranger.text());
    assert_eq!(world.mails().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_first_beginnings_at_one_moment_are_one_beginning() {
    let few = |config: &mut Config| {
        config.limits.mails_per_second = NonZeroU32::new(1).unwrap();
    };
    let world = Arc::new(World::with(few, false).await);
    let phone = Arc::new(Phone::new());
    let beginning = Arc::new(phone.beginning(&world, "lupita@example.org"));
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..1_000 {
        let (world, phone, beginning) = (world.clone(), phone.clone(), beginning.clone());
        all.spawn(async move { begin(&world, &phone, &beginning).await.status });
    }
    let taken = all.join_all().await;
    assert!(taken.iter().all(|status| *status == StatusCode::ACCEPTED));
    let stranger = Phone::new().begin(&world, "beto@example.org").await;
    assert_eq!(stranger.status, StatusCode::ACCEPTED, "{}", stranger.text());
}

#[tokio::test]
async fn what_is_refused_to_a_full_address_takes_nothing_from_a_stranger() {
    let few = |config: &mut Config| {
        config.limits.mails_per_second = NonZeroU32::new(1).unwrap();
        config.limits.activations_per_device_per_day = 100;
    };
    let world = World::with(few, false).await;
    let phone = Phone::new();
    phone.begin(&world, "lupita@example.org").await;
    for _ in 0..2 {
        world.pass(TimeDelta::minutes(6));
        assert_eq!(phone.resend(&world).await.status, StatusCode::ACCEPTED);
    }
    world.pass(TimeDelta::minutes(6));
    let other = Phone::new();
    let beginning = other.beginning(&world, "lupita@example.org");
    for _ in 0..500 {
        let resent = phone.resend(&world).await;
        resent.is_refused_with(Code::TooManyRequests);
        let refused = begin(&world, &other, &beginning).await;
        refused.is_refused_with(Code::TooManyRequests);
        world.pass(TimeDelta::milliseconds(600));
    }
    let stranger = Phone::new().begin(&world, "beto@example.org").await;
    assert_eq!(stranger.status, StatusCode::ACCEPTED, "{}", stranger.text());
}

#[tokio::test]
async fn spellings_that_may_not_reach_her_do_not_use_up_lupitas_mails() {
    let world = World::new().await;
    for number in 0..20 {
        let spelling = format!("lupita+{number}@ejemplo.mx");
        let answer = Phone::new().begin(&world, &spelling).await;
        match number {
            0..3 => assert_eq!(answer.status, StatusCode::ACCEPTED),
            _ => answer.is_refused_with(Code::TooManyRequests),
        }
    }
    let hers = Phone::new().begin(&world, "lupita@ejemplo.mx").await;
    assert_eq!(hers.status, StatusCode::ACCEPTED, "{}", hers.text());
}

// ---- budgets for phones that are known

#[tokio::test]
async fn a_phone_leaves_sixteen_parts_and_no_more_and_a_restart_forgives_nothing() {
    let mut world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    for number in 0..16 {
        let answer = phone.put_blob(&world, &part(&world, number, 0)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    }
    let refused = phone.put_blob(&world, &part(&world, 16, 0)).await;
    assert!(refused.problem().retry_after_s.is_some());
    refused.is_refused_with(Code::TooManyRequests);
    // Another phone is not affected.
    let beto = world.activated_phone("beto@example.org").await;
    let answer = beto.put_blob(&world, &part(&world, 17, 0)).await;
    assert_eq!(answer.status, StatusCode::CREATED);

    world = world.restarted().await;
    let refused = phone.put_blob(&world, &part(&world, 18, 0)).await;
    refused.is_refused_with(Code::TooManyRequests);
    // Unnamed parts are removed after two days, and then there is room again.
    world.pass(TimeDelta::hours(49));
    server_core::recall::sweep(&world.core).await.unwrap();
    let answer = phone.put_blob(&world, &part(&world, 19, 0)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

#[tokio::test]
async fn a_phone_leaves_sixty_four_mebibytes_and_no_more() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let heavy = 7 * 1024 * 1024;
    for number in 0..9 {
        let answer = phone.put_blob(&world, &part(&world, number, heavy)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    }
    let refused = phone.put_blob(&world, &part(&world, 9, heavy)).await;
    refused.is_refused_with(Code::TooManyRequests);
    let small = phone.put_blob(&world, &part(&world, 10, 0)).await;
    assert_eq!(
        small.status,
        StatusCode::CREATED,
        "there is room for a small one"
    );
}

#[tokio::test]
async fn what_a_receipt_names_and_what_was_refused_for_good_is_not_owed() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    // Eight apoyos are 32 parts, but each is named before the next one comes.
    for number in 0..8_u8 {
        let back = picture(640, 480, &[number]);
        let apoyo = phone.prepare(&world, "agua", &back, QR).await;
        assert_eq!(phone.give(&world, &apoyo).await.status, StatusCode::OK);
    }
    // Eight apoyos that are refused for good do not count either.
    for number in 100..108_u8 {
        let back = picture(640, 480, &[number]);
        let apoyo = phone
            .prepare(&world, "agua", &back, "http://example.org")
            .await;
        let refused = phone.give(&world, &apoyo).await;
        refused.is_refused_with(Code::QrMalformed);
        let first = apoyo.manifest.parts[0].sha256;
        assert_eq!(world.core.blobs.length(first).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_phone_gives_so_many_apoyos_a_day_and_a_restart_forgives_nothing() {
    let three = |config: &mut Config| config.limits.apoyos_per_device_per_day = 3;
    let mut world = World::with(three, false).await;
    let phone = world.activated_phone("lupita@example.org").await;
    let mut first = None;
    for number in 0..3_u8 {
        let back = picture(640, 480, &[number]);
        let apoyo = phone.prepare(&world, "agua", &back, QR).await;
        let answer = phone.give(&world, &apoyo).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        first.get_or_insert((apoyo, answer));
    }
    world = world.restarted().await;
    let back = picture(640, 480, &[9]);
    let fourth = phone.prepare(&world, "agua", &back, QR).await;
    let refused = phone.give(&world, &fourth).await;
    assert!(refused.problem().retry_after_s.unwrap() <= 86_400);
    refused.is_refused_with(Code::TooManyRequests);
    // A lost answer is given again, independently of the count.
    let (apoyo, answer) = first.unwrap();
    for _ in 0..5 {
        assert_eq!(phone.give(&world, &apoyo).await.body, answer.body);
    }
    let beto = world.activated_phone("beto@example.org").await;
    let his = beto
        .prepare(&world, "agua", &picture(640, 480, &[7]), QR)
        .await;
    assert_eq!(beto.give(&world, &his).await.status, StatusCode::OK);
    world.pass(TimeDelta::days(1));
    assert_eq!(phone.give(&world, &fourth).await.status, StatusCode::OK);
}

#[tokio::test]
async fn below_the_reserve_no_picture_is_taken_and_an_apoyo_still_finds_room() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let apoyo = phone
        .prepare(&world, "agua", &picture(640, 480, b"1"), QR)
        .await;
    world.disk.0.store(200 * 1024 * 1024, Ordering::SeqCst);
    let refused = phone.put_blob(&world, &part(&world, 1, 0)).await;
    refused.is_refused_with(Code::ServerStorageFull);
    assert_eq!(phone.give(&world, &apoyo).await.status, StatusCode::OK);
    world.disk.0.store(300 * 1024 * 1024, Ordering::SeqCst);
    let taken = phone.put_blob(&world, &part(&world, 1, 0)).await;
    assert_eq!(taken.status, StatusCode::CREATED);
}

#[tokio::test]
async fn noise_behind_a_good_header_is_shorter_than_any_picture() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let sealed = world.sealed_picture(&[7; 100]);
    let refused = phone.put_blob(&world, &sealed).await;
    refused.is_refused_with(Code::PartTruncated);
    let incoming = world.data().join("blobs/incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_and_a_network_hold_so_many_turns_and_no_more() {
    let few = |config: &mut Config| {
        config.limits.uploads_per_device = 2;
        config.limits.uploads_per_network = 3;
    };
    let world = Arc::new(World::with(few, false).await);
    let (lupita, beto) = (
        Arc::new(world.activated_phone("lupita@example.org").await),
        Arc::new(world.activated_phone("beto@example.org").await),
    );
    // Uploads that begin and do not go on.
    let stalled = |phone: &Arc<Phone>, number: u32| {
        let (world, phone) = (world.clone(), phone.clone());
        tokio::spawn(async move {
            let bytes = part(&world, number, 0);
            let path = format!("/v1/blobs/{}", Sha256Hash::of(&bytes));
            let (mut parts, _) = phone
                .request(&phone.device, Method::PUT, &path, bytes)
                .into_parts();
            parts
                .extensions
                .insert(Peer("203.0.113.9:1".parse().unwrap()));
            let body =
                Body::from_stream(futures_util::stream::pending::<std::io::Result<Vec<u8>>>());
            world.send(Request::from_parts(parts, body)).await
        })
    };
    let mut held = vec![stalled(&lupita, 1), stalled(&lupita, 2)];
    tokio::time::sleep(Duration::from_millis(300)).await;
    let third = stalled(&lupita, 3).await.unwrap();
    third.is_refused_with(Code::ServerBusy);
    held.push(stalled(&beto, 4));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let fourth = stalled(&beto, 5).await.unwrap();
    fourth.is_refused_with(Code::ServerBusy);
    for upload in held {
        upload.abort();
        let _ = upload.await;
    }
    // Their room is given back.
    let answer = lupita.put_blob(&world, &part(&world, 6, 0)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}
