//! `GET /openapi.json`: what this server understands, for machines.

use crate::{activation, apoyos, blobs, bounces, campaigns, http, signin, tally};
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
        activation::challenge::give_challenge,
        activation::begin::begin_activation,
        activation::state::get_activation,
        activation::resend::resend_code,
        activation::complete::complete_activation,
        signin::list::list_providers,
        signin::begin::begin_signin,
        signin::callback::signin_callback,
        signin::redeem::redeem_ticket,
        campaigns::list::list_campaigns,
        blobs::head::head_blob,
        blobs::put::put_blob,
        apoyos::submit::put_apoyo,
        apoyos::state::get_apoyo,
        apoyos::receipt::get_receipt,
        tally::show::get_tally,
        bounces::webhook::take_bounce,
        show_openapi,
        http::health::healthz,
        http::health::readyz,
        http::metrics::show_metrics,
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
        for route in include_str!("router.rs").split(".route(").skip(1) {
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
