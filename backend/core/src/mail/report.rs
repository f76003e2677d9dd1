//! Reads a report out of a message: a pure function of hostile bytes.

mod headers;
mod plain;

use headers::{field, unfolded};
use mail_parser::{MessageParser, MessagePart, MimeHeaders, PartType};
use std::panic::catch_unwind;
use storage::mail::MailToken;

/// The prefix of the token in our Message-IDs.
pub const MARK: &str = "apoyo-";
/// Parts of a message that are read; reports have three.
const MOST_PARTS: usize = 32;
/// Recipients of a report that are read; ours have one.
const MOST_RECIPIENTS: usize = 32;

/// The content of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// A mail of ours will never be delivered.
    Failed {
        /// The mail.
        token: MailToken,
        /// The other server's enhanced status code (`5.1.1`); empty where it gave none.
        status: String,
    },
    /// Delivery is late, or has succeeded.
    Late,
    /// It is not about a mail of ours.
    None,
}

/// Reads a message. A parser that panics on a stranger's bytes must cost this report, not the job that
/// reads it: it would meet the same mail again.
pub fn read(raw: &[u8]) -> Report {
    catch_unwind(|| understood(raw)).unwrap_or(Report::None)
}

fn understood(raw: &[u8]) -> Report {
    let Some(message) = MessageParser::default().parse(raw) else {
        return Report::None;
    };
    let parts = || message.parts.iter().take(MOST_PARTS);
    let status = parts()
        .filter(|part| is_status(part))
        .map(|part| outcome(&String::from_utf8_lossy(part.contents())))
        .next();
    // Exim and qmail write for people, without parts.
    let plain = match status {
        Some(_) => None,
        None => message
            .parts
            .first()
            .and_then(|root| plain::read(root, raw)),
    };
    let status = status.or_else(|| plain.as_ref().map(|plain| plain.outcome()));
    let token = parts()
        .find_map(returned)
        .or_else(|| token_after(plain.as_ref()?.message_id()?.as_str(), MARK))
        .or_else(|| message.parts.first().and_then(|root| addressed(root, raw)));
    match (status, token) {
        (Some(Outcome::Failed(status)), Some(token)) => Report::Failed { token, status },
        (Some(Outcome::Late), Some(_)) => Report::Late,
        _ => Report::None,
    }
}

enum Outcome {
    Failed(String),
    Late,
}

/// RFC 3464, and RFC 6533 for addresses with letters other than ASCII.
fn is_status(part: &MessagePart<'_>) -> bool {
    part.is_content_type("message", "delivery-status")
        || part.is_content_type("message", "global-delivery-status")
}

/// The status of the recipients: each group of fields after the first is about one of them.
fn outcome(fields: &str) -> Outcome {
    let fields = unfolded(fields);
    let failed = fields
        .split("\n\n")
        .take(MOST_RECIPIENTS)
        .find(|group| field(group, "action").is_some_and(|it| it.eq_ignore_ascii_case("failed")));
    match failed {
        Some(group) => Outcome::Failed(field(group, "status").and_then(number).unwrap_or_default()),
        None => Outcome::Late,
    }
}

/// Accepts only codes of the form `5.1.1` (RFC 3463), so that a stranger's text is never printed.
fn number(status: &str) -> Option<String> {
    let word = status.split_whitespace().next()?;
    let digits: Vec<&str> = word.split('.').collect();
    let fits = digits.len() == 3
        && digits
            .iter()
            .all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    fits.then(|| word.to_owned())
}

/// The token in the Message-ID of the mail that comes back, whole or its headers only.
fn returned(part: &MessagePart<'_>) -> Option<MailToken> {
    match &part.body {
        PartType::Message(mail) => token_after(mail.message_id()?, MARK),
        PartType::Text(_) | PartType::Binary(_) | PartType::InlineBinary(_) if is_headers(part) => {
            let headers = unfolded(&String::from_utf8_lossy(part.contents()));
            // After an empty line comes the text of the mail, if it was sent along.
            let headers = headers.split("\n\n").next()?;
            token_after(field(headers, "message-id")?, MARK)
        }
        _ => None,
    }
}

fn is_headers(part: &MessagePart<'_>) -> bool {
    part.is_content_type("text", "rfc822-headers")
        || part.is_content_type("message", "global-headers")
        || part.is_content_type("message", "global")
}

/// The token in the address that the report was sent to: that of our envelope.
fn addressed(root: &MessagePart<'_>, raw: &[u8]) -> Option<MailToken> {
    const RECIPIENTS: [&str; 4] = ["to", "delivered-to", "x-original-to", "envelope-to"];
    root.headers
        .iter()
        .filter(|header| {
            let name = header.name.as_str();
            RECIPIENTS
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
        })
        .find_map(|header| {
            let (start, end) = (header.offset_start as usize, header.offset_end as usize);
            token_after(std::str::from_utf8(raw.get(start..end)?).ok()?, "+")
        })
}

/// The token between this mark and an `@`.
fn token_after(text: &str, mark: &str) -> Option<MailToken> {
    text.split(mark).skip(1).find_map(|rest| {
        let (token, _) = rest.split_once('@')?;
        token.parse().ok()
    })
}

#[cfg(test)]
mod tests;
