//! The texts of mails.

use protocol::{
    activation::{ActivationCode, CODE_HOURS, Language},
    sensitive::Sensitive,
};
use serde::Deserialize;
use std::sync::LazyLock;

/// One language's mails: `ui/design/strings/mail.*.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mails {
    activation: Template,
}

/// A mail with `{code}` and `{hours}` to be filled in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    subject: String,
    /// The lines, as they are broken for a screen of text.
    text: Vec<String>,
}

static ES_MX: LazyLock<Mails> = LazyLock::new(|| {
    read(include_str!(
        "../../../../ui/design/strings/mail.es-MX.json"
    ))
});
static EN: LazyLock<Mails> =
    LazyLock::new(|| read(include_str!("../../../../ui/design/strings/mail.en.json")));

fn read(catalogue: &str) -> Mails {
    serde_json::from_str(catalogue)
        .expect("the catalogue is whole, which a test of this file checks")
}

/// Subject and text of a mail.
pub struct Letter {
    /// The subject. Holds no code: subjects are shown on locked screens.
    pub subject: String,
    /// The plain text.
    pub text: Sensitive<String>,
}

/// The mail with an activation code.
pub fn activation_letter(language: Language, code: &ActivationCode) -> Letter {
    let mails = match language {
        Language::EsMx => &*ES_MX,
        Language::En => &*EN,
    };
    let Template { subject, text } = &mails.activation;
    let text = text
        .join("\n")
        .replace("{code}", &code.to_string())
        .replace("{hours}", &CODE_HOURS.to_string());
    Letter {
        subject: subject.clone(),
        text: Sensitive::new(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_catalogues_are_whole_and_the_code_has_a_line_of_its_own() {
        for language in [Language::EsMx, Language::En] {
            let letter = activation_letter(language, &"7K2M-Q9RX".parse().unwrap());
            let text = letter.text.expose();
            assert!(
                text.lines().any(|line| line.trim() == "7K2M-Q9RX"),
                "{text}"
            );
            assert!(text.contains("24") && !text.contains('{'), "{text}");
            assert!(!letter.subject.is_empty() && !letter.subject.contains("7K2M"));
        }
    }
}
