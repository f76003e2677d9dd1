//! `GET /v1/activations/{id}`: how the mail with the code fares. Only the phone that asked for
//! it is told.

use super::count_request;
use crate::{
    http::{
        problem::Refusal,
        signed::{Proof, RequestLine},
    },
    server::Server,
};
use axum::{
    Json,
    extract::{Path, Request, State, rejection::PathRejection},
};
use protocol::{
    activation::ActivationState,
    code::{Code, Problem},
    ids::{ActivationId, Sha256Hash},
};
use std::sync::Arc;

/// `GET /v1/activations/{id}`
#[utoipa::path(get, path = "/v1/activations/{id}", tag = "activation", operation_id = "activation_state",
    params(("id" = ActivationId, Path)),
    responses((status = 200, body = ActivationState, description = "How its newest mail fares"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn get_activation(
    State(server): State<Arc<Server>>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Json<ActivationState>, Refusal> {
    let id: ActivationId = id?.0.parse()?;
    let (parts, _) = request.into_parts();
    count_request(&server, &parts)?;
    let proof = Proof::of(&parts.headers)?;
    let activation = server
        .storage
        .activation(id)
        .await?
        .ok_or(Code::ActivationUnknown)?;
    if proof.key != id.to_string() {
        return Err(Code::SignatureInvalid.into());
    }
    let empty = Sha256Hash::of(&[]);
    proof.verify(&activation.device_key, &RequestLine::of(&parts), &empty)?;
    let fate = server.storage.mail_fate(id).await?;
    Ok(Json(ActivationState {
        activation: id,
        mail: fate.ok_or(Code::ActivationUnknown)?,
    }))
}
