//! The webhook by which the operator's mail server hands over bounce reports. A shared secret
//! protects it.

use crate::{
    app::BounceSecret,
    http::{body::read_whole, problem::RefusalAnswer},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use protocol::code::{Code, Problem};
use server_core::{
    Core,
    mail::bounces::{LONGEST, take},
};
use std::sync::Arc;

/// `POST /v1/bounces`
#[utoipa::path(post, path = "/v1/bounces", tag = "operation", operation_id = "take_bounce",
    request_body(content = String, content_type = "message/rfc822"),
    responses((status = 204, description = "Read, whatever it was"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn take_bounce(
    State(core): State<Arc<Core>>,
    State(BounceSecret(secret)): State<BounceSecret>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, RefusalAnswer> {
    // Without a secret the webhook does not exist.
    let secret = secret.ok_or(Code::NotFound)?;
    let told = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or(Code::SignatureMissing)?;
    let secret = secret.expose().as_bytes();
    if !core.keys.is_same_secret(told.as_bytes(), secret) {
        core.events.count("bounces", "stranger");
        return Err(Code::SignatureInvalid.into());
    }
    let raw = read_whole(&headers, body, LONGEST).await?;
    take(&core, &raw).await?;
    Ok(StatusCode::NO_CONTENT)
}
