//! Campaigns, for an activated phone.

use crate::http::{problem::RefusalAnswer, signed::SignedRequest};
use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use protocol::{
    campaigns::{CampaignList, CampaignQuery},
    code::{Code, Problem},
};
use server_core::{Core, campaigns};
use std::sync::Arc;

/// `GET /v1/campaigns`
#[utoipa::path(get, path = "/v1/campaigns", tag = "campaigns", operation_id = "list_campaigns",
    params(("entidad" = Option<u8>, Query, description = "Only campaigns for people of this entidad"),
        ("seccion" = Option<u16>, Query, description = "With `entidad`: only for people of this sección")),
    responses((status = 200, body = CampaignList), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn list_campaigns(
    State(core): State<Arc<Core>>,
    query: Result<Query<CampaignQuery>, QueryRejection>,
    SignedRequest(request): SignedRequest<0>,
) -> Result<Json<CampaignList>, RefusalAnswer> {
    let Query(query) = query.map_err(|_| Code::RequestMalformed)?;
    let list = campaigns::list(&core, request.asking(|_| query)).await?;
    Ok(Json(list))
}
