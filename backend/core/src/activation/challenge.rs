//! `POST /v1/challenges`: what a phone makes its key with, so that its hardware can vouch for
//! the key to this server; and the work that it does before it asks for a mail.
//!
//! Nothing is written down: a challenge carries its own end and the server's keyed hash, and
//! it is good for one activation, whose id can be begun once.

use crate::{
    http::{
        limits::{MAX_SMALL, read_whole},
        newcomer::count_request,
        problem::Refusal,
        signed::read_json,
    },
    server::Server,
};
use axum::{
    Json,
    extract::{Request, State},
};
use chrono::TimeDelta;
use protocol::{
    attestation::{AskChallenge, CHALLENGE_MINUTES, ChallengeGiven},
    code::Problem,
};
use std::sync::Arc;

/// `POST /v1/challenges`
#[utoipa::path(post, path = "/v1/challenges", tag = "activation", operation_id = "give_challenge",
    request_body = AskChallenge,
    responses((status = 200, body = ChallengeGiven, description = "To make the device key with"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn give_challenge(
    State(server): State<Arc<Server>>,
    request: Request,
) -> Result<Json<ChallengeGiven>, Refusal> {
    let (parts, body) = request.into_parts();
    let used = count_request(&server, &parts)?;
    let body = read_whole(&parts.headers, body, MAX_SMALL).await?;
    let asked: AskChallenge = read_json(&body)?;
    let mut random = [0; 16];
    server.entropy.fill(&mut random);
    let expires_at = server.now() + TimeDelta::minutes(CHALLENGE_MINUTES);
    let work = match server.limiters.work_tries(used) {
        0 => None,
        tries => Some(server.keys.ask_work(
            asked.activation,
            expires_at,
            tries,
            &*server.entropy,
        )?),
    };
    Ok(Json(ChallengeGiven {
        challenge: server.keys.challenge(asked.activation, &random, expires_at),
        expires_at,
        work,
    }))
}
