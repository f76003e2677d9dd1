//! `GET /openapi.json`: the description of this server's addresses.

mod amend;

use axum::{Extension, Json};
use protocol::tally::TallyLevel;
use serde_json::Value;
use std::sync::Arc;
use utoipa::OpenApi;

/// The introduction of the description.
#[derive(OpenApi)]
#[openapi(
    components(schemas(TallyLevel)),
    info(
        title = "Apoyo",
        description = "Give and count citizens' apoyos. Requests of a phone carry `apoyo-key` and \
        `apoyo-signature`; every refusal is `application/problem+json` with a stable `code`."
    )
)]
pub struct Preface;

/// The description of these addresses, with the amendments that attributes cannot express.
pub fn describe(addresses: &utoipa::openapi::OpenApi) -> Value {
    let mut document = serde_json::to_value(addresses).unwrap_or_default();
    amend::amend(&mut document);
    document
}

/// `GET /openapi.json`
#[utoipa::path(get, path = "/openapi.json", tag = "operation", operation_id = "openapi",
    responses((status = 200, description = "This document")))]
pub async fn show_openapi(Extension(document): Extension<Arc<Value>>) -> Json<Value> {
    Json((*document).clone())
}
