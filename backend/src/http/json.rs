//! Bodies in JSON.

use super::problem::RefusalAnswer;
use protocol::code::Code;
use serde::de::DeserializeOwned;

/// Fields whose form has a code of its own. Every other fault of a body is `request_malformed`.
const OWN_CODES: [(&str, Code); 3] = [
    ("code", Code::CodeMalformed),
    ("device_key", Code::DeviceKeyInvalid),
    ("ticket", Code::SigninTicketInvalid),
];

/// Parses a body. The code of a refusal tells which field is malformed.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, RefusalAnswer> {
    serde_json::from_slice(body).map_err(|_| why_not::<T>(body).into())
}

/// Parses a refused body again to find the field. That costs twice as much, so good bodies are not
/// parsed this way.
fn why_not<T: DeserializeOwned>(body: &[u8]) -> Code {
    let json = &mut serde_json::Deserializer::from_slice(body);
    // The path names a value that is wrong, but not one that is missing.
    let wrong = serde_path_to_error::deserialize::<_, T>(json).err();
    let wrong = wrong.map(|error| error.path().to_string());
    let own = OWN_CODES
        .iter()
        .find(|(field, _)| Some(*field) == wrong.as_deref());
    own.map_or(Code::RequestMalformed, |(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{
        activation::CompleteActivation,
        signin::{BeginSignin, RedeemTicket},
    };

    #[test]
    fn a_field_of_the_wrong_form_keeps_its_own_code() {
        let code = |body: &str| {
            read_json::<CompleteActivation>(body.as_bytes())
                .unwrap_err()
                .code()
        };
        assert_eq!(code(r#"{"code":"7K2M","attempt":""}"#), Code::CodeMalformed);
        assert_eq!(code(r#"{"code":"7K2M-Q9RX"}"#), Code::RequestMalformed);
        assert_eq!(code("{"), Code::RequestMalformed);
        let whole = r#"{"code":"7K2M-Q9RX","attempt":"0000000000000000000000000000000000000000000000000000000000000000"}"#;
        assert!(read_json::<CompleteActivation>(whole.as_bytes()).is_ok());
        assert_eq!(code(&format!("{whole}{whole}")), Code::RequestMalformed);
    }

    #[test]
    fn every_field_with_a_code_of_its_own_is_known_by_its_name() {
        let code = |told: Result<(), RefusalAnswer>| told.unwrap_err().code();
        let read = |body: &str| read_json::<BeginSignin>(body.as_bytes()).map(drop);
        let begin = r#"{"provider":"google","device_key":"AAAA","return_to":{"way":"app_link"},"language":"es-MX"}"#;
        assert_eq!(code(read(begin)), Code::DeviceKeyInvalid);
        let read = |body: &str| read_json::<RedeemTicket>(body.as_bytes()).map(drop);
        assert_eq!(code(read(r#"{"ticket":"!"}"#)), Code::SigninTicketInvalid);
    }
}
