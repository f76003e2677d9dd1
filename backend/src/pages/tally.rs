//! `/tally/{campaign}`: three numbers, why some do not count, and where people are from.

use super::{
    layout::{page, refusal_page},
    words::{Lang, number, reason, say, status},
};
use crate::app::Site;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use maud::{Markup, html};
use protocol::{
    activation::Language,
    apoyo::Status,
    ids::CampaignId,
    reason::Reason,
    tally::{Counts, Tally},
};
use server_core::{Core, refusal::Refusal, tally};
use std::{collections::BTreeMap, sync::Arc};

/// `GET /tally/{campaign}`
pub async fn tally_page(
    State(core): State<Arc<Core>>,
    State(site): State<Arc<Site>>,
    Path(campaign): Path<String>,
    lang: Query<Lang>,
) -> Response {
    let language = lang.language();
    match read(&core, &campaign).await {
        Ok(tally) => {
            let path = format!("/tally/{}", tally.campaign);
            let main = show(language, &tally);
            page(&site, language, &tally.title, &path, true, &main)
        }
        Err(refusal) => refusal_page(&site, language, "/", refusal),
    }
}

/// The address may name anything.
async fn read(core: &Core, campaign: &str) -> Result<Tally, Refusal> {
    let id: CampaignId = campaign.parse()?;
    Ok(tally::show(core, &id).await?)
}

fn show(language: Language, tally: &Tally) -> Markup {
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
            (say(language,
                "Los preliminares están en la lista nominal; falta que personas revisen sus imágenes.",
                "Preliminary ones are in the nominal list; people have yet to look at their pictures."))
        }
        section aria-labelledby="progress" {
            h2 id="progress" { (say(language, "Lo que pide la ley", "What the law asks for")) }
            progress aria-labelledby="progress" max=(tally.required.max(1)) value=(progress) {}
            p {
                (say(language, "Preliminares: ", "Preliminary: "))
                (number(total.preliminary)) (say(language, " de ", " of "))
                (number(tally.required)) (say(language, " que se requieren", " required"))
            }
        }
        section aria-labelledby="reasons" {
            h2 id="reasons" { (say(language, "Por qué no cuentan", "Why some do not count")) }
            (reasons(language, Status::NotCounted, total.not_counted, &tally.not_counted_by_reason))
            (reasons(language, Status::InReview, total.in_review, &tally.in_review_by_reason))
            @if total.not_counted + total.in_review == 0 {
                p { (say(language, "Ninguno hasta ahora.", "None so far.")) }
            }
        }
        section aria-labelledby="places" {
            h2 id="places" { (say(language, "Por entidad", "By state")) }
            (places(language, tally))
        }
        p.quiet {
            (say(language, "Hora del servidor: ", "Server time: "))
            time datetime=(tally.at.to_rfc3339()) { (tally.at.format("%Y-%m-%d %H:%M:%S UTC")) }
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
    html! {
        @if total > 0 {
            table {
                caption { (status(language, which)) ": " (number(total)) }
                thead { tr {
                    th scope="col" { (say(language, "Causa", "Reason")) }
                    th.number scope="col" { (say(language, "Apoyos", "Apoyos")) }
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
    html! {
        @if tally.by_entidad.is_empty() {
            p { (say(language, "Todavía no se conoce ningún lugar.", "No place is known yet.")) }
        } @else {
            div.scroll tabindex="0" role="region" aria-labelledby="places" { table {
                thead { tr {
                    th scope="col" { (say(language, "Entidad", "State")) }
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
