//! The one command: a door of app-core, carried as it is.

use crate::ports::Opened;
use app_core::{Answer, Door, Problem};
use bytes::Bytes;
use protocol::code::Code;
use tauri::{
    State,
    ipc::{InvokeBody, Request, Response},
};

/// The header that holds the door, as JSON in ASCII (anything else written `\uXXXX`).
const DOOR_HEADER: &str = "x-door";

/// Opens the door named in the header, with the body's bytes as its picture.
#[tauri::command]
pub async fn open_door(
    opened: State<'_, Opened>,
    request: Request<'_>,
) -> Result<Response, Problem> {
    let door = door(&request)?;
    let picture = picture(request.body())?;
    match opened.app().await?.open_door(door, picture).await? {
        Answer::Json(value) => Ok(Response::new(value.to_string())),
        Answer::Picture(bytes) | Answer::File(bytes) => Ok(Response::new(bytes.to_vec())),
    }
}

fn door(request: &Request<'_>) -> Result<Door, Problem> {
    let header = request.headers().get(DOOR_HEADER);
    header
        .and_then(|value| serde_json::from_slice(value.as_bytes()).ok())
        .ok_or(Problem::in_field(Code::RequestMalformed, DOOR_HEADER))
}

/// The picture beside the door. Where a webview cannot hand over bytes (Android's first
/// channel), they come as a JSON list of numbers.
fn picture(body: &InvokeBody) -> Result<Option<Bytes>, Problem> {
    match body {
        InvokeBody::Raw(bytes) if bytes.is_empty() => Ok(None),
        InvokeBody::Raw(bytes) => Ok(Some(Bytes::copy_from_slice(bytes))),
        InvokeBody::Json(serde_json::Value::Array(numbers)) => numbers
            .iter()
            .map(|number| number.as_u64().and_then(|number| u8::try_from(number).ok()))
            .collect::<Option<Vec<u8>>>()
            .map(|bytes| Some(Bytes::from(bytes)))
            .ok_or(Problem::in_field(Code::RequestMalformed, "body")),
        InvokeBody::Json(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_picture_comes_as_bytes_or_as_a_list_of_numbers() {
        let bytes = Bytes::from_static(&[255, 216, 255]);
        let raw = InvokeBody::Raw(bytes.to_vec());
        let listed = InvokeBody::Json(json!([255, 216, 255]));
        assert_eq!(picture(&raw).unwrap().unwrap(), bytes);
        assert_eq!(picture(&listed).unwrap().unwrap(), bytes);
        assert!(picture(&InvokeBody::Json(json!({}))).unwrap().is_none());
        assert!(picture(&InvokeBody::Raw(Vec::new())).unwrap().is_none());
        for no_bytes in [json!([256]), json!([-1]), json!(["255"])] {
            assert!(picture(&InvokeBody::Json(no_bytes)).is_err());
        }
    }
}
