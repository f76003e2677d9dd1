//! `POST /v1/signins`: the app asks for an address to open in the browser.

use super::{
    provider::{Asking, Secrets, SigninFault},
    state_hash,
};
use crate::{
    http::{limits::MAX_SMALL, newcomer::NewcomerRequest, problem::Refusal, signed::read_json},
    keys::at_rest::Place,
    server::Server,
};
use axum::{Json, extract::State, http::StatusCode};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use protocol::{
    code::{Code, Problem},
    ids::SigninId,
    sensitive::Sensitive,
    signin::{BeginSignin, FIRST_PORT, ReturnWay, SIGNIN_MINUTES, SigninBegun},
};
use std::sync::Arc;
use storage::signins::NewSignin;

/// `POST /v1/signins`
#[utoipa::path(post, path = "/v1/signins", tag = "activation", operation_id = "begin_signin",
    request_body = BeginSignin,
    responses((status = 201, body = SigninBegun, description = "To open in the system's browser"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn begin_signin(
    State(server): State<Arc<Server>>,
    request: NewcomerRequest<MAX_SMALL>,
) -> Result<(StatusCode, Json<SigninBegun>), Refusal> {
    let begin: BeginSignin = read_json(&request.body)?;
    request.signed_by_new(&begin.device_key)?;
    if matches!(begin.return_to, ReturnWay::Loopback { port } if port < FIRST_PORT) {
        return Err(Problem::in_field(Code::RequestMalformed, "return_to").into());
    }
    let (name, adapter) = server
        .providers
        .adapter(&begin.provider)
        .ok_or(Code::SigninProviderUnknown)?;

    let now = server.now();
    let random = || {
        let mut bytes = [0; 32];
        server.entropy.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let state = random();
    let secrets = Secrets {
        nonce: random(),
        verifier: random(),
    };
    let asking = Asking {
        state: &state,
        secrets: &secrets,
        language: begin.language,
        now,
    };
    let authorize = adapter
        .authorize(&asking)
        .await
        .map_err(|fault| refused(&server, &begin.provider, &fault))?;

    let id = SigninId::random(&*server.entropy);
    let secrets = serde_json::to_string(&secrets).map_err(|_| Code::ServerFault)?;
    let secrets = Sensitive::new(secrets);
    let expires_at = now + TimeDelta::minutes(SIGNIN_MINUTES);
    let new = NewSignin {
        id,
        provider: begin.provider,
        device_key: begin.device_key,
        return_to: begin.return_to,
        language: begin.language,
        state_hash: state_hash(&state),
        secrets: server
            .keys
            .hide(Place::SigninSecrets, id, &secrets, &*server.entropy),
        expires_at,
    };
    if !server.storage.begin_signin(new).await? {
        return Err(Code::ServerBusy.into());
    }
    server.metrics.count("signin", "begun");
    let begun = SigninBegun {
        signin: id,
        name: name.to_owned(),
        authorize,
        expires_at,
    };
    Ok((StatusCode::CREATED, Json(begun)))
}

/// The word that the phone is told; the reason is for the operator alone.
pub(super) fn refused(
    server: &Server,
    provider: &protocol::ids::ProviderId,
    fault: &SigninFault,
) -> Code {
    tracing::warn!(%provider, %fault, "a sign-in came to nothing");
    match fault {
        SigninFault::Unavailable(_) => {
            server.metrics.count("signin", "unavailable");
            Code::SigninUnavailable
        }
        SigninFault::Untrusted(_) => {
            server.metrics.count("signin", "untrusted");
            Code::SigninUntrusted
        }
    }
}
