//! Around every request: a name for it, a line in the log, a count, and a net under it.
//!
//! The line holds method, route and status. Never an address, a query, a body or an IP.

use super::problem::{RefusalAnswer, StorageBroke};
use crate::{app::StorageAlarm, metrics::Metrics};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use protocol::code::Code;
use server_core::Core;
use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

/// The request's name, in the answer and in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// How HTTP writes a moment.
const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// The outermost layer.
pub async fn around(
    State(core): State<Arc<Core>>,
    State(metrics): State<Arc<Metrics>>,
    State(alarm): State<StorageAlarm>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let mut id = [0; 8];
    core.entropy.fill(&mut id);
    let id = hex::encode(id);
    let method = request.method().clone();
    // The pattern, not the path: ids stay out of the log, and labels stay few.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());

    // A handler that panics answers `server_fault`; locks are not poisoned by it, since
    // nothing is held across an await that a half-done handler could leave wrong.
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answer.unwrap_or_else(|_| {
        tracing::error!(request = %id, %method, route, "a handler panicked");
        RefusalAnswer::from(Code::ServerFault).into_response()
    });

    if let Some(StorageBroke(what)) = response.extensions_mut().remove() {
        alarm.broke(&what);
    }
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    // Phones reckon with the server's time, not with a clock that is in doubt.
    if core.clock.doubt().is_some()
        && let Ok(date) = HeaderValue::from_str(&core.now().format(HTTP_DATE).to_string())
    {
        headers.insert(header::DATE, date);
    }
    let (status, took) = (response.status().as_u16(), began.elapsed());
    metrics.request(&route, &method, status, took);
    let code = response
        .extensions()
        .get::<Code>()
        .map(|code| code.as_str());
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(request = %id, %method, route, status, code, millis, "answered");
    response
}
