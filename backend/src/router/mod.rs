//! Every address of the server, as one plain list.

mod openapi;

pub use openapi::document;

use crate::{
    app::App,
    http::{
        problem,
        routes::{activation, apoyos, blobs, bounces, campaigns, health, metrics, signin, tally},
        trace,
    },
    pages,
};
use axum::{
    Router, middleware,
    routing::{get, post, put},
};

/// The server's addresses.
pub fn router(app: App) -> Router {
    let routes = Router::new()
        // A phone that is being activated
        .route("/v1/challenges", post(activation::give_challenge))
        .route("/v1/activations", post(activation::begin_activation))
        .route("/v1/activations/{id}", get(activation::get_activation))
        .route("/v1/activations/{id}/resend", post(activation::resend_code))
        .route(
            "/v1/activations/{id}/complete",
            post(activation::complete_activation),
        )
        // Proving an address with an account elsewhere
        .route(
            "/v1/signins",
            get(signin::list_providers).post(signin::begin_signin),
        )
        .route(
            "/v1/signins/{provider}/callback",
            get(pages::signin::signin_callback).post(pages::signin::signin_callback),
        )
        .route("/v1/signins/{id}/redeem", post(signin::redeem_ticket))
        .route("/app/signin", get(pages::signin::return_page))
        // A phone that was activated
        .route("/v1/campaigns", get(campaigns::list_campaigns))
        .route(
            "/v1/blobs/{sha256}",
            put(blobs::put_blob).head(blobs::head_blob),
        )
        .route(
            "/v1/apoyos/{id}",
            put(apoyos::put_apoyo).get(apoyos::get_apoyo),
        )
        .route("/v1/apoyos/{id}/receipt", get(apoyos::get_receipt))
        // Everybody
        .route("/v1/campaigns/{id}/tally", get(tally::get_tally))
        .route("/", get(pages::index::index_page))
        .route("/tally/{campaign}", get(pages::tally::tally_page))
        .route("/assets/pages.css", get(pages::assets::style))
        .route("/assets/live.js", get(pages::assets::script))
        // Operators
        .route("/v1/bounces", post(bounces::take_bounce))
        .route("/openapi.json", get(openapi::show_openapi))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::show_metrics));
    let routes = match app.site.demo_outbox.is_some() {
        true => routes.route("/demo/outbox", get(pages::outbox::outbox_page)),
        false => routes,
    };
    routes
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        // `route_layer` would not see what is not found; `layer` sees everything.
        .layer(middleware::from_fn_with_state(app.clone(), trace::around))
        .with_state(app)
}
