//! Reports that are written for people: those of Exim and of qmail and its relatives.
//!
//! They have marks that a person's answer does not have: Exim names the failed recipients in a header
//! field of its own, and qmail begins with the words that its format (QSBMF) prescribes.

use super::{Outcome, headers, number};
use mail_parser::{MessagePart, PartType};

/// The lines after which the returned mail begins, headers first.
const COPIES: [&str; 4] = [
    "------ This is a copy of the message",
    "------ This is a copy of your message",
    "--- Below this line is a copy of the message",
    "--- Enclosed is a copy of the message",
];

/// A report that is one text.
pub(super) struct Plain {
    failed: bool,
    told: String,
    copy: Option<String>,
}

/// The report, if this message is one.
pub(super) fn read(root: &MessagePart<'_>, raw: &[u8]) -> Option<Plain> {
    let PartType::Text(text) = &root.body else {
        return None;
    };
    let text = text.replace("\r\n", "\n");
    let start = root.headers.first()?.offset_field as usize;
    let front = raw.get(start..root.offset_body as usize)?;
    let front = headers::unfolded(&String::from_utf8_lossy(front));
    let exim = headers::field(&front, "x-failed-recipients").is_some();
    let qmail = text.trim_start().starts_with("Hi. This is the ");
    if !exim && !qmail {
        return None;
    }
    let at = COPIES.iter().filter_map(|mark| text.find(mark)).min();
    let (told, copy) = match at {
        Some(at) => (&text[..at], Some(&text[at..])),
        None => (&text[..], None),
    };
    // qmail also reports that a mail is late.
    let failed = exim || told.contains("permanent error") || told.contains("given up");
    Some(Plain {
        failed,
        told: told.to_owned(),
        copy: copy.map(str::to_owned),
    })
}

impl Plain {
    pub(super) fn outcome(&self) -> Outcome {
        if !self.failed {
            return Outcome::Late;
        }
        let status = self
            .told
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '#' | ':' | ';' | ','))
            .filter(|word| word.starts_with('5'))
            .find_map(number);
        Outcome::Failed(status.unwrap_or_default())
    }

    /// The Message-ID of the mail that comes back.
    pub(super) fn message_id(&self) -> Option<String> {
        let (_, behind) = self.copy.as_ref()?.split_once('\n')?;
        let unfolded = headers::unfolded(behind.trim_start());
        let fields = unfolded.split("\n\n").next()?;
        headers::field(fields, "message-id").map(str::to_owned)
    }
}
