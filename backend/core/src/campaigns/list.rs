//! `GET /v1/campaigns`: what is open to this citizen.

use crate::{
    http::{problem::Refusal, signed::SignedRequest},
    server::Server,
};
use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Query, Request, State},
    http::{HeaderMap, header},
};
use protocol::{
    activation::Language,
    campaign::{CampaignList, CampaignQuery},
    code::{Code, Problem},
};
use std::sync::Arc;

/// `GET /v1/campaigns`
#[utoipa::path(get, path = "/v1/campaigns", tag = "campaigns", operation_id = "list_campaigns",
    params(("entidad" = Option<u8>, Query, description = "Only campaigns for people of this entidad"),
        ("seccion" = Option<u16>, Query, description = "With `entidad`: only for people of this sección")),
    responses((status = 200, body = CampaignList), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
pub async fn list_campaigns(
    State(server): State<Arc<Server>>,
    request: Request,
) -> Result<Json<CampaignList>, Refusal> {
    let (mut parts, body) = request.into_parts();
    let query = Query::<CampaignQuery>::from_request_parts(&mut parts, &())
        .await
        .map_err(|_| Code::RequestMalformed)?
        .0;
    if query.seccion.is_some() && query.entidad.is_none() {
        return Err(Problem::in_field(Code::RequestMalformed, "entidad").into());
    }
    let language = language_of(&parts.headers);
    SignedRequest::<0>::from_request(Request::from_parts(parts, body), &server).await?;

    let now = server.now();
    let mut campaigns = server.storage.open_campaigns(now, query).await?;
    for campaign in &mut campaigns {
        let rules = server.storage.campaign_rules(&campaign.id).await?;
        let within_process =
            rules.is_some_and(|rules| rules.exclusivity_group.starts_with("process/"));
        campaign.exclusive_note = exclusive_note(within_process, language).to_owned();
    }
    let sealing = Some(server.sealing().announced().clone());
    Ok(Json(CampaignList {
        campaigns,
        now,
        sealing,
    }))
}

/// What giving this apoyo rules out, in words.
fn exclusive_note(within_process: bool, language: Language) -> &'static str {
    match (within_process, language) {
        (true, Language::EsMx) => {
            "En este proceso solo cuenta un apoyo por persona: el primero que se presente."
        }
        (true, Language::En) => {
            "Only one apoyo per person counts in this process: the first one presented."
        }
        (false, Language::EsMx) => {
            "Puede apoyar también otras solicitudes; para esta cuenta un apoyo por persona."
        }
        (false, Language::En) => {
            "You may back other requests as well; for this one, one apoyo per person counts."
        }
    }
}

/// English where the sender prefers it, Spanish otherwise.
pub fn language_of(headers: &HeaderMap) -> Language {
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match wanted.trim_start().get(..2) {
        Some("en" | "EN" | "En") => Language::En,
        _ => Language::EsMx,
    }
}
