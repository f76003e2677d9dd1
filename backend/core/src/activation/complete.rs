//! `POST /v1/activations/{id}/complete`: the code of the mail, signed by the phone that asked.

use crate::{
    http::{
        limits::MAX_SMALL,
        newcomer::NewcomerRequest,
        problem::Refusal,
        signed::{active_device, read_json},
    },
    server::Server,
};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
};
use protocol::{
    activation::{ActivationCompleted, CompleteActivation},
    code::{Code, Problem},
    ids::{ActivationId, DeviceId, Sha256Hash},
};
use std::sync::Arc;
use storage::activations::{Activation, CodeTry, Tried};

/// An ES256 signature: r and s.
const SIGNATURE_BYTES: usize = 64;

/// `POST /v1/activations/{id}/complete`
#[utoipa::path(post, path = "/v1/activations/{id}/complete", tag = "activation", operation_id = "complete_activation",
    params(("id" = ActivationId, Path)), request_body = CompleteActivation,
    responses((status = 200, body = ActivationCompleted, description = "The phone has a name now"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn complete_activation(
    State(server): State<Arc<Server>>,
    id: Result<Path<String>, PathRejection>,
    request: NewcomerRequest<MAX_SMALL>,
) -> Result<Json<ActivationCompleted>, Refusal> {
    let id: ActivationId = id?.0.parse()?;
    let complete: CompleteActivation = read_json(&request.body)?;
    let activation = server
        .storage
        .activation(id)
        .await?
        .ok_or(Code::ActivationUnknown)?;
    own_signature(&server, &activation, &request).await?;

    let tried = server
        .storage
        .try_code(
            id,
            CodeTry {
                code_hash: server.keys.code_hash(id, &complete.code),
                attempt: complete.attempt,
                device: DeviceId::random(&*server.entropy),
                now: server.now(),
            },
        )
        .await?;
    let device = match tried {
        Tried::Completed(device) => device,
        Tried::Wrong { tries_left } => {
            server.metrics.count("activation", "wrong_code");
            return Err(Problem {
                tries_left: Some(tries_left),
                ..Problem::new(Code::CodeWrong)
            }
            .into());
        }
        Tried::Expired => return Err(Code::CodeExpired.into()),
        Tried::Used => return Err(Code::CodeUsed.into()),
        Tried::Exhausted => return Err(Code::CodeExhausted.into()),
        Tried::Unknown => return Err(Code::ActivationUnknown.into()),
    };
    server.metrics.count("activation", "completed");
    Ok(Json(ActivationCompleted {
        device,
        receipt_key: server.keys.receipt_public(),
        sealing: server.sealing().announced().clone(),
    }))
}

/// Only the key that asked may spend a try: a stranger's guess costs nothing and learns
/// nothing. A whole signature that this key did not make is another phone's.
async fn own_signature(
    server: &Server,
    activation: &Activation,
    request: &NewcomerRequest<MAX_SMALL>,
) -> Result<(), Refusal> {
    let proof = &request.proof;
    if proof.signature.len() != SIGNATURE_BYTES {
        return Err(Code::SignatureInvalid.into());
    }
    if request.in_name(&activation.id.to_string()).is_ok() {
        return request
            .signed_by(&activation.device_key)
            .map_err(|_| Code::CodeForeignDevice.into());
    }
    // Signed in the name of another activation or device: foreign if that one is real.
    let key = match proof.key.parse() {
        Ok(other) => server
            .storage
            .activation(other)
            .await?
            .map(|other| other.device_key),
        Err(_) => None,
    };
    match key {
        Some(key) => request.signed_by(&key)?,
        None => {
            let hash = Sha256Hash::of(&request.body);
            active_device(server, proof, &request.line, &hash).await?;
        }
    }
    Err(Code::CodeForeignDevice.into())
}
