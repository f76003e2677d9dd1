//! `GET /v1/apoyos/{id}/receipt`: the receipt once more, byte for byte.

use super::{state::own_apoyo, submit::receipt_answer};
use crate::{
    http::{problem::Refusal, signed::SignedRequest},
    server::Server,
};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};
use protocol::{
    code::{Code, Problem},
    ids::ApoyoId,
    receipt::SignedReceipt,
};
use std::sync::Arc;

/// `GET /v1/apoyos/{id}/receipt`
#[utoipa::path(get, path = "/v1/apoyos/{id}/receipt", tag = "apoyos", operation_id = "get_receipt",
    params(("id" = ApoyoId, Path)),
    responses((status = 200, body = SignedReceipt), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn get_receipt(
    State(server): State<Arc<Server>>,
    id: Result<Path<String>, PathRejection>,
    request: SignedRequest<0>,
) -> Result<Response, Refusal> {
    let id: ApoyoId = id?.0.parse()?;
    own_apoyo(&server, id, request.device.id).await?;
    let receipt = server
        .storage
        .receipt(id)
        .await?
        .ok_or(Code::ApoyoUnknown)?;
    Ok(receipt_answer(receipt))
}
