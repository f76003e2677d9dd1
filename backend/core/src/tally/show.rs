//! `GET /v1/campaigns/{id}/tally`: public, and good for a second.

use crate::{http::problem::Refusal, server::Server};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderName, header},
    response::IntoResponse,
};
use protocol::{
    code::{Code, Problem},
    ids::CampaignId,
    tally::Tally,
};
use std::sync::Arc;

/// Anybody may keep a tally for a second; a site that shows it is not a load.
pub const FOR_A_SECOND: (HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=1");

/// `GET /v1/campaigns/{id}/tally`
#[utoipa::path(get, path = "/v1/campaigns/{id}/tally", tag = "campaigns", operation_id = "get_tally",
    params(("id" = CampaignId, Path)),
    responses((status = 200, body = Tally), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn get_tally(
    State(server): State<Arc<Server>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let tally = read_tally(&server, &id?.0).await?;
    Ok(([FOR_A_SECOND], Json(tally)))
}

/// The tally of the campaign with this slug.
pub async fn read_tally(server: &Server, slug: &str) -> Result<Tally, Refusal> {
    let id: CampaignId = slug.parse()?;
    let tally = server.storage.tally(&id, server.now()).await?;
    Ok(tally.ok_or(Code::CampaignUnknown)?)
}
