//! `POST /native`: a door over HTTP.

use crate::Host;
use app_core::{Answer, Door, LONGEST_PICTURE, PhoneCode, Problem};
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use protocol::{apoyo_file, code::Code};

/// Opens the door named in the header, on the phone named in the header.
pub async fn open_door(State(host): State<Host>, request: Request) -> Response {
    match answer(&host, request).await {
        Ok(Answer::Json(value)) => Json(value).into_response(),
        Ok(Answer::Picture(jpeg)) => ([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response(),
        Ok(Answer::File(bytes)) => {
            ([(header::CONTENT_TYPE, apoyo_file::MEDIA_TYPE)], bytes).into_response()
        }
        // The screens use only the code, not the status.
        Err(problem) => (StatusCode::UNPROCESSABLE_ENTITY, Json(problem)).into_response(),
    }
}

async fn answer(host: &Host, request: Request) -> Result<Answer, Problem> {
    let phone = phone(request.headers())?.to_owned();
    let door = door(request.headers())?;
    let body = axum::body::to_bytes(request.into_body(), LONGEST_PICTURE)
        .await
        .map_err(|_| PhoneCode::PictureHeavy)?;
    let picture = Some(body).filter(|body: &Bytes| !body.is_empty());
    let app = host.phones.app(&phone).await?;
    app.open_door(door, picture).await
}

fn door(headers: &HeaderMap) -> Result<Door, Problem> {
    headers
        .get("x-door")
        .and_then(|value| serde_json::from_slice(value.as_bytes()).ok())
        .ok_or_else(|| Problem::in_field(Code::RequestMalformed, "x-door"))
}

fn phone(headers: &HeaderMap) -> Result<&str, Problem> {
    match headers.get("x-phone") {
        None => Ok("demo"),
        Some(name) => name
            .to_str()
            .map_err(|_| Problem::in_field(Code::RequestMalformed, "x-phone")),
    }
}
