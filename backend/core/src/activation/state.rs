//! `GET /v1/activations/{id}`: how the mail with the code fares. Only the phone that asked for
//! it is told.

use crate::{
    http::{newcomer::NewcomerRequest, problem::Refusal},
    server::Server,
};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
};
use protocol::{
    activation::ActivationState,
    code::{Code, Problem},
    ids::ActivationId,
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
    request: NewcomerRequest<0>,
) -> Result<Json<ActivationState>, Refusal> {
    let id: ActivationId = id?.0.parse()?;
    let activation = server
        .storage
        .activation(id)
        .await?
        .ok_or(Code::ActivationUnknown)?;
    request.in_name(&id.to_string())?;
    request.signed_by(&activation.device_key)?;
    let fate = server.storage.mail_fate(id).await?;
    Ok(Json(ActivationState {
        activation: id,
        mail: fate.ok_or(Code::ActivationUnknown)?,
    }))
}
