//! What all pages share.

use super::words::say;
use crate::{
    app::Site,
    http::{
        problem::{RefusalAnswer, status},
        sentences,
    },
};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};
use protocol::activation::Language;
use server_core::refusal::Refusal;

/// A page. `path` is its own address without the language; `live` pages refresh themselves.
pub fn page(
    site: &Site,
    language: Language,
    title: &str,
    path: &str,
    live: bool,
    main: &Markup,
) -> Response {
    let lang = say(language, "es-MX", "en");
    let query = say(language, "", "?lang=en");
    let (other_lang, other_name, other_query) = match language {
        Language::EsMx => ("en", "English", "?lang=en"),
        Language::En => ("es-MX", "Español", ""),
    };
    let markup = html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Apoyo" }
                link rel="stylesheet" href="/assets/pages.css";
                @if live { script src="/assets/live.js" defer {} }
            }
            body {
                a.skip href="#main" { (say(language, "Ir al contenido", "Skip to content")) }
                header {
                    a.home href={ "/" (query) } { "Apoyo" }
                    @if site.demo_outbox.is_some() {
                        p.demo {
                            (say(language, "Demostración: todas las personas son inventadas. ",
                                "Demonstration: all people are invented. "))
                            a href={ "/demo/outbox" (query) } { (say(language, "Ver el buzón", "See the mailbox")) }
                        }
                    }
                    a.language href={ (path) (other_query) } lang=(other_lang) hreflang=(other_lang) { (other_name) }
                }
                main id="main" tabindex="-1" { (main) }
                footer { p { (say(language,
                    "Apoyo es software libre para recibir y contar el apoyo de la ciudadanía.",
                    "Apoyo is free software to receive and count citizens’ support.")) } }
            }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=1"),
    ];
    (headers, markup.into_string()).into_response()
}

/// A refusal as a page.
pub fn refusal_page(site: &Site, language: Language, path: &str, refusal: Refusal) -> Response {
    let sentence = sentences::of(refusal.code());
    let told = match language {
        Language::EsMx => sentence.es,
        Language::En => sentence.en,
    };
    let status = status(refusal.code());
    let main = html! {
        h1 { (say(language, "No se puede mostrar", "This cannot be shown")) }
        p { (told) }
    };
    let mut response = page(site, language, status.as_str(), path, false, &main);
    *response.status_mut() = status;
    // What the edge has to know of the refusal goes along with the page.
    *response.extensions_mut() = std::mem::take(
        RefusalAnswer::from(refusal)
            .into_response()
            .extensions_mut(),
    );
    response
}
