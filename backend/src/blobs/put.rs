//! `PUT /v1/blobs/{sha256}`: one picture, streamed to its place. Repeating it does no harm.

use super::sealed::guard;
use crate::{
    http::{
        limits::{MAX_PART, announced_length, drain, stream},
        problem::Refusal,
        signed::{Proof, RequestLine, lately_active_device},
    },
    server::Server,
};
use axum::{
    body::Body,
    extract::{Path, Request, State, rejection::PathRejection},
    http::StatusCode,
};
use protocol::{
    code::{Code, Problem},
    ids::Sha256Hash,
};
use std::sync::Arc;
use storage::blobs::Stored;

/// `PUT /v1/blobs/{sha256}`
#[utoipa::path(put, path = "/v1/blobs/{sha256}", tag = "apoyos", operation_id = "put_blob",
    params(("sha256" = Sha256Hash, Path)),
    request_body(content = Vec<u8>, content_type = "application/vnd.apoyo.sealed", description = "A picture (a JPEG of at most 8 MiB) sealed to the review key"),
    responses((status = 201, description = "It is there now"), (status = 200, description = "It was there"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn put_blob(
    State(server): State<Arc<Server>>,
    name: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let (parts, body) = request.into_parts();
    let mut body = Some(body);
    let answer = receive(&server, name, &parts, &mut body).await;
    // Refused (or there already) before a byte was read: the rest is let go by, so that the
    // sender hears the answer instead of a broken connection.
    if let Some(unread) = body {
        drain(unread);
    }
    answer
}

async fn receive(
    server: &Server,
    name: Result<Path<String>, PathRejection>,
    parts: &axum::http::request::Parts,
    body: &mut Option<Body>,
) -> Result<StatusCode, Refusal> {
    let name: Sha256Hash = name?.0.parse()?;
    let proof = Proof::of(&parts.headers)?;
    // The signature covers the address, and the address is the hash that `put` checks: so a
    // long body need not be read before its sender is known.
    lately_active_device(server, &proof, &RequestLine::of(parts), &name).await?;
    if announced_length(&parts.headers).is_some_and(|length| length > MAX_PART) {
        return Err(Code::BodyTooLarge.into());
    }
    if server.blobs.has_arrived(name) {
        return Ok(StatusCode::OK);
    }

    // A bounded number is received at once and a bounded number waits; the rest is told to
    // come back, at moments that differ, so that they do not all come back together.
    let Ok(_waiting) = server.uploads_waiting.try_acquire() else {
        server.metrics.count("upload", "shed");
        let mut jitter = [0];
        server.entropy.fill(&mut jitter);
        return Err(Refusal::after(
            Code::ServerBusy,
            1 + u32::from(jitter[0] % 4),
        ));
    };
    let _turn = server
        .uploads
        .acquire()
        .await
        .map_err(|_| Code::ServerBusy)?;

    let Some(body) = body.take() else {
        return Err(Code::ServerFault.into());
    };
    let (stream, refused) = guard(stream(body), server.sealing());
    match server.blobs.put(name, stream, MAX_PART).await? {
        Stored::Whole { .. } => {
            server.metrics.count("upload", "stored");
            Ok(StatusCode::CREATED)
        }
        Stored::There => Ok(StatusCode::OK),
        Stored::OtherHash => Err(Code::BlobHashMismatch.into()),
        Stored::TooLong => Err(Code::BodyTooLarge.into()),
        Stored::Interrupted => match refused.get() {
            Some(code) => Err((*code).into()),
            None => Err(Code::BodyTruncated.into()),
        },
    }
}
