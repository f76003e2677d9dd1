//! The language of the sender.

use axum::http::{HeaderMap, header};
use protocol::activation::Language;

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
