//! `POST /v1/activations/{id}/resend`: the mail did not come; another code, after a minute and
//! then every five.

use super::{begun, new_code, seconds_until, too_many};
use crate::{
    http::{limits::MAX_SMALL, newcomer::NewcomerRequest, problem::Refusal},
    keys::at_rest::Place,
    server::Server,
};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use protocol::{
    activation::{ActivationBegun, LATER_RESEND_SECONDS},
    code::{Code, Problem},
    ids::ActivationId,
};
use std::sync::Arc;
use storage::activations::{ActivationStage, Renewed};

/// `POST /v1/activations/{id}/resend`
#[utoipa::path(post, path = "/v1/activations/{id}/resend", tag = "activation", operation_id = "resend_code",
    params(("id" = ActivationId, Path)),
    responses((status = 202, body = ActivationBegun, description = "Another code is on its way; the old one opens nothing any more"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn resend_code(
    State(server): State<Arc<Server>>,
    id: Result<Path<String>, PathRejection>,
    request: NewcomerRequest<MAX_SMALL>,
) -> Result<(StatusCode, Json<ActivationBegun>), Refusal> {
    let id: ActivationId = id?.0.parse()?;
    let activation = server
        .storage
        .activation(id)
        .await?
        .ok_or(Code::ActivationUnknown)?;
    request.in_name(&id.to_string())?;
    request.signed_by(&activation.device_key)?;
    match activation.stage {
        ActivationStage::Begun { .. } => {}
        ActivationStage::Completed { .. } => return Err(Code::CodeUsed.into()),
        ActivationStage::Exhausted => return Err(Code::CodeExhausted.into()),
    }

    let now = server.now();
    if now < activation.resend_at {
        let wait = seconds_until(now, activation.resend_at);
        return Err(Refusal::after(Code::ResendTooSoon, wait));
    }
    // The address of an activation that is over is erased: it has to be begun anew.
    let email = activation.email.ok_or(Code::ActivationUnknown)?;
    // Hidden with a key that is gone: as good as erased.
    let email = server
        .keys
        .reveal(Place::ActivationAddress, id, &email)
        .map_err(|_| Code::ActivationUnknown)?;
    server
        .limiters
        .mail(now, &*server.entropy)
        .inspect_err(|_| server.metrics.count("limited", "everybody"))?;
    let code = new_code(
        &server,
        id,
        &email,
        activation.language,
        LATER_RESEND_SECONDS,
        now,
    );
    let (expires_at, resend_at) = (code.expires_at, code.resend_at);
    match server.storage.renew_code(id, code).await? {
        Renewed::Done => {}
        Renewed::TooMany { free_at } => return Err(too_many(&server, free_at, now)),
        // Another request of the same phone was faster.
        Renewed::No => {
            let wait = seconds_until(now, resend_at);
            return Err(Refusal::after(Code::ResendTooSoon, wait));
        }
    }
    server.metrics.count("activation", "resent");
    server.mail_bell.notify_one();
    Ok((
        StatusCode::ACCEPTED,
        Json(begun(id, expires_at, resend_at, now)),
    ))
}
