//! Proving an address with an account elsewhere. The page to which the browser comes back is
//! `pages/signin.rs`.

use crate::http::{
    body::MAX_SMALL, newcomer::NewcomerRequest, path::PathId, problem::RefusalAnswer,
};
use axum::{Json, extract::State, http::StatusCode};
use protocol::{
    code::Problem,
    ids::SigninId,
    signin::{BeginSignin, Providers, RedeemTicket, SigninBegun, SigninProved},
};
use server_core::{Core, signin};
use std::sync::Arc;

/// `GET /v1/signins`
#[utoipa::path(get, path = "/v1/signins", tag = "activation", operation_id = "list_providers",
    responses((status = 200, body = Providers, description = "Empty: only the code by mail")))]
pub async fn list_providers(State(core): State<Arc<Core>>) -> Json<Providers> {
    Json(Providers {
        providers: core.providers.listed(),
    })
}

/// `POST /v1/signins`
#[utoipa::path(post, path = "/v1/signins", tag = "activation", operation_id = "begin_signin",
    request_body = BeginSignin,
    responses((status = 201, body = SigninBegun, description = "To open in the system's browser"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn begin_signin(
    State(core): State<Arc<Core>>,
    request: NewcomerRequest<MAX_SMALL>,
) -> Result<(StatusCode, Json<SigninBegun>), RefusalAnswer> {
    let begun = signin::begin(&core, request.json()?).await?;
    Ok((StatusCode::CREATED, Json(begun)))
}

/// `POST /v1/signins/{id}/redeem`
#[utoipa::path(post, path = "/v1/signins/{id}/redeem", tag = "activation", operation_id = "redeem_ticket",
    params(("id" = SigninId, Path)), request_body = RedeemTicket,
    responses((status = 200, body = SigninProved, description = "What the provider vouches for"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn redeem_ticket(
    State(core): State<Arc<Core>>,
    id: Result<PathId<SigninId>, RefusalAnswer>,
    request: NewcomerRequest<MAX_SMALL>,
) -> Result<Json<SigninProved>, RefusalAnswer> {
    let proved = signin::redeem(&core, id?.0, request.json()?).await?;
    Ok(Json(proved))
}
