//! Every address of the server, as one plain list.

use super::{health, metrics, openapi, problem, trace};
use crate::{
    activation, apoyos, blobs, bounces, campaigns, demo, pages, server::Server, signin, tally,
};
use axum::{
    Router, middleware,
    routing::{get, post, put},
};
use std::sync::Arc;

/// The server's addresses.
pub fn router(server: Arc<Server>) -> Router {
    let routes = Router::new()
        // A phone that is being activated
        .route(
            "/v1/challenges",
            post(activation::challenge::give_challenge),
        )
        .route("/v1/activations", post(activation::begin::begin_activation))
        .route(
            "/v1/activations/{id}",
            get(activation::state::get_activation),
        )
        .route(
            "/v1/activations/{id}/resend",
            post(activation::resend::resend_code),
        )
        .route(
            "/v1/activations/{id}/complete",
            post(activation::complete::complete_activation),
        )
        // Proving an address with an account elsewhere
        .route(
            "/v1/signins",
            get(signin::list::list_providers).post(signin::begin::begin_signin),
        )
        .route(
            "/v1/signins/{provider}/callback",
            get(signin::callback::signin_callback).post(signin::callback::signin_callback),
        )
        .route(
            "/v1/signins/{id}/redeem",
            post(signin::redeem::redeem_ticket),
        )
        .route("/app/signin", get(signin::page::return_page))
        // A phone that was activated
        .route("/v1/campaigns", get(campaigns::list::list_campaigns))
        .route(
            "/v1/blobs/{sha256}",
            put(blobs::put::put_blob).head(blobs::head::head_blob),
        )
        .route(
            "/v1/apoyos/{id}",
            put(apoyos::submit::put_apoyo).get(apoyos::state::get_apoyo),
        )
        .route("/v1/apoyos/{id}/receipt", get(apoyos::receipt::get_receipt))
        // Everybody
        .route("/v1/campaigns/{id}/tally", get(tally::show::get_tally))
        .route("/", get(pages::index::index_page))
        .route("/tally/{campaign}", get(pages::tally::tally_page))
        .route("/assets/pages.css", get(pages::assets::style))
        .route("/assets/live.js", get(pages::assets::script))
        // Operators
        .route("/v1/bounces", post(bounces::webhook::take_bounce))
        .route("/openapi.json", get(openapi::show_openapi))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::show_metrics));
    let routes = match server.demo {
        true => routes.route("/demo/outbox", get(demo::outbox::outbox_page)),
        false => routes,
    };
    routes
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        // `route_layer` would not see what is not found; `layer` sees everything.
        .layer(middleware::from_fn_with_state(
            server.clone(),
            trace::around,
        ))
        .with_state(server)
}
