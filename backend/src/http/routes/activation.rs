//! Activating a phone, and the end of an activated phone.

use crate::http::{
    body::{MAX_BEGIN, MAX_SMALL, read_whole},
    json::read_json,
    newcomer::{Counted, HolderRequest, NewcomerRequest},
    path::PathId,
    problem::RefusalAnswer,
    signed::LastRequest,
};
use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use protocol::{
    activation::{
        ActivationBegun, ActivationCompleted, ActivationState, BeginActivation, CompleteActivation,
    },
    attestation::{AskChallenge, ChallengeGiven},
    code::Problem,
    ids::{ActivationId, DeviceId},
};
use server_core::{Core, activation};
use std::sync::Arc;

/// `POST /v1/challenges`
#[utoipa::path(post, path = "/v1/challenges", tag = "activation", operation_id = "give_challenge",
    request_body = AskChallenge,
    responses((status = 200, body = ChallengeGiven, description = "To make the device key with"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn give_challenge(
    State(core): State<Arc<Core>>,
    Counted(admitted): Counted,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ChallengeGiven>, RefusalAnswer> {
    let body = read_whole(&headers, body, MAX_SMALL).await?;
    let asked: AskChallenge = read_json(&body)?;
    let given = activation::give_challenge(&core, admitted, &asked).await?;
    Ok(Json(given))
}

/// `POST /v1/activations`
#[utoipa::path(post, path = "/v1/activations", tag = "activation", operation_id = "begin_activation",
    request_body = BeginActivation,
    responses((status = 202, body = ActivationBegun, description = "The code is on its way"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn begin_activation(
    State(core): State<Arc<Core>>,
    request: NewcomerRequest<MAX_BEGIN>,
) -> Result<(StatusCode, Json<ActivationBegun>), RefusalAnswer> {
    let begun = activation::begin(&core, request.json()?).await?;
    Ok((StatusCode::ACCEPTED, Json(begun)))
}

/// `GET /v1/activations/{id}`
#[utoipa::path(get, path = "/v1/activations/{id}", tag = "activation", operation_id = "activation_state",
    params(("id" = ActivationId, Path)),
    responses((status = 200, body = ActivationState, description = "How its newest mail fares"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn get_activation(
    State(core): State<Arc<Core>>,
    id: Result<PathId<ActivationId>, RefusalAnswer>,
    request: HolderRequest<0>,
) -> Result<Json<ActivationState>, RefusalAnswer> {
    let state = activation::state(&core, id?.0, request.without_body()).await?;
    Ok(Json(state))
}

/// `POST /v1/activations/{id}/resend`
#[utoipa::path(post, path = "/v1/activations/{id}/resend", tag = "activation", operation_id = "resend_code",
    params(("id" = ActivationId, Path)),
    responses((status = 202, body = ActivationBegun, description = "Another code is on its way; the old one opens nothing any more"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn resend_code(
    State(core): State<Arc<Core>>,
    id: Result<PathId<ActivationId>, RefusalAnswer>,
    request: HolderRequest<MAX_SMALL>,
) -> Result<(StatusCode, Json<ActivationBegun>), RefusalAnswer> {
    let begun = activation::resend(&core, id?.0, request.without_body()).await?;
    Ok((StatusCode::ACCEPTED, Json(begun)))
}

/// `POST /v1/activations/{id}/complete`
#[utoipa::path(post, path = "/v1/activations/{id}/complete", tag = "activation", operation_id = "complete_activation",
    params(("id" = ActivationId, Path)), request_body = CompleteActivation,
    responses((status = 200, body = ActivationCompleted, description = "The phone has a name now"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn complete_activation(
    State(core): State<Arc<Core>>,
    id: Result<PathId<ActivationId>, RefusalAnswer>,
    request: HolderRequest<MAX_SMALL>,
) -> Result<Json<ActivationCompleted>, RefusalAnswer> {
    let completed = activation::complete(&core, id?.0, request.json()?).await?;
    Ok(Json(completed))
}

/// `DELETE /v1/devices/{id}`
#[utoipa::path(delete, path = "/v1/devices/{id}", tag = "activation", operation_id = "forget_device",
    params(("id" = DeviceId, Path)),
    responses((status = 204, description = "Its requests are refused from now on, its apoyos stay; the same answer each time"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn forget_device(
    State(core): State<Arc<Core>>,
    id: Result<PathId<DeviceId>, RefusalAnswer>,
    LastRequest(request): LastRequest,
) -> Result<StatusCode, RefusalAnswer> {
    activation::forget(&core, id?.0, request).await?;
    Ok(StatusCode::NO_CONTENT)
}
