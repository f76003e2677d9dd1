//! `PUT /v1/apoyos/{id}`: an apoyo is given. The answer is the receipt, the same bytes each time.

use super::{
    opened::{OUTSIDE_BYTES, check_pictures, open_fields},
    validate::{Checked, check, check_window},
};
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
    apoyo::Submission,
    code::{Code, Problem},
    environment::Timestamp,
    ids::{ApoyoId, Sha256Hash},
    receipt::SignedReceipt,
};
use std::sync::Arc;
use storage::apoyos::{CardTags, NewApoyo, Recorded};

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
    let card = match may_be_new(&server, &checked, received_at).await {
        Ok(card) => card,
        // A phone that never heard the answer asks again, perhaps after the campaign has
        // closed or a key was put away: what was recorded once is always receipted again.
        Err(refusal) => {
            let recorded = server
                .storage
                .recorded(id, request.device.id, request.hash)
                .await?;
            return recorded.map_or(Err(refusal), |recorded| answer(&server, recorded));
        }
    };

    let manifest = checked.manifest;
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
                card,
                signature: request.signature,
                parts: manifest.parts,
                received_at,
            },
            Arc::new(move |receipt| keys.sign_receipt(receipt)),
        )
        .await?;
    answer(&server, recorded)
}

fn answer(server: &Server, recorded: Recorded) -> Result<Response, Refusal> {
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

/// Everything that decides over an apoyo that is not here yet: its campaign, what is sealed to
/// this server, and its pictures, from outside.
async fn may_be_new(
    server: &Server,
    checked: &Checked,
    received_at: Timestamp,
) -> Result<CardTags, Refusal> {
    let manifest = &checked.manifest;
    let rules = server
        .storage
        .campaign_rules(&manifest.campaign)
        .await?
        .ok_or(Code::CampaignUnknown)?;
    check_window(&rules, received_at)?;
    if rules.process != manifest.process {
        return Err(Problem::in_field(Code::ManifestInvalid, "process").into());
    }
    let sealing = server.sealing();
    let fields = open_fields(&sealing, manifest, &checked.payload)?;
    let names: Vec<Sha256Hash> = manifest.parts.iter().map(|part| part.sha256).collect();
    let stored = server.blobs.beginnings(&names, OUTSIDE_BYTES).await?;
    let missing = check_pictures(&sealing, manifest, &stored)?;
    if !missing.is_empty() {
        return Err(Refusal::parts_missing(missing));
    }
    let claimed = &fields.claimed;
    Ok(CardTags {
        roll_key: server.keys.roll_key(&claimed.cic, &claimed.identificador),
        qr: server.keys.card_qr(claimed.as_str()),
    })
}

/// The receipt as it was signed, byte for byte.
pub fn receipt_answer(receipt: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], receipt).into_response()
}
