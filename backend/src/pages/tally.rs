//! `/tally/{campaign}`: the numbers, why some apoyos do not count, and where people are from.

use super::{
    days,
    layout::{refusal_page, text},
    words::{Lang, number, reason, status, words},
};
use crate::{app::Site, http::ready, kept_pages::KeptPages};
use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
    response::Response,
};
use maud::{Markup, html};
use protocol::{
    activation::Language,
    apoyos::Status,
    ids::CampaignId,
    reason::Reason,
    tally::{Counts, Tally, TallyQuery},
};
use server_core::{Core, refusal::Refusal, tallies::Ready, tally};
use std::{collections::BTreeMap, sync::Arc};

/// `GET /tally/{campaign}`
pub async fn tally_page(
    State(core): State<Arc<Core>>,
    State(site): State<Arc<Site>>,
    Path(campaign): Path<String>,
    lang: Query<Lang>,
    State(kept): State<Arc<KeptPages>>,
    headers: HeaderMap,
) -> Response {
    let language = lang.language();
    match read(&core, &campaign).await {
        Ok(tally) => {
            let etag = format!("{}-{}\"", tally.etag.trim_end_matches('"'), tag(language));
            let text = kept.page(&tally.tally.campaign, language, &etag, || {
                let tally = &tally.tally;
                let path = format!("/tally/{}", tally.campaign);
                let main = show(language, tally);
                text(&site, language, &tally.title, &path, true, &main)
            });
            ready::answer(&headers, &etag, "text/html; charset=utf-8", text)
        }
        Err(refusal) => refusal_page(&site, language, "/", refusal),
    }
}

/// Distinguishes the languages of one tally's page.
const fn tag(language: Language) -> &'static str {
    match language {
        Language::EsMx => "es",
        Language::En => "en",
    }
}

/// Reads the campaign's id from the path, which may hold anything.
async fn read(core: &Core, campaign: &str) -> Result<Arc<Ready>, Refusal> {
    let id: CampaignId = campaign.parse()?;
    Ok(tally::show(core, &id, TallyQuery::default()).await?)
}

fn show(language: Language, tally: &Tally) -> Markup {
    let words = words(language);
    let total = &tally.total;
    let progress = total.preliminary.min(tally.required);
    html! {
        h1 { (tally.title) }
        p { (tally.requester) }
        dl.numbers {
            (big(language, Status::Received, total.received))
            (big(language, Status::Preliminary, total.preliminary))
            (big(language, Status::InReview, total.in_review + total.pending))
        }
        p.quiet {
            (words.tally.preliminary_means)
        }
        section aria-labelledby="progress" {
            h2 id="progress" { (words.tally.law) }
            progress aria-labelledby="progress" max=(tally.required.max(1)) value=(progress) {}
            p {
                (words.tally.preliminary)
                (number(total.preliminary)) (words.tally.of)
                (number(tally.required)) (words.tally.required)
            }
        }
        section aria-labelledby="reasons" {
            h2 id="reasons" { (words.tally.why_not) }
            (reasons(language, Status::NotCounted, total.not_counted, &tally.not_counted_by_reason))
            (reasons(language, Status::InReview, total.in_review, &tally.in_review_by_reason))
            @if total.not_counted + total.in_review == 0 {
                p { (words.tally.none_so_far) }
            }
        }
        section aria-labelledby="places" {
            h2 id="places" { (words.tally.by_entidad) }
            (places(language, tally))
        }
        p.quiet {
            (words.tally.server_time)
            time datetime=(tally.at.to_rfc3339()) { (days::moment(language, tally.at)) }
        }
    }
}

fn big(language: Language, which: Status, value: u64) -> Markup {
    html! { div class=(which.as_str()) { dt { (status(language, which)) } dd { (number(value)) } } }
}

fn reasons(
    language: Language,
    which: Status,
    total: u64,
    by_reason: &BTreeMap<Reason, u64>,
) -> Markup {
    let words = words(language);
    html! {
        @if total > 0 {
            table {
                caption { (status(language, which)) ": " (number(total)) }
                thead { tr {
                    th scope="col" { (words.tally.reason) }
                    th.number scope="col" { (words.tally.apoyos) }
                } }
                tbody {
                    @for (why, count) in by_reason {
                        @if *count > 0 {
                            tr { th scope="row" { (reason(language, *why)) } td.number { (number(*count)) } }
                        }
                    }
                }
            }
        }
    }
}

fn places(language: Language, tally: &Tally) -> Markup {
    type Column = (Status, fn(&Counts) -> u64);
    let columns: [Column; 4] = [
        (Status::Received, |c| c.received),
        (Status::Preliminary, |c| c.preliminary),
        (Status::InReview, |c| c.in_review + c.pending),
        (Status::NotCounted, |c| c.not_counted),
    ];
    let words = words(language);
    html! {
        @if tally.by_entidad.is_empty() {
            p { (words.tally.no_place) }
        } @else {
            div.scroll tabindex="0" role="region" aria-labelledby="places" { table {
                thead { tr {
                    th scope="col" { (words.tally.entidad) }
                    @for (which, _) in &columns { th.number scope="col" { (status(language, *which)) } }
                } }
                tbody {
                    @for place in &tally.by_entidad {
                        tr {
                            th scope="row" { (place.entidad.name()) }
                            @for (_, count) in &columns { td.number { (number(count(&place.counts))) } }
                        }
                    }
                }
            } }
        }
    }
}
