//! The layout of all pages.

use super::words::words;
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

/// The query that sets the language.
pub const fn query_of(language: Language) -> &'static str {
    match language {
        Language::EsMx => "",
        Language::En => "?lang=en",
    }
}

/// A page. `path` is its own address without the language; `live` pages refresh themselves.
pub fn page(
    site: &Site,
    language: Language,
    title: &str,
    path: &str,
    live: bool,
    main: &Markup,
) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=1"),
    ];
    let text = text(site, language, title, path, live, main);
    (headers, text).into_response()
}

/// The text of a page.
pub fn text(
    site: &Site,
    language: Language,
    title: &str,
    path: &str,
    live: bool,
    main: &Markup,
) -> String {
    let words = words(language);
    let lang = &words.layout.language;
    let query = query_of(language);
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
                a.skip href="#main" { (words.layout.skip) }
                header {
                    a.home href={ "/" (query) } { "Apoyo" }
                    @if site.demo_outbox.is_some() {
                        p.demo {
                            (words.layout.demo)
                            a href={ "/demo/outbox" (query) } { (words.layout.demo_mailbox) }
                        }
                    }
                    a.language href={ (path) (other_query) } lang=(other_lang) hreflang=(other_lang) { (other_name) }
                }
                main id="main" tabindex="-1" { (main) }
                footer { p { (words.layout.footer) } }
            }
        }
    };
    markup.into_string()
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
        h1 { (words(language).layout.refused) }
        p { (told) }
    };
    let mut response = page(site, language, status.as_str(), path, false, &main);
    *response.status_mut() = status;
    // The page keeps the refusal's extensions, which the edge needs.
    *response.extensions_mut() = std::mem::take(
        RefusalAnswer::from(refusal)
            .into_response()
            .extensions_mut(),
    );
    response
}
