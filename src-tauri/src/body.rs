//! The bytes of a command, in each of the forms in which a webview can send them.
//!
//! | where | form |
//! |---|---|
//! | everywhere but Android | the request's body, as it is |
//! | Android | JSON, `{ "picture": "<base64>" }`: its webview gives no body to the app |
//! | Android, a large picture | JSON, `{ "picture": { "of": 1, "pieces": 4 } }` ([`crate::pieces`]) |
//! | where Tauri's own protocol failed once | JSON, a list of numbers: Tauri's second way |
//!
//! Base64 on Android, because a list of numbers costs one call of JavaScript and about 30 bytes of
//! memory per byte, and freezes the page meanwhile (docs/phones.md, H2).

use crate::pieces::{Pieces, not_too_long};
use app_core::Problem;
use bytes::Bytes;
use protocol::code::Code;
use serde::Deserialize;
use serde_json::Value;
use tauri::ipc::InvokeBody;

/// The key under which Android's page sends base64.
const KEY: &str = "picture";

/// The bytes of a command's body; `None` where it has none.
pub fn bytes_of(body: &InvokeBody, pieces: &Pieces) -> Result<Option<Bytes>, Problem> {
    match body {
        InvokeBody::Raw(bytes) => not_too_long(bytes.len()).map(|()| some(bytes.clone())),
        InvokeBody::Json(Value::Array(numbers)) => {
            not_too_long(numbers.len())?;
            let bytes: Option<Vec<u8>> = numbers
                .iter()
                .map(|number| number.as_u64().and_then(|number| u8::try_from(number).ok()))
                .collect();
            bytes.map(some).ok_or(malformed())
        }
        InvokeBody::Json(Value::Object(fields)) => match fields.get(KEY) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let given = Deserialize::deserialize(value).map_err(|_| malformed())?;
                pieces.bytes(given).map(some)
            }
        },
        InvokeBody::Json(_) => Ok(None),
    }
}

fn some(bytes: Vec<u8>) -> Option<Bytes> {
    (!bytes.is_empty()).then(|| Bytes::from(bytes))
}

fn malformed() -> Problem {
    Problem::in_field(Code::RequestMalformed, "body")
}

#[cfg(test)]
mod tests {
    use super::*;
    use app_core::{LONGEST_PICTURE, PhoneCode};
    use serde_json::json;

    fn bytes_of(body: &InvokeBody) -> Result<Option<Bytes>, Problem> {
        super::bytes_of(body, &Pieces::default())
    }

    #[test]
    fn a_picture_comes_as_bytes_as_base64_or_as_a_list_of_numbers() {
        let bytes = Bytes::from_static(&[255, 216, 255]);
        for body in [
            InvokeBody::Raw(bytes.to_vec()),
            InvokeBody::Json(json!({ "picture": "/9j/" })),
            InvokeBody::Json(json!([255, 216, 255])),
        ] {
            assert_eq!(bytes_of(&body).unwrap().unwrap(), bytes, "{body:?}");
        }
    }

    #[test]
    fn a_command_without_a_picture_has_none_in_every_form() {
        for body in [
            InvokeBody::Raw(Vec::new()),
            InvokeBody::Json(json!({})),
            InvokeBody::Json(json!({ "picture": null })),
            InvokeBody::Json(json!({ "picture": "" })),
            InvokeBody::Json(json!([])),
            InvokeBody::Json(Value::Null),
        ] {
            assert_eq!(bytes_of(&body).unwrap(), None, "{body:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_as_bytes_is_refused() {
        for body in [
            json!([256]),
            json!([-1]),
            json!(["255"]),
            json!({ "picture": 3 }),
            json!({ "picture": { "of": 1, "pieces": 1 } }),
            json!({ "picture": "data:image/jpeg;base64,/9j/" }),
            json!({ "picture": "/9j" }),
        ] {
            let refused = bytes_of(&InvokeBody::Json(body.clone())).unwrap_err();
            assert_eq!(refused.code, Code::RequestMalformed, "{body}");
        }
    }

    #[test]
    fn what_is_too_long_is_refused_before_it_is_decoded() {
        let text = "*".repeat((LONGEST_PICTURE / 3 + 1) * 4);
        let refused = bytes_of(&InvokeBody::Json(json!({ "picture": text }))).unwrap_err();
        assert_eq!(
            refused.code,
            PhoneCode::PictureHeavy,
            "the length comes first"
        );
        let refused = bytes_of(&InvokeBody::Raw(vec![0; LONGEST_PICTURE + 1])).unwrap_err();
        assert_eq!(refused.code, PhoneCode::PictureHeavy);
    }
}
