//! Apoyos: taken in, receipted, looked up by the phone that sent them.

use crate::http::{body::MAX_APOYO, path::PathId, problem::RefusalAnswer, signed::SignedRequest};
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use protocol::{
    apoyos::{ApoyoState, Submission},
    code::Problem,
    ids::ApoyoId,
    receipt::SignedReceipt,
};
use server_core::{Core, apoyos};
use std::sync::Arc;

/// `PUT /v1/apoyos/{id}`
#[utoipa::path(put, path = "/v1/apoyos/{id}", tag = "apoyos", operation_id = "put_apoyo",
    params(("id" = ApoyoId, Path)), request_body = Submission,
    responses((status = 200, body = SignedReceipt, description = "It is durable; the same receipt each time"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn put_apoyo(
    State(core): State<Arc<Core>>,
    id: Result<PathId<ApoyoId>, RefusalAnswer>,
    SignedRequest(request): SignedRequest<MAX_APOYO>,
) -> Result<Response, RefusalAnswer> {
    let receipt = apoyos::submit(&core, id?.0, request).await?;
    Ok(receipt_answer(receipt))
}

/// `GET /v1/apoyos/{id}`
#[utoipa::path(get, path = "/v1/apoyos/{id}", tag = "apoyos", operation_id = "get_apoyo",
    params(("id" = ApoyoId, Path)),
    responses((status = 200, body = ApoyoState), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn get_apoyo(
    State(core): State<Arc<Core>>,
    id: Result<PathId<ApoyoId>, RefusalAnswer>,
    request: SignedRequest<0>,
) -> Result<Json<ApoyoState>, RefusalAnswer> {
    let state = apoyos::state(&core, id?.0, request.without_body()).await?;
    Ok(Json(state))
}

/// `GET /v1/apoyos/{id}/receipt`
#[utoipa::path(get, path = "/v1/apoyos/{id}/receipt", tag = "apoyos", operation_id = "get_receipt",
    params(("id" = ApoyoId, Path)),
    responses((status = 200, body = SignedReceipt), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn get_receipt(
    State(core): State<Arc<Core>>,
    id: Result<PathId<ApoyoId>, RefusalAnswer>,
    request: SignedRequest<0>,
) -> Result<Response, RefusalAnswer> {
    let receipt = apoyos::receipt(&core, id?.0, request.without_body()).await?;
    Ok(receipt_answer(receipt))
}

/// The receipt as it was signed, byte for byte.
fn receipt_answer(receipt: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], receipt).into_response()
}
