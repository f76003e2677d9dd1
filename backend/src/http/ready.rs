//! Cached answers with an entity tag, so that a client with the same answer gets "not modified".

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;

/// Caches may keep such an answer for a second, so that a site that shows it is not a load.
const FOR_A_SECOND: &str = "public, max-age=1";

/// The answer, or "not modified" for a client that names its tag.
pub fn answer(asked: &HeaderMap, etag: &str, kind: &'static str, body: Bytes) -> Response {
    let mut response = match has_it(asked, etag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => {
            let mut whole = Response::new(Body::from(body));
            whole
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            whole
        }
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(FOR_A_SECOND),
    );
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

/// Whether `If-None-Match` names this tag, by weak comparison, as the standard requires.
fn has_it(asked: &HeaderMap, etag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || strong(tag) == strong(etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_again_in_a_list_and_weakened_by_a_cache() {
        let asked = |value: &str| {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, value.parse().unwrap())]);
            let answer = answer(&headers, "\"a\"", "text/plain", Bytes::from_static(b"body"));
            assert_eq!(answer.headers()[header::ETAG], "\"a\"");
            answer.status().as_u16()
        };
        for same in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert_eq!(asked(same), 304, "{same}");
        }
        for other in ["\"b\"", "a", ""] {
            assert_eq!(asked(other), 200, "{other}");
        }
    }
}
