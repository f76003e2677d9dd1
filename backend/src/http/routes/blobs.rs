//! `HEAD /v1/blobs/{sha256}`: is it there already? Then it need not be sent again.

use crate::{
    http::{problem::Refusal, signed::SignedRequest},
    server::Server,
};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, header},
};
use protocol::{
    code::{Code, Problem},
    ids::Sha256Hash,
};
use std::sync::Arc;

/// `HEAD /v1/blobs/{sha256}`
#[utoipa::path(head, path = "/v1/blobs/{sha256}", tag = "apoyos", operation_id = "head_blob",
    params(("sha256" = Sha256Hash, Path)),
    responses((status = 200, description = "It is there; `content-length` says how long it is"),
        (status = 404, description = "It has to be sent"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn head_blob(
    State(server): State<Arc<Server>>,
    name: Result<Path<String>, PathRejection>,
    _request: SignedRequest<0>,
) -> Result<HeaderMap, Refusal> {
    let name: Sha256Hash = name?.0.parse()?;
    let length = server.blobs.length(name).await?.ok_or(Code::NotFound)?;
    Ok(HeaderMap::from_iter([(
        header::CONTENT_LENGTH,
        HeaderValue::from(length),
    )]))
}
