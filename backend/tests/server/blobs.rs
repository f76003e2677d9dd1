use crate::{given::picture, world::World};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use bytes::Bytes;
use protocol::{
    code::Code,
    devices::{KEY_HEADER, SIGNATURE_HEADER},
    ids::Sha256Hash,
};
use std::io;

#[tokio::test]
async fn a_picture_is_sent_once_and_found_again() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let bytes = world.sealed_picture(&picture(640, 480, b"one"));
    let path = format!("/v1/blobs/{}", Sha256Hash::of(&bytes));
    let missing = phone.ask(&world, Method::HEAD, &path, Vec::new()).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(
        phone.put_blob(&world, &bytes).await.status,
        StatusCode::CREATED
    );
    let found = phone.ask(&world, Method::HEAD, &path, Vec::new()).await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(
        found.headers[header::CONTENT_LENGTH],
        bytes.len().to_string()
    );
    assert_eq!(phone.put_blob(&world, &bytes).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_sealed_to_those_who_review_is_refused_and_not_kept() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let sealed = world.sealed_picture(&picture(640, 480, b"one"));
    let mut to_a_stranger = sealed.clone();
    to_a_stranger[8] ^= 1;
    for (bytes, code) in [
        (picture(640, 480, b"in the open"), Code::PartNotSealed),
        (b"\x89PNG\r\n\x1a\n rest".to_vec(), Code::PartNotSealed),
        (to_a_stranger, Code::SealingKeyUnknown),
        (sealed[..100].to_vec(), Code::PartTruncated),
        (Vec::new(), Code::PartTruncated),
    ] {
        phone.put_blob(&world, &bytes).await.is_refused_with(code);
        let name = Sha256Hash::of(&bytes);
        assert_eq!(world.core.blobs.length(name).await.unwrap(), None);
    }
}

/// A signed request for the picture, with another body than promised.
async fn put(world: &World, length: Option<usize>, body: Body) -> crate::world::Answer {
    let phone = world.activated_phone("lupita@example.org").await;
    let name = Sha256Hash::of(b"promised");
    let path = format!("/v1/blobs/{name}");
    let mut request = Request::put(&path)
        .header(KEY_HEADER, &phone.device)
        .header(
            SIGNATURE_HEADER,
            phone.signature(&Method::PUT, &path, &name),
        );
    if let Some(length) = length {
        request = request.header(header::CONTENT_LENGTH, length);
    }
    let answer = world.send(request.body(body).unwrap()).await;
    assert_eq!(world.core.blobs.length(name).await.unwrap(), None);
    answer
}

#[tokio::test]
async fn thirty_megabytes_are_refused_by_their_announcement_alone() {
    let world = World::new().await;
    let never = Body::from_stream(futures_util::stream::pending::<io::Result<Bytes>>());
    let answer = put(&world, Some(30 << 20), never).await;
    answer.is_refused_with(Code::BodyTooLarge);
}

#[tokio::test]
async fn bytes_that_come_without_announcement_are_stopped_at_the_limit() {
    let world = World::new().await;
    let head = io::Result::Ok(Bytes::from(world.sealed_picture(b"")));
    let rest = std::iter::repeat_with(|| Ok(Bytes::from_static(&[0; 65536]))).take(160);
    let body = futures_util::stream::iter(std::iter::once(head).chain(rest));
    put(&world, None, Body::from_stream(body))
        .await
        .is_refused_with(Code::BodyTooLarge);
}

#[tokio::test]
async fn other_bytes_than_the_address_names_are_not_kept() {
    let world = World::new().await;
    let other = world.sealed_picture(&picture(640, 480, b"another"));
    put(&world, None, Body::from(other))
        .await
        .is_refused_with(Code::BlobHashMismatch);
}

#[tokio::test]
async fn a_connection_that_breaks_half_way_leaves_nothing() {
    let world = World::new().await;
    let whole = world.sealed_picture(&picture(640, 480, b"promised"));
    let half = Ok(Bytes::copy_from_slice(&whole[..whole.len() - 4]));
    let broken = Err(io::Error::from(io::ErrorKind::ConnectionReset));
    let body = Body::from_stream(futures_util::stream::iter([half, broken]));
    put(&world, Some(whole.len()), body)
        .await
        .is_refused_with(Code::BodyTruncated);
}

#[tokio::test]
async fn a_server_at_its_limit_says_when_to_come_back_and_loses_nothing() {
    let world = World::with(
        |config| {
            config.limits.uploads_at_once = 1;
            config.limits.uploads_waiting = 0;
        },
        false,
    )
    .await;
    let phone = world.activated_phone("lupita@example.org").await;
    let held = world.core.limits.uploads.waiting.acquire().await.unwrap();
    let bytes = world.sealed_picture(&picture(640, 480, b"one"));
    let busy = phone.put_blob(&world, &bytes).await;
    assert!((1..=4).contains(&busy.problem().retry_after_s.unwrap()));
    busy.is_refused_with(Code::ServerBusy);
    drop(held);
    assert_eq!(
        phone.put_blob(&world, &bytes).await.status,
        StatusCode::CREATED
    );
}
