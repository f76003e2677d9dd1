//! Every address of the server: those for machines in [`machines`], those for people and for
//! operators here.

mod machines;
mod openapi;

use crate::{
    app::App,
    http::{
        forwarded, problem,
        routes::{health, metrics},
        trace,
    },
    pages,
};
use axum::{Extension, Router, middleware, routing::get};
use serde_json::Value;
use std::sync::Arc;

/// The description of all addresses for machines.
pub fn document() -> Value {
    openapi::describe(&machines::addresses().into_openapi())
}

/// The server's addresses.
pub fn router(app: App) -> Router {
    let (machines, described) = machines::addresses().split_for_parts();
    let document = Arc::new(openapi::describe(&described));
    let routes = machines
        .layer(Extension(document))
        .route("/", get(pages::index::index_page))
        .route("/tally/{campaign}", get(pages::tally::tally_page))
        .route("/app/signin", get(pages::signin::return_page))
        .route("/assets/pages.css", get(pages::assets::style))
        .route("/assets/live.js", get(pages::assets::script));
    let routes = match app.site.demo_outbox.is_some() {
        true => routes.route("/demo/outbox", get(pages::outbox::outbox_page)),
        false => routes,
    };
    let routes = routes
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(middleware::from_fn_with_state(
            app.clone(),
            forwarded::notice,
        ));
    // Around the fallbacks too, so that unknown addresses are logged and counted as well.
    trace::around(routes, &app).with_state(app)
}

/// The addresses for operators, on a listener of their own: their content is not public, and their
/// requests must not slow down citizens.
pub fn operators(app: App) -> Router {
    let routes = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::show_metrics))
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed);
    trace::around(routes, &app).with_state(app)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_for_machines_is_described_once() {
        let document = document();
        let paths = document["paths"].as_object().unwrap();
        let operations: Vec<&str> = paths
            .values()
            .flat_map(|path| path.as_object().unwrap().values())
            .map(|operation| operation["operationId"].as_str().unwrap())
            .collect();
        let mut once = operations.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!((operations.len(), once.len()), (21, 21), "{operations:?}");
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
