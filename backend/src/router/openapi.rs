//! `GET /openapi.json`: what this server understands, for machines.

use crate::{
    http::routes::{activation, apoyos, blobs, bounces, campaigns, health, metrics, signin, tally},
    pages,
};
use axum::Json;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Apoyo",
        description = "Give and count citizens' apoyos. Requests of a phone carry `apoyo-key` and \
            `apoyo-signature`; every refusal is `application/problem+json` with a stable `code`."
    ),
    paths(
        activation::give_challenge,
        activation::begin_activation,
        activation::get_activation,
        activation::resend_code,
        activation::complete_activation,
        signin::list_providers,
        signin::begin_signin,
        pages::signin::signin_callback,
        signin::redeem_ticket,
        campaigns::list_campaigns,
        blobs::head_blob,
        blobs::put_blob,
        apoyos::put_apoyo,
        apoyos::get_apoyo,
        apoyos::get_receipt,
        tally::get_tally,
        bounces::take_bounce,
        show_openapi,
        health::healthz,
        health::readyz,
        metrics::show_metrics,
    )
)]
struct Document;

/// The whole description.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// `GET /openapi.json`
#[utoipa::path(get, path = "/openapi.json", tag = "operation", operation_id = "openapi",
    responses((status = 200, description = "This document")))]
pub async fn show_openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_for_machines_is_described_with_every_method() {
        let document = serde_json::to_value(document()).unwrap();
        let mut seen = 0;
        for route in include_str!("mod.rs").split(".route(").skip(1) {
            let (_, rest) = route.split_once('"').unwrap();
            let (path, handlers) = rest.split_once('"').unwrap();
            let for_people = path == "/"
                || ["/tally/", "/assets/", "/demo/", "/app/"]
                    .iter()
                    .any(|folder| path.starts_with(folder));
            if for_people {
                continue;
            }
            for method in ["get", "put", "post", "head"] {
                if handlers.contains(&format!("{method}(")) {
                    let described = &document["paths"][path][method];
                    assert!(described.is_object(), "{method} {path} is not described");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 22, "the list in router.rs was read");
    }
}
