//! A mail as it is sent: its two forms, its envelope and its headers.

use super::html;
use crate::config::MailConfig;
use lettre::{
    Address, Message,
    address::{AddressError, Envelope},
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use protocol::activation::Language;
use server_core::mail::report::MARK;
use storage::mail::{DueMail, MailToken};

/// The sender of mails, and the address that they come back to.
#[derive(Debug, Clone)]
pub struct Sender {
    /// In `From:`.
    pub from: Mailbox,
    /// In the envelope, with each mail's own token; without it mails bounce to `from`.
    pub bounces: Option<Address>,
    /// The address for people who do not want mail.
    pub contact: Address,
}

impl Sender {
    /// The sender of this configuration.
    pub fn of(config: &MailConfig) -> Result<Self, AddressError> {
        let from: Mailbox = config.from.parse()?;
        let bounces = config.bounces.as_ref().and_then(|it| it.address.as_ref());
        Ok(Self {
            bounces: bounces.map(|address| address.parse()).transpose()?,
            contact: match &config.contact {
                Some(contact) => contact.parse()?,
                None => from.email.clone(),
            },
            from,
        })
    }

    /// The envelope's address, to which this mail bounces.
    fn envelope(&self, token: MailToken) -> Result<Address, AddressError> {
        match &self.bounces {
            Some(address) => Address::new(format!("{}+{token}", address.user()), address.domain()),
            None => Ok(self.from.email.clone()),
        }
    }
}

/// The Message-ID of a mail. It is the same for every try, so that a repeated delivery can be
/// recognised. Only holders of the mail know it, so only they can report a bounce.
pub fn message_name(due: &DueMail, sender: &Sender) -> String {
    format!("{MARK}{}@{}", due.mail.token, sender.from.email.domain())
}

/// The whole mail as it is handed over. The error holds no address.
pub fn message(due: &DueMail, sender: &Sender) -> Result<Message, String> {
    let mail = &due.mail;
    let bad_address = |_| "the address cannot be mailed to".to_owned();
    let to: Address = mail.to.expose().parse().map_err(bad_address)?;
    let back = sender.envelope(mail.token).map_err(bad_address)?;
    let envelope = Envelope::new(Some(back), vec![to.clone()])
        .map_err(|_| "the mail cannot be addressed".to_owned())?;
    let name = message_name(due, sender);
    let page = html::page(mail.language, &mail.subject, mail.text.expose());
    let contact = &sender.contact;
    Message::builder()
        .envelope(envelope)
        .from(sender.from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.subject.clone())
        .message_id(Some(format!("<{name}>")))
        // Out-of-office programs need not answer (RFC 3834, and what Exchange understands).
        .raw_header(named("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(named("X-Auto-Response-Suppress", "All".to_owned()))
        .raw_header(named(
            "Content-Language",
            match mail.language {
                Language::EsMx => "es-MX".to_owned(),
                Language::En => "en".to_owned(),
            },
        ))
        // A mail to a person, so that a program which follows the header by itself does not change anything.
        .raw_header(named(
            "List-Unsubscribe",
            format!("<mailto:{contact}?subject=baja>"),
        ))
        .multipart(MultiPart::alternative_plain_html(
            mail.text.expose().clone(),
            page,
        ))
        .map_err(|_| "the mail cannot be written".to_owned())
}

fn named(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use protocol::{ids::ActivationId, sensitive::Sensitive};
    use server_core::mail::letter::activation_letter;
    use storage::mail::NewMail;

    fn due(language: Language) -> DueMail {
        let letter = activation_letter(language, &"7K2M-Q9RX".parse().unwrap());
        DueMail {
            id: 12,
            tries: 0,
            mail: NewMail {
                activation: ActivationId::from_bytes([1; 16]),
                token: MailToken::from_bytes([0xAB; 16]),
                address: [0; 32],
                language,
                to: Sensitive::new("lupita@example.org".to_owned()),
                subject: letter.subject,
                text: letter.text,
                useful_until: DateTime::from_timestamp_millis(0).unwrap(),
            },
        }
    }

    #[test]
    fn lupita_finds_the_code_on_a_line_of_its_own_in_her_language() {
        for (language, word) in [(Language::EsMx, "No fue usted"), (Language::En, "not you")] {
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

    fn sender(bounces: Option<&str>) -> Sender {
        Sender {
            from: "Apoyo <apoyo@example.org>".parse().unwrap(),
            bounces: bounces.map(|address| address.parse().unwrap()),
            contact: "contacto@example.org".parse().unwrap(),
        }
    }

    const TOKEN: &str = "abababababababababababababababab";

    #[test]
    fn the_headers_name_the_mail_and_stop_automatic_answers() {
        let write = || {
            let message = message(&due(Language::EsMx), &sender(None)).unwrap();
            String::from_utf8(message.formatted()).unwrap()
        };
        let written = write();
        for line in [
            &format!("Message-ID: <apoyo-{TOKEN}@example.org>"),
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "Content-Language: es-MX",
            "List-Unsubscribe: <mailto:contacto@example.org?subject=baja>",
            "To: lupita@example.org",
        ] {
            assert!(
                written.lines().any(|found| found == line),
                "{line} in {written}"
            );
        }
        let activation = ActivationId::from_bytes([1; 16]).to_string();
        assert!(!written.contains(&activation), "nobody else is to know it");
    }

    #[test]
    fn both_forms_of_the_mail_say_the_same() {
        use mail_parser::{MessageParser, MimeHeaders};
        for language in [Language::EsMx, Language::En] {
            let due = due(language);
            let written = message(&due, &sender(None)).unwrap().formatted();
            let read = MessageParser::default().parse(&written).unwrap();
            let kind = read.content_type().unwrap();
            assert_eq!(
                (kind.ctype(), kind.subtype()),
                ("multipart", Some("alternative"))
            );
            assert_eq!((read.text_body_count(), read.html_body_count()), (1, 1));
            let plain = read.body_text(0).unwrap().replace("\r\n", "\n");
            assert_eq!(plain.trim_end(), due.mail.text.expose().trim_end());
            let page = read.body_html(0).unwrap();
            assert!(page.contains(">7K2M-Q9RX<"), "{page}");
        }
    }

    #[test]
    fn a_mail_comes_back_to_an_address_of_its_own() {
        let envelope = |bounces| {
            let message = message(&due(Language::En), &sender(bounces)).unwrap();
            message.envelope().from().unwrap().to_string()
        };
        assert_eq!(envelope(None), "apoyo@example.org");
        let own = format!("rebotes+{TOKEN}@example.org");
        assert_eq!(envelope(Some("rebotes@example.org")), own);
    }
}
