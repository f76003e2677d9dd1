//! The messages to and from the Kotlin and Swift halves, as JSON.

use crate::{Error, HandedOver};
use serde::{Deserialize, Serialize};

/// A file that waits for the system.
#[derive(Serialize)]
pub(crate) struct Given {
    /// Its path.
    pub path: String,
    /// The name to hand it over with.
    pub name: String,
    /// Its media type.
    pub kind: String,
}

/// A half's answer: `gone`, `cancelled` or `none`.
#[derive(Deserialize)]
pub(crate) struct Answered {
    pub went: HandedOver,
}

/// The error for a half's refusal. The words are the same in Kotlin and Swift.
pub(crate) fn refusal(code: Option<&str>, message: Option<String>) -> Error {
    match code {
        Some("full") => Error::Full,
        _ => Error::Other(message.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json, to_value};

    #[test]
    fn a_file_is_told_and_an_answer_is_read_as_the_halves_write_them() {
        let given = Given {
            path: "/cache/shared/a.json".into(),
            name: "a.json".into(),
            kind: "application/json".into(),
        };
        let told =
            json!({ "path": "/cache/shared/a.json", "name": "a.json", "kind": "application/json" });
        assert_eq!(to_value(given).unwrap(), told);
        let read = |word: &str| from_value::<Answered>(json!({ "went": word })).map(|one| one.went);
        assert_eq!(read("gone").unwrap(), HandedOver::Gone);
        assert_eq!(read("cancelled").unwrap(), HandedOver::Cancelled);
        assert_eq!(read("none").unwrap(), HandedOver::None);
        assert!(read("saved").is_err());
    }

    #[test]
    fn a_full_phone_is_told_from_any_other_fault() {
        assert_eq!(refusal(Some("full"), None), Error::Full);
        assert_eq!(
            refusal(Some("other"), Some("x".into())),
            Error::Other("x".into())
        );
        assert_eq!(refusal(None, None), Error::Other(String::new()));
    }
}
