//! Pictures: looked up and uploaded by their hash.

use crate::{
    app::Proxies,
    http::{
        body::{announced_length, drain, stream},
        network::network_of,
        path::PathId,
        problem::RefusalAnswer,
        signed::{SignatureHeaders, SignedRequest},
    },
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
};
use protocol::{
    code::{Code, Problem},
    ids::Sha256Hash,
};
use server_core::{Core, asking::lately_active_device, blobs, blobs::Upload};
use std::sync::Arc;

/// `HEAD /v1/blobs/{sha256}`
#[utoipa::path(head, path = "/v1/blobs/{sha256}", tag = "apoyos", operation_id = "head_blob",
    params(("sha256" = Sha256Hash, Path)),
    responses((status = 200, description = "It is there; `content-length` says how long it is"),
        (status = 404, description = "It has to be sent"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn head_blob(
    State(core): State<Arc<Core>>,
    name: Result<PathId<Sha256Hash>, RefusalAnswer>,
    SignedRequest(request): SignedRequest<0>,
) -> Result<HeaderMap, RefusalAnswer> {
    let PathId(name) = name?;
    let length = blobs::length(&core, request.asking(|_| name)).await?;
    Ok(HeaderMap::from_iter([(
        header::CONTENT_LENGTH,
        HeaderValue::from(length.ok_or(Code::NotFound)?),
    )]))
}

/// `PUT /v1/blobs/{sha256}`
#[utoipa::path(put, path = "/v1/blobs/{sha256}", tag = "apoyos", operation_id = "put_blob",
    params(("sha256" = Sha256Hash, Path)),
    request_body(content = Vec<u8>, content_type = "application/vnd.apoyo.sealed", description = "A picture (a JPEG of at most 8 MiB) sealed to the review key"),
    responses((status = 201, description = "It is there now"), (status = 200, description = "It was there"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn put_blob(
    State(core): State<Arc<Core>>,
    State(proxies): State<Proxies>,
    name: Result<PathId<Sha256Hash>, RefusalAnswer>,
    request: Request,
) -> Result<StatusCode, RefusalAnswer> {
    let (parts, body) = request.into_parts();
    let mut body = Some(body);
    let answer = receive(&core, &proxies, name, &parts, &mut body).await;
    // The upload was refused, or is not needed, before a byte was read. The rest is read and
    // discarded, so that the sender receives the answer instead of a broken connection.
    if let Some(unread) = body {
        drain(unread);
    }
    answer
}

async fn receive(
    core: &Core,
    proxies: &Proxies,
    name: Result<PathId<Sha256Hash>, RefusalAnswer>,
    parts: &Parts,
    body: &mut Option<Body>,
) -> Result<StatusCode, RefusalAnswer> {
    let PathId(name) = name?;
    // The signature covers the path, and the path is the hash of the body. So the sender is known
    // before a long body is read.
    let signature = SignatureHeaders::of(parts)?;
    blobs::shed(core, signature.name())?;
    let proof = signature.over(name);
    let request = lately_active_device(core, proof, name).await?;
    let network = network_of(&parts.extensions, &parts.headers, &proxies.0);
    let announced = announced_length(&parts.headers);
    let place = match blobs::admit(core, &request, network, announced).await? {
        Upload::There => return Ok(StatusCode::OK),
        Upload::Turn(place) => place,
    };
    let body = body.take().ok_or(Code::ServerFault)?;
    match blobs::receive(core, place, &request, stream(body)).await? {
        true => Ok(StatusCode::CREATED),
        false => Ok(StatusCode::OK),
    }
}
