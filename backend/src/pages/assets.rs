//! The pages' style and their one script. They have addresses of their own, so the content security
//! policy need not allow inline code.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, text).into_response()
}

/// `GET /assets/pages.css`
pub async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("assets/pages.css"))
}

/// `GET /assets/live.js`
pub async fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("assets/live.js"),
    )
}
