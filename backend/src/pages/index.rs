//! `/`: the list of campaigns.

use super::{
    days,
    layout::{page, query_of, refusal_page},
    words::{Lang, number, words},
};
use crate::{app::Site, kept_pages::KeptPages};
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
    State(kept): State<Arc<KeptPages>>,
    lang: Query<Lang>,
) -> Response {
    let language = lang.language();
    let campaigns = match kept.campaigns(&core).await {
        Ok(campaigns) => campaigns,
        Err(error) => return refusal_page(&site, language, "/", error.into()),
    };
    let now = core.now();
    let words = words(language);
    let query = query_of(language);
    let main = html! {
        h1 { (words.index.heading) }
        @if campaigns.is_empty() {
            p { (words.index.none) }
        }
        ul.campaigns {
            @for campaign in campaigns.iter() {
                li {
                    h2 { a href={ "/tally/" (campaign.id) (query) } { (campaign.title) } }
                    p { (campaign.requester) " · " (campaign.process_name) }
                    p.quiet {
                        @if now < campaign.opens_at {
                            (words.index.opens) (days::first_day(language, campaign))
                        } @else if now < campaign.closes_at {
                            (words.index.open_until) (days::last_day(language, campaign))
                        } @else {
                            (words.index.closed) (days::last_day(language, campaign))
                        }
                        " (" (days::zone(language, campaign)) ") · "
                        (words.index.required) (number(campaign.required))
                    }
                }
            }
        }
    };
    page(&site, language, &words.index.title, "/", false, &main)
}
