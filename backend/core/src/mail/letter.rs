//! What mails say.

use protocol::{
    activation::{ActivationCode, CODE_HOURS, Language},
    sensitive::Sensitive,
};

const ES_MX: &str = include_str!("texts/es-MX.txt");
const EN: &str = include_str!("texts/en.txt");

/// Subject and text of a mail.
pub struct Letter {
    /// The subject. Holds no code: subjects are shown on locked screens.
    pub subject: String,
    /// The plain text.
    pub text: Sensitive<String>,
}

/// The mail with an activation code.
pub fn activation_letter(language: Language, code: &ActivationCode) -> Letter {
    let template = match language {
        Language::EsMx => ES_MX,
        Language::En => EN,
    };
    // First line: the subject. Then, after an empty line, the text.
    let (subject, text) = template.split_once("\n\n").unwrap_or(("Apoyo", template));
    let text = text
        .replace("{code}", &code.to_string())
        .replace("{hours}", &CODE_HOURS.to_string());
    Letter {
        subject: subject.to_owned(),
        text: Sensitive::new(text),
    }
}
