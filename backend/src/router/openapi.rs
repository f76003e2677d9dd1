//! `GET /openapi.json`: what this server understands, for machines.

mod amend;

use crate::{
    http::routes::{activation, apoyos, blobs, bounces, campaigns, health, metrics, signin, tally},
    pages,
};
use axum::Json;
use serde_json::Value;
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
pub fn document() -> Value {
    let mut document = serde_json::to_value(Document::openapi()).unwrap_or_default();
    amend::amend(&mut document);
    document
}

/// `GET /openapi.json`
#[utoipa::path(get, path = "/openapi.json", tag = "operation", operation_id = "openapi",
    responses((status = 200, description = "This document")))]
pub async fn show_openapi() -> Json<Value> {
    Json(document())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_for_machines_is_described_with_every_method() {
        let document = document();
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

    #[test]
    fn it_says_what_the_server_does() {
        let document = document();
        let text = document.to_string();
        assert!(text.contains("application/problem+json"));
        for operation in document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|path| path.as_object().unwrap().values())
        {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let schema = &response["content"]["application/json"]["schema"]["$ref"];
                let is_problem = schema.as_str().is_some_and(|it| it.ends_with("/Problem"));
                assert!(!is_problem, "{} {status}", operation["operationId"]);
            }
        }
        let signed = |path: &str, method: &str| {
            document["paths"][path][method]["security"][0]["signature"].is_array()
        };
        assert!(signed("/v1/apoyos/{id}", "put") && signed("/v1/campaigns", "get"));
        assert!(!signed("/v1/challenges", "post") && !signed("/openapi.json", "get"));
        let form = &document["components"]["schemas"]["ApoyoId"]["pattern"];
        assert_eq!(form, "^[0-9a-f]{32}$");
    }
}
