//! The public tally, from the cache.

use crate::http::{path::PathId, problem::RefusalAnswer, ready};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::HeaderMap,
    response::Response,
};
use protocol::{
    code::{Code, Problem},
    ids::CampaignId,
    tally::{Tally, TallyLevel, TallyQuery},
};
use server_core::{Core, tally};
use std::sync::Arc;

/// `GET /v1/campaigns/{id}/tally`
#[utoipa::path(get, path = "/v1/campaigns/{id}/tally", tag = "campaigns", operation_id = "get_tally",
    params(("id" = CampaignId, Path),
        ("level" = Option<TallyLevel>, Query, description = "The places that are listed: `entidad` (without it), `distrito`, or `seccion`"),
        ("entidad" = Option<u8>, Query, description = "With `level=seccion`"),
        ("distrito" = Option<u16>, Query, description = "With `level=seccion`")),
    responses((status = 200, body = Tally), (status = 304, description = "It has not moved since the answer with this `ETag`"),
        (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn get_tally(
    State(core): State<Arc<Core>>,
    id: Result<PathId<CampaignId>, RefusalAnswer>,
    query: Result<Query<TallyQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, RefusalAnswer> {
    let id = id?.0;
    let Query(query) = query.map_err(|_| Code::RequestMalformed)?;
    let tally = tally::show(&core, &id, query).await?;
    let body = tally.body.clone();
    Ok(ready::answer(
        &headers,
        &tally.etag,
        "application/json",
        body,
    ))
}
