//! Serves the built screens.

use crate::Host;
use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use std::path::PathBuf;

/// Answers a file of the screens. A path without a file name belongs to the screens' own router and
/// gets the first page.
pub async fn serve(State(host): State<Host>, uri: Uri) -> Response {
    let Some(file) = file_of(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = kind_of(&file);
    match tokio::fs::read(host.ui.join(file)).await {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The file of a path, inside the screens' folder; `None` if there can be none.
fn file_of(path: &str) -> Option<PathBuf> {
    let path = path.trim_matches('/');
    let steps: Vec<&str> = path.split('/').collect();
    let plain = |step: &&str| {
        !step.starts_with('.')
            && step
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    if !steps.iter().all(plain) {
        return None;
    }
    let names_a_file = steps.last().is_some_and(|last| last.contains('.'));
    Some(if names_a_file {
        steps.iter().collect()
    } else {
        PathBuf::from("index.html")
    })
}

fn kind_of(file: &std::path::Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_leads_out_of_the_folder() {
        assert_eq!(file_of("/"), Some("index.html".into()));
        assert_eq!(file_of("/apoyos/1"), Some("index.html".into()));
        assert_eq!(file_of("/assets/a-b.js"), Some("assets/a-b.js".into()));
        for out in [
            "/../Cargo.toml",
            "/assets/../../x.js",
            "/.git/config",
            "/a%2f..%2fx.js",
            "//etc//passwd.",
            "/a\\b.js",
        ] {
            let file = file_of(out);
            let inside = file.as_ref().is_none_or(|file| {
                file.is_relative()
                    && file
                        .components()
                        .all(|part| matches!(part, std::path::Component::Normal(_)))
            });
            assert!(inside, "{out} leads to {file:?}");
        }
    }
}
