//! Access control: only pages of this host, in a browser on this machine, may send requests.
//!
//! Any page in the same browser can send requests to loopback, and a foreign name can resolve to it
//! (DNS rebinding). So the `Host` must be a loopback name, and the `Origin` must be this host.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// The same policy as in the app's own window, plus this host as a connection target.
const CONTENT_SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// Refuses foreign requests, and sets the headers of every answer.
pub async fn only(request: Request, next: Next) -> Response {
    let mut response = if may_ask(request.headers()) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

fn may_ask(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let Some(host) = text(header::HOST) else {
        return false;
    };
    let from_here = match text(header::ORIGIN) {
        None => true,
        Some(origin) => origin.strip_prefix("http://") == Some(host),
    };
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    is_loopback(host) && from_here && site != Some(b"cross-site")
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    matches!(name, "127.0.0.1" | "localhost" | "::1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| {
                (
                    header::HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        may_ask(&headers)
    }

    #[test]
    fn only_pages_of_this_host_may_ask() {
        assert!(asks(&[("host", "127.0.0.1:8081")]));
        assert!(asks(&[
            ("host", "localhost:8081"),
            ("origin", "http://localhost:8081"),
            ("sec-fetch-site", "same-origin"),
        ]));
        assert!(asks(&[("host", "[::1]:8081")]));
        for foreign in [
            &[][..],
            &[("host", "evil.tld:8081")],
            &[("host", "127.0.0.1.evil.tld")],
            &[("host", "127.0.0.1:8081"), ("origin", "http://evil.tld")],
            &[
                ("host", "127.0.0.1:8081"),
                ("origin", "http://127.0.0.1:9000"),
            ],
            &[("host", "127.0.0.1:8081"), ("origin", "null")],
            &[("host", "127.0.0.1:8081"), ("sec-fetch-site", "cross-site")],
        ] {
            assert!(!asks(foreign), "{foreign:?}");
        }
    }
}
