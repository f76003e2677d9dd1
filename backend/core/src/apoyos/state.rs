//! `GET /v1/apoyos/{id}`: where it stands, for the phone that sent it.

use crate::{
    http::{problem::Refusal, signed::SignedRequest},
    server::Server,
};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
};
use protocol::{
    apoyo::ApoyoState,
    code::{Code, Problem},
    ids::{ApoyoId, DeviceId},
};
use std::sync::Arc;

/// `GET /v1/apoyos/{id}`
#[utoipa::path(get, path = "/v1/apoyos/{id}", tag = "apoyos", operation_id = "get_apoyo",
    params(("id" = ApoyoId, Path)),
    responses((status = 200, body = ApoyoState), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn get_apoyo(
    State(server): State<Arc<Server>>,
    id: Result<Path<String>, PathRejection>,
    request: SignedRequest<0>,
) -> Result<Json<ApoyoState>, Refusal> {
    let id = id?.0.parse()?;
    Ok(Json(own_apoyo(&server, id, request.device.id).await?))
}

/// The apoyo, if this device sent it. Somebody else's is answered like none at all.
pub async fn own_apoyo(
    server: &Server,
    id: ApoyoId,
    device: DeviceId,
) -> Result<ApoyoState, Refusal> {
    match server.storage.apoyo_state(id).await? {
        Some((owner, state)) if owner == device => Ok(state),
        _ => Err(Code::ApoyoUnknown.into()),
    }
}
