//! `POST /v1/activations`: a phone asks for a code by mail.
//!
//! The answer, its body and the work behind it are the same for every well-formed address:
//! there is no list of known ones to ask about.

use super::{address, begun, new_code, too_many};
use crate::{
    attestation::Question,
    config::is_notice_version,
    http::{limits::MAX_BEGIN, newcomer::NewcomerRequest, problem::Refusal, signed::read_json},
    keys::at_rest::Place,
    server::Server,
};
use axum::{Json, extract::State, http::StatusCode};
use protocol::{
    activation::{ActivationBegun, BeginActivation, RESEND_SECONDS},
    code::{Code, Problem},
    ids::Sha256Hash,
};
use std::{sync::Arc, time::Duration};
use storage::activations::{Attested, Begun, NewActivation};
use tokio::time::{Instant, sleep_until};

/// An accepted request is answered this long after it was read: longer than its work takes. The
/// database finds the earlier mails of a known address, and that alone would show in some thousand
/// answers.
const EVEN: Duration = Duration::from_millis(25);

/// `POST /v1/activations`
#[utoipa::path(post, path = "/v1/activations", tag = "activation", operation_id = "begin_activation",
    request_body = BeginActivation,
    responses((status = 202, body = ActivationBegun, description = "The code is on its way"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn begin_activation(
    State(server): State<Arc<Server>>,
    request: NewcomerRequest<MAX_BEGIN>,
) -> Result<(StatusCode, Json<ActivationBegun>), Refusal> {
    let even = Instant::now() + EVEN;
    let begin: BeginActivation = read_json(&request.body)?;
    request.signed_by_new(&begin.device_key)?;
    let email = address::parse(&begin.email)?;
    if address::domain(&email).is_some_and(|domain| server.config.limits.blocks(domain)) {
        return Err(Problem::in_field(Code::EmailInvalid, "email").into());
    }
    if !is_notice_version(&begin.notice_version) {
        return Err(Problem::in_field(Code::RequestMalformed, "notice_version").into());
    }
    if !server.config.accepts_notice(&begin.notice_version) {
        return Err(Code::NoticeOutdated.into());
    }

    let now = server.now();
    if server.config.limits.work_tries > 0 {
        let checked = match &begin.work {
            Some(work) => server.keys.check_work(begin.activation, work, now),
            None => Err(Code::WorkMissing),
        };
        checked.inspect_err(|_| server.metrics.count("limited", "work"))?;
    }
    server
        .limiters
        .mail(now, &*server.entropy)
        .inspect_err(|_| server.metrics.count("limited", "everybody"))?;
    let device_tag = *Sha256Hash::of(begin.device_key.point()).as_bytes();
    server
        .limiters
        .devices
        .take(device_tag, now)
        .inspect_err(|_| server.metrics.count("limited", "device"))?;
    let attested = judge(
        &server,
        Question {
            activation: begin.activation,
            device_key: begin.device_key.clone(),
            attestation: begin.attestation,
            now,
        },
    )
    .await;
    let code = new_code(
        &server,
        begin.activation,
        &email,
        begin.language,
        RESEND_SECONDS,
        now,
    );
    let (expires_at, resend_at) = (code.expires_at, code.resend_at);
    let outcome = server
        .storage
        .begin_activation(NewActivation {
            id: begin.activation,
            device_key: begin.device_key,
            front: begin.front,
            notice_version: begin.notice_version,
            language: begin.language,
            email: server.keys.hide(
                Place::ActivationAddress,
                begin.activation,
                &email,
                &*server.entropy,
            ),
            mail_tag: code.mail.address,
            code_hash: code.code_hash,
            expires_at,
            resend_at,
            mail: code.mail,
            allowance: code.allowance,
            attested,
            signin: begin.signin,
            now,
        })
        .await;
    if !matches!(outcome, Ok(Begun::First(_))) {
        server.limiters.devices.give_back(device_tag);
    }
    let answer = match outcome? {
        Begun::First(_) => {
            server.metrics.count("activation", "begun");
            server.mail_bell.notify_one();
            begun(begin.activation, expires_at, resend_at, now)
        }
        // The answer was lost and the phone asks again: nothing more is mailed.
        Begun::Again(first) => begun(first.id, first.expires_at, first.resend_at, now),
        Begun::TooMany { free_at } => return Err(too_many(&server, free_at, now)),
        Begun::SigninRefused(code) => return Err(code.into()),
        Begun::Taken => {
            return Err(Problem::in_field(Code::RequestMalformed, "activation").into());
        }
    };
    sleep_until(even).await;
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

/// What the hardware's word is worth. A fault here costs the phone its tier, never its
/// activation.
async fn judge(server: &Arc<Server>, question: Question) -> Attested {
    let held = server.clone();
    let judged =
        tokio::task::spawn_blocking(move || held.attestor.judge(&held.keys, &question)).await;
    judged.unwrap_or_else(|error| {
        tracing::error!(%error, "an attestation was not judged");
        Attested::nothing("fault")
    })
}
