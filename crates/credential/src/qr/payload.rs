//! The content of a decoded QR: the public QR's URL, another URL of the same host, something
//! foreign, or encrypted bytes.
//!
//! The URL is never fetched: a request would tell a third party who gives an apoyo. It is not
//! signed, so it shows that the sides of a card match, not that the card is genuine.

use crate::numbers::{Cic, Identificador, OcrNumber, Seccion};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The host of the public QR, exactly.
const HOST: &str = "qr.ine.mx";

/// Longest URL in characters; those on credentials have about 60.
const LONGEST_ADDRESS: usize = 512;

/// From this length on, a text without a space or a scheme is taken for encoded bytes.
const WRAPPED_BYTES: usize = 200;

/// The kinds of QR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrKind {
    /// The public QR, in its usual form.
    Structured,
    /// A URL of the same host, in another form.
    Short,
    /// A readable text that is not from a credential.
    Foreign,
    /// Encrypted bytes: the two dense QR codes of models G and H.
    Opaque,
}

/// The content of a decoded QR.
#[derive(Clone, PartialEq, Eq)]
pub enum QrPayload {
    /// The public QR, in its usual form.
    Structured(StructuredQr),
    /// A URL of the same host, in another form.
    Short(String),
    /// A readable text that is not from a credential.
    Foreign(String),
    /// Encrypted bytes.
    Opaque(Vec<u8>),
}

impl QrPayload {
    /// Classifies a text.
    pub fn parse(text: &str) -> Self {
        // A byte order mark in front is not part of the text.
        let text = text.trim_start_matches('\u{feff}').trim();
        if let Some(path) = path_on_host(text) {
            return match StructuredQr::from_path(text, path) {
                Some(public) => QrPayload::Structured(public),
                None => QrPayload::Short(text.to_owned()),
            };
        }
        let readable = text
            .chars()
            .all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
        let wrapped = text.len() >= WRAPPED_BYTES
            && !text.contains(':')
            && !text.contains(char::is_whitespace);
        if readable && !wrapped && !text.is_empty() {
            QrPayload::Foreign(text.to_owned())
        } else {
            QrPayload::Opaque(text.as_bytes().to_vec())
        }
    }

    /// Classifies the raw bytes of a QR.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => match Self::parse(text) {
                // The raw bytes, not trimmed.
                QrPayload::Opaque(_) => QrPayload::Opaque(bytes.to_vec()),
                understood => understood,
            },
            Err(_) if is_old_text(bytes) => {
                QrPayload::parse(&bytes.iter().copied().map(char::from).collect::<String>())
            }
            Err(_) => QrPayload::Opaque(bytes.to_vec()),
        }
    }

    /// Its kind.
    pub fn kind(&self) -> QrKind {
        match self {
            QrPayload::Structured(_) => QrKind::Structured,
            QrPayload::Short(_) => QrKind::Short,
            QrPayload::Foreign(_) => QrKind::Foreign,
            QrPayload::Opaque(_) => QrKind::Opaque,
        }
    }
}

impl fmt::Debug for QrPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QrPayload::{:?}(****)", self.kind())
    }
}

/// The text is not that of a public QR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a credential's public QR")]
pub struct NotStructured;

/// The public QR:
/// `http(s)://qr.ine.mx/{sección 4, identificador 9, emission 2, CIC 9}/{YYYYMMDD}/{letter}/{6 digits}`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StructuredQr {
    text: String,
    /// The sección; the QR does not have the entidad.
    pub seccion: Seccion,
    /// The number of the person.
    pub identificador: Identificador,
    /// Two digits, probably the emission number.
    pub emision: u8,
    /// The number of the card.
    pub cic: Cic,
    /// The date of issue.
    pub issued: NaiveDate,
    /// A capital letter without a published meaning; `P` has been seen.
    pub letter: char,
    /// Six digits without a published meaning.
    pub query: u32,
}

impl StructuredQr {
    /// Parses the URL; any other form than the usual one is refused.
    pub fn parse(text: &str) -> Result<Self, NotStructured> {
        match QrPayload::parse(text) {
            QrPayload::Structured(public) => Ok(public),
            _ => Err(NotStructured),
        }
    }

    /// The URL of a synthetic card.
    pub fn build(
        ocr: OcrNumber,
        emision: u8,
        cic: Cic,
        issued: NaiveDate,
        letter: char,
        query: u32,
    ) -> Result<Self, NotStructured> {
        let date = issued.format("%Y%m%d");
        Self::parse(&format!(
            "http://{HOST}/{ocr}{emision:02}{cic}/{date}/{letter}/{query:06}"
        ))
    }

    /// The URL as it was read.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The OCR number: sección and identificador.
    pub fn ocr(&self) -> OcrNumber {
        OcrNumber::new(self.seccion, self.identificador)
    }

    fn from_path(text: &str, path: &str) -> Option<Self> {
        let mut parts = path.split('/');
        let parts = [parts.next()?, parts.next()?, parts.next()?, parts.next()?]
            .into_iter()
            .chain(parts)
            .collect::<Vec<_>>();
        let [token, date, letter, query] = parts[..] else {
            return None;
        };
        let digits =
            |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        let one_letter = letter.len() == 1 && letter.bytes().all(|b| b.is_ascii_uppercase());
        if !digits(token, 24) || !digits(date, 8) || !one_letter || !digits(query, 6) {
            return None;
        }
        Some(Self {
            seccion: Seccion::parse(&token[..4]).ok()?,
            identificador: Identificador::parse(&token[4..13]).ok()?,
            emision: token[13..15].parse().ok()?,
            cic: Cic::parse(&token[15..]).ok()?,
            issued: NaiveDate::from_ymd_opt(
                date[..4].parse().ok()?,
                date[4..6].parse().ok()?,
                date[6..].parse().ok()?,
            )?,
            letter: letter.chars().next()?,
            query: query.parse().ok()?,
            text: text.to_owned(),
        })
    }
}

/// Whether the bytes are a short text in ISO-8859-1, as old programs write it. Encrypted bytes of
/// any length contain control characters.
fn is_old_text(bytes: &[u8]) -> bool {
    bytes.len() < WRAPPED_BYTES
        && bytes
            .iter()
            .all(|b| matches!(b, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0xa0..=0xff))
}

/// The part after `http(s)://qr.ine.mx/`; `None` for any other host, port or user.
fn path_on_host(text: &str) -> Option<&str> {
    if text.len() > LONGEST_ADDRESS || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    // A backslash ends the host too, as in browsers.
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    if host.eq_ignore_ascii_case(HOST) && !path.starts_with('\\') {
        Some(path.strip_prefix('/').unwrap_or(path))
    } else {
        None
    }
}

impl TryFrom<String> for StructuredQr {
    type Error = NotStructured;
    fn try_from(text: String) -> Result<Self, NotStructured> {
        Self::parse(&text)
    }
}

impl From<StructuredQr> for String {
    fn from(public: StructuredQr) -> String {
        public.text
    }
}

impl std::str::FromStr for StructuredQr {
    type Err = NotStructured;
    fn from_str(text: &str) -> Result<Self, NotStructured> {
        Self::parse(text)
    }
}

impl fmt::Display for StructuredQr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for StructuredQr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StructuredQr(****)")
    }
}

#[cfg(test)]
#[path = "payload_tests.rs"]
mod tests;
