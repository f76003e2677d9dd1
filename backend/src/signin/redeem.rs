//! `POST /v1/signins/{id}/redeem`: the phone that began gets what its ticket is worth.

use super::ticket_hash;
use crate::{
    activation::count_request,
    http::{
        limits::{MAX_SMALL, read_whole},
        problem::Refusal,
        signed::{NEW, Proof, RequestLine, read_json},
    },
    keys::at_rest::Place,
    server::Server,
};
use axum::{
    Json,
    extract::{Path, Request, State, rejection::PathRejection},
};
use chrono::TimeDelta;
use protocol::{
    code::{Code, Problem},
    ids::{Sha256Hash, SigninId},
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
    request: Request,
) -> Result<Json<SigninProved>, Refusal> {
    let id: SigninId = id?.0.parse()?;
    let (parts, body) = request.into_parts();
    count_request(&server, &parts)?;
    let proof = Proof::of(&parts.headers)?;
    let body = read_whole(&parts.headers, body, MAX_SMALL).await?;
    let redeem: RedeemTicket = read_json(&body)?;
    if proof.key != NEW {
        return Err(Code::SignatureInvalid.into());
    }
    let key = server
        .storage
        .signin_key(id)
        .await?
        .ok_or(Code::SigninUnknown)?;
    // A ticket is worth nothing without the key that began: whoever stole it learns nothing.
    proof
        .verify(&key, &RequestLine::of(&parts), &Sha256Hash::of(&body))
        .map_err(|_| Code::SigninForeign)?;

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
