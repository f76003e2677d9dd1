//! `POST /v1/bounces`: the operator's mail server hands a report over, as it came, with a secret
//! that both know.

use super::{LONGEST, take};
use crate::{
    http::{limits::read_whole, problem::Refusal},
    server::Server,
};
use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
};
use protocol::code::{Code, Problem};
use std::sync::Arc;

/// `POST /v1/bounces`
#[utoipa::path(post, path = "/v1/bounces", tag = "operation", operation_id = "take_bounce",
    request_body(content = String, content_type = "message/rfc822"),
    responses((status = 204, description = "Read, whatever it was"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn take_bounce(
    State(server): State<Arc<Server>>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let bounces = server.config.mail.bounces.as_ref();
    let secret = bounces.and_then(|bounces| bounces.webhook_secret.as_ref());
    // Where no secret is set there is no such address.
    let secret = secret.ok_or(Code::NotFound)?;
    let (parts, body) = request.into_parts();
    let told = parts
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or(Code::SignatureMissing)?;
    if !server
        .keys
        .is_same_secret(told.as_bytes(), secret.expose().as_bytes())
    {
        server.metrics.count("bounces", "stranger");
        return Err(Code::SignatureInvalid.into());
    }
    let raw = read_whole(&parts.headers, body, LONGEST).await?;
    take(&server, &raw).await?;
    Ok(StatusCode::NO_CONTENT)
}
