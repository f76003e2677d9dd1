//! `/`: the campaigns, plainly.

use super::{
    layout::{page, refusal_page},
    words::{Lang, number, say},
};
use crate::app::Site;
use axum::{
    extract::{Query, State},
    response::Response,
};
use maud::html;
use server_core::Core;
use std::sync::Arc;

/// `GET /`
pub async fn index_page(
    State(core): State<Arc<Core>>,
    State(site): State<Arc<Site>>,
    lang: Query<Lang>,
) -> Response {
    let language = lang.language();
    let campaigns = match core.storage.all_campaigns().await {
        Ok(campaigns) => campaigns,
        Err(error) => return refusal_page(&site, language, "/", error.into()),
    };
    let now = core.now();
    let query = say(language, "", "?lang=en");
    let main = html! {
        h1 { (say(language, "Solicitudes de apoyo", "Requests for support")) }
        @if campaigns.is_empty() {
            p { (say(language, "Todavía no hay ninguna.", "There are none yet.")) }
        }
        ul.campaigns {
            @for campaign in &campaigns {
                li {
                    h2 { a href={ "/tally/" (campaign.id) (query) } { (campaign.title) } }
                    p { (campaign.requester) " · " (campaign.process_name) }
                    p.quiet {
                        @if now < campaign.opens_at {
                            (say(language, "Abre el ", "Opens on ")) (campaign.opens_at.format("%Y-%m-%d"))
                        } @else if now < campaign.closes_at {
                            (say(language, "Abierta hasta el ", "Open until ")) (campaign.closes_at.format("%Y-%m-%d"))
                        } @else {
                            (say(language, "Cerró el ", "Closed on ")) (campaign.closes_at.format("%Y-%m-%d"))
                        }
                        " · "
                        (say(language, "Se requieren ", "Required: ")) (number(campaign.required))
                    }
                }
            }
        }
    };
    let title = say(language, "Solicitudes", "Requests");
    page(&site, language, title, "/", false, &main)
}
