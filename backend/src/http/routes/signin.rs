//! `GET /v1/signins`: who may be asked for an address.

use crate::server::Server;
use axum::{Json, extract::State};
use protocol::signin::Providers;
use std::sync::Arc;

/// `GET /v1/signins`
#[utoipa::path(get, path = "/v1/signins", tag = "activation", operation_id = "list_providers",
    responses((status = 200, body = Providers, description = "Empty: only the code by mail")))]
pub async fn list_providers(State(server): State<Arc<Server>>) -> Json<Providers> {
    Json(Providers {
        providers: server.providers.listed(),
    })
}
