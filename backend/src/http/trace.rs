//! The layers around every request: its id, the usual headers, a line in the log, a count, and a
//! net under a handler that panics.
//!
//! The line holds method, route and status. Never an address, a query, a body or an IP.

use super::problem::{RefusalAnswer, StorageBroke};
use crate::{
    app::{App, StorageAlarm},
    metrics::Metrics,
};
use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use protocol::code::Code;
use server_core::Core;
use std::{any::Any, sync::Arc, time::Duration, time::Instant};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    propagate_header::PropagateHeaderLayer,
    set_header::{SetRequestHeaderLayer, SetResponseHeaderLayer},
    trace::TraceLayer,
};
use tracing::Span;

/// The request's id, in the answer and in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Adds the layers to these routes.
pub fn around(routes: Router<App>, app: &App) -> Router<App> {
    let core = Arc::clone(&app.core);
    // Overriding, so that a stranger's value of this header never reaches the log.
    let id = SetRequestHeaderLayer::overriding(REQUEST_ID, move |_: &Request| {
        let mut id = [0; 8];
        core.entropy.fill(&mut id);
        HeaderValue::from_str(&hex::encode(id)).ok()
    });
    let log = TraceLayer::new_for_http()
        .make_span_with(span)
        .on_request(())
        .on_response(|response: &Response, took: Duration, _: &Span| answered(response, took))
        .on_body_chunk(())
        .on_eos(())
        .on_failure(());
    // The first is the outermost.
    routes.layer(
        ServiceBuilder::new()
            .layer(id)
            .layer(PropagateHeaderLayer::new(REQUEST_ID))
            .layer(log)
            .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .layer(always(header::REFERRER_POLICY, "no-referrer"))
            .layer(always(header::X_FRAME_OPTIONS, "DENY"))
            .layer(always(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY))
            .layer(always(
                HeaderName::from_static("cross-origin-opener-policy"),
                "same-origin",
            ))
            .layer(always(
                HeaderName::from_static("cross-origin-resource-policy"),
                "same-origin",
            ))
            .layer(middleware::from_fn_with_state(app.clone(), watch))
            .layer(CatchPanicLayer::custom(panicked)),
    )
}

/// How HTTP writes a moment.
const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A header of every answer that does not have its own.
fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// The route's pattern instead of the path: ids stay out of the log, and labels stay few.
fn route(request: &Request) -> &str {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or("(none)", MatchedPath::as_str)
}

/// The span around every line that is logged while the request is answered.
fn span(request: &Request) -> Span {
    let id = request.headers().get(REQUEST_ID);
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
    let method = request.method();
    tracing::info_span!("request", id, %method, route = route(request))
}

fn answered(response: &Response, took: Duration) {
    let status = response.status().as_u16();
    let code = response.extensions().get::<Code>().map(|it| it.as_str());
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(status, code, millis, "answered");
}

/// A handler that panics answers `server_fault`. Locks are not poisoned by it: nothing that a
/// half-done handler could leave wrong is held across an await.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    RefusalAnswer::from(Code::ServerFault).into_response()
}

/// Counts the answer, and raises the alarm if the storage broke.
async fn watch(
    State(core): State<Arc<Core>>,
    State(metrics): State<Arc<Metrics>>,
    State(alarm): State<StorageAlarm>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = route(&request).to_owned();
    let mut response = next.run(request).await;
    if let Some(StorageBroke(what)) = response.extensions_mut().remove() {
        alarm.broke(&what);
    }
    // Phones reckon with the server's time, not with a clock that is in doubt.
    if core.clock.doubt().is_some()
        && let Ok(date) = HeaderValue::from_str(&core.now().format(HTTP_DATE).to_string())
    {
        response.headers_mut().insert(header::DATE, date);
    }
    let status = response.status().as_u16();
    metrics.request(&route, &method, status, began.elapsed());
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, routing::get};
    use tower::ServiceExt;

    async fn breaks() -> &'static str {
        panic!("a bug")
    }

    #[tokio::test]
    async fn a_handler_that_panics_answers_server_fault() {
        let routes = Router::new().route("/", get(breaks));
        let routes: Router = routes.layer(CatchPanicLayer::custom(panicked));
        let asked = Request::get("/").body(Body::empty()).unwrap();
        let answer = routes.oneshot(asked).await.unwrap();
        assert_eq!(answer.status(), 500);
        assert_eq!(answer.extensions().get(), Some(&Code::ServerFault));
    }
}
