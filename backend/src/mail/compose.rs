//! What mails say, and their headers.

use lettre::{
    Message,
    message::{Mailbox, header},
};
use protocol::{
    activation::{ActivationCode, CODE_HOURS, Language},
    sensitive::Sensitive,
};
use storage::mail::DueMail;

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

/// The name of a mail: the same for every try, so that a repeated delivery can be seen.
pub fn message_name(due: &DueMail, domain: &str) -> String {
    format!("outbox-{}-{}@{domain}", due.mail.activation, due.id)
}

/// The whole mail as it is handed over. The error holds no address.
pub fn message(due: &DueMail, from: &Mailbox) -> Result<Message, String> {
    let to = due
        .mail
        .to
        .expose()
        .parse()
        .map_err(|_| "the address cannot be mailed to".to_owned())?;
    let name = message_name(due, from.email.domain());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(due.mail.subject.clone())
        .message_id(Some(format!("<{name}>")))
        .header(AutoSubmitted)
        .header(header::ContentType::TEXT_PLAIN)
        .body(due.mail.text.expose().clone())
        .map_err(|_| "the mail cannot be written".to_owned())
}

/// Tells out-of-office programs not to answer (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use protocol::ids::ActivationId;
    use storage::mail::NewMail;

    fn due(language: Language) -> DueMail {
        let letter = activation_letter(language, &"7K2M-Q9RX".parse().unwrap());
        DueMail {
            id: 12,
            tries: 0,
            mail: NewMail {
                activation: ActivationId::from_bytes([1; 16]),
                to: Sensitive::new("lupita@example.org".to_owned()),
                subject: letter.subject,
                text: letter.text,
                useful_until: DateTime::from_timestamp_millis(0).unwrap(),
            },
        }
    }

    #[test]
    fn lupita_finds_the_code_on_a_line_of_its_own_in_her_language() {
        for (language, word) in [(Language::EsMx, "ignórelo"), (Language::En, "ignore")] {
            let mail = due(language).mail;
            let text = mail.text.expose();
            assert!(
                text.lines().any(|line| line.trim() == "7K2M-Q9RX"),
                "{text}"
            );
            assert!(text.contains("24") && text.contains(word), "{text}");
            assert!(!text.contains('{') && !mail.subject.contains("7K2M"));
        }
    }

    #[test]
    fn the_headers_name_the_mail_and_stop_automatic_answers() {
        let from: Mailbox = "Apoyo <apoyo@example.org>".parse().unwrap();
        let write = || {
            String::from_utf8(message(&due(Language::EsMx), &from).unwrap().formatted()).unwrap()
        };
        let written = write();
        let id = "Message-ID: <outbox-01010101010101010101010101010101-12@example.org>";
        assert!(written.contains(id), "{written}");
        assert!(written.contains("Auto-Submitted: auto-generated"));
        assert!(written.contains("To: lupita@example.org"));
    }
}
