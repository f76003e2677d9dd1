//! Every address for machines. The list is both the router and the description: a handler's own
//! `#[utoipa::path]` holds its address.

use super::openapi::{self, Preface};
use crate::{
    app::App,
    http::routes::{activation, apoyos, blobs, bounces, campaigns, health, signin, tally},
    pages,
};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The addresses.
pub fn addresses() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Preface::openapi())
        // A phone that is being activated
        .routes(routes!(activation::give_challenge))
        .routes(routes!(activation::begin_activation))
        .routes(routes!(activation::get_activation))
        .routes(routes!(activation::resend_code))
        .routes(routes!(activation::complete_activation))
        // Proving an address with an account elsewhere
        .routes(routes!(signin::list_providers, signin::begin_signin))
        .routes(routes!(pages::signin::signin_callback))
        .routes(routes!(signin::redeem_ticket))
        // An activated phone
        .routes(routes!(campaigns::list_campaigns))
        .routes(routes!(blobs::head_blob, blobs::put_blob))
        .routes(routes!(apoyos::put_apoyo, apoyos::get_apoyo))
        .routes(routes!(apoyos::get_receipt))
        .routes(routes!(activation::forget_device))
        // Everybody
        .routes(routes!(tally::get_tally))
        // Operators
        .routes(routes!(bounces::take_bounce))
        .routes(routes!(openapi::show_openapi))
        .routes(routes!(health::healthz))
}
