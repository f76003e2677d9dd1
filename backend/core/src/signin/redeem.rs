//! `POST /v1/signins/{id}/redeem`: the phone that began gets what its ticket is worth.

use super::ticket_hash;
use crate::{
    http::{
        limits::MAX_SMALL,
        newcomer::NewcomerRequest,
        problem::Refusal,
        signed::{NEW, read_json},
    },
    keys::at_rest::Place,
    server::Server,
};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
};
use chrono::TimeDelta;
use protocol::{
    code::{Code, Problem},
    ids::SigninId,
    signin::{PROVED_MINUTES, RedeemTicket, SigninProved},
};
use std::sync::Arc;

/// `POST /v1/signins/{id}/redeem`
#[utoipa::path(post, path = "/v1/signins/{id}/redeem", tag = "activation", operation_id = "redeem_ticket",
    params(("id" = SigninId, Path)), request_body = RedeemTicket,
    responses((status = 200, body = SigninProved, description = "What the provider vouches for"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn redeem_ticket(
    State(server): State<Arc<Server>>,
    id: Result<Path<String>, PathRejection>,
    request: NewcomerRequest<MAX_SMALL>,
) -> Result<Json<SigninProved>, Refusal> {
    let id: SigninId = id?.0.parse()?;
    let redeem: RedeemTicket = read_json(&request.body)?;
    request.in_name(NEW)?;
    let key = server
        .storage
        .signin_key(id)
        .await?
        .ok_or(Code::SigninUnknown)?;
    // A ticket is worth nothing without the key that began: whoever stole it learns nothing.
    request.signed_by(&key).map_err(|_| Code::SigninForeign)?;

    let now = server.now();
    let until = now + TimeDelta::minutes(PROVED_MINUTES);
    let redeemed = server
        .storage
        .redeem_ticket(id, ticket_hash(id, &redeem.ticket), until, now)
        .await??;
    let email = match redeemed.email {
        None => None,
        // Hidden with a key that is gone: as good as forgotten.
        Some(hidden) => Some(
            server
                .keys
                .reveal(Place::SigninAddress, id, &hidden)
                .map_err(|_| Code::SigninUnknown)?,
        ),
    };
    server.metrics.count("signin", "redeemed");
    Ok(Json(SigninProved {
        email,
        expires_at: redeemed.expires_at,
    }))
}
