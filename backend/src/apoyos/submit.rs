//! `PUT /v1/apoyos/{id}`: an apoyo is given. The answer is the receipt, the same bytes each time.

use super::validate::{check, check_lengths, check_window};
use crate::{
    http::{limits::MAX_APOYO, problem::Refusal, signed::SignedRequest},
    server::Server,
};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use protocol::{
    apoyo::{Part, Submission},
    code::{Code, Problem},
    ids::{ApoyoId, Sha256Hash},
    receipt::SignedReceipt,
};
use std::sync::Arc;
use storage::apoyos::{NewApoyo, Recorded};

/// `PUT /v1/apoyos/{id}`
#[utoipa::path(put, path = "/v1/apoyos/{id}", tag = "apoyos", operation_id = "put_apoyo",
    params(("id" = ApoyoId, Path)), request_body = Submission,
    responses((status = 200, body = SignedReceipt, description = "It is durable; the same receipt each time"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn put_apoyo(
    State(server): State<Arc<Server>>,
    id: Result<Path<String>, PathRejection>,
    request: SignedRequest<MAX_APOYO>,
) -> Result<Response, Refusal> {
    let id: ApoyoId = id?.0.parse()?;
    let received_at = server.now();
    let checked = check(id, request.device.id, &request.body)?;
    let manifest = checked.manifest;

    let rules = server
        .storage
        .campaign_rules(&manifest.campaign)
        .await?
        .ok_or(Code::CampaignUnknown)?;
    let may_be_new = match check_window(&rules, received_at) {
        Ok(()) => missing_parts(&server, &manifest.parts).await?,
        Err(code) => Err(code.into()),
    };
    // A phone that never heard the answer asks again, perhaps after the campaign has closed:
    // what was recorded once is always receipted again.
    if let Err(refusal) = may_be_new
        && server.storage.receipt(id).await?.is_none()
    {
        return Err(refusal);
    }

    let keys = server.keys.clone();
    let recorded = server
        .storage
        .record_apoyo(
            NewApoyo {
                id,
                campaign: manifest.campaign,
                device: request.device.id,
                content: request.hash,
                manifest: checked.evidence,
                payload: checked.payload,
                signature: request.signature,
                parts: manifest.parts,
                received_at,
            },
            Arc::new(move |receipt| keys.sign_receipt(receipt)),
        )
        .await?;
    match recorded {
        Recorded::First(receipt) => {
            server.metrics.count("apoyo", "first");
            server.apoyo_bell.notify_one();
            Ok(receipt_answer(receipt))
        }
        Recorded::Again(receipt) => {
            server.metrics.count("apoyo", "again");
            Ok(receipt_answer(receipt))
        }
        Recorded::Reused => Err(Code::ApoyoIdReused.into()),
        Recorded::PartsMissing(missing) => Err(Refusal::parts_missing(missing)),
    }
}

async fn missing_parts(server: &Server, parts: &[Part]) -> Result<Result<(), Refusal>, Refusal> {
    let names: Vec<Sha256Hash> = parts.iter().map(|part| part.sha256).collect();
    let lengths = server.blobs.lengths(&names).await?;
    let missing = check_lengths(parts, &lengths)?;
    Ok(if missing.is_empty() {
        Ok(())
    } else {
        Err(Refusal::parts_missing(missing))
    })
}

/// The receipt as it was signed, byte for byte.
pub fn receipt_answer(receipt: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], receipt).into_response()
}
