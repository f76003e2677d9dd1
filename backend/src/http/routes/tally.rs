//! The public tally, cacheable for a second.

use crate::http::{path::PathId, problem::RefusalAnswer};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
};
use protocol::{code::Problem, ids::CampaignId, tally::Tally};
use server_core::{Core, tally};
use std::sync::Arc;

/// Caches may keep a tally for a second, so that a site that shows it is not a load.
const FOR_A_SECOND: (HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=1");

/// `GET /v1/campaigns/{id}/tally`
#[utoipa::path(get, path = "/v1/campaigns/{id}/tally", tag = "campaigns", operation_id = "get_tally",
    params(("id" = CampaignId, Path)),
    responses((status = 200, body = Tally), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn get_tally(
    State(core): State<Arc<Core>>,
    id: Result<PathId<CampaignId>, RefusalAnswer>,
) -> Result<impl IntoResponse, RefusalAnswer> {
    let tally = tally::show(&core, &id?.0).await?;
    Ok(([FOR_A_SECOND], Json(tally)))
}
