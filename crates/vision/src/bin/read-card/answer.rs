//! One line of JSON.

use base64::{Engine, engine::general_purpose::STANDARD};
use credential::{FindingCode, QrPayload, Reading, reading::Severity};
use serde::Serialize;
use vision::{
    mrz::ZoneReading,
    qr::{DecodedCode, Step},
};

/// What is printed about one picture.
#[derive(Debug, Default, Serialize)]
pub struct Answer {
    pub path: String,
    pub codes: Vec<Code>,
    pub mrz: Option<Zone>,
    pub reading: Option<Fields>,
    pub findings: Vec<Noticed>,
    pub ms: f64,
    pub peak_bytes: Option<u64>,
    /// Why there is no answer: the picture could not be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One code.
#[derive(Debug, Serialize)]
pub struct Code {
    #[serde(flatten)]
    content: Content,
    kind: &'static str,
    step: Step,
    corrected: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Content {
    Text(String),
    BytesB64(String),
}

impl Code {
    pub fn of(code: &DecodedCode) -> Self {
        let (content, kind) = match &code.payload {
            QrPayload::Structured(public) => (Content::Text(public.as_str().to_owned()), "ine"),
            QrPayload::Short(text) => (Content::Text(text.clone()), "ine"),
            QrPayload::Foreign(text) => (Content::Text(text.clone()), "foreign"),
            QrPayload::Opaque(bytes) => (Content::BytesB64(STANDARD.encode(bytes)), "opaque"),
        };
        Self {
            content,
            kind,
            step: code.step,
            corrected: code.corrected,
        }
    }
}

/// The machine-readable zone.
#[derive(Debug, Serialize)]
pub struct Zone {
    lines: [String; 3],
    confidence: f32,
    /// Whether its check digits are right and every glyph was seen clearly enough.
    valid: bool,
}

impl Zone {
    pub fn of(zone: &ZoneReading) -> Self {
        Self {
            lines: zone.lines.clone().map(|line| line.text),
            confidence: zone.confidence(),
            valid: zone.trusted().is_some(),
        }
    }
}

/// QR and MRZ joined.
#[derive(Debug, Serialize)]
pub struct Fields {
    agreement: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cic: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ocr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seccion: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sex: Option<char>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl Fields {
    pub fn of(reading: &Reading) -> Self {
        Self {
            agreement: format!("{:?}", reading.back).to_lowercase(),
            cic: reading.cic.as_ref().map(ToString::to_string),
            ocr: reading.ocr.as_ref().map(ToString::to_string),
            seccion: reading.seccion.as_ref().map(ToString::to_string),
            birth: reading.birth.map(|date| date.to_string()),
            sex: reading.sex.map(|sex| sex.letter()),
            expiry: reading.expiry.map(|date| date.to_string()),
            name: reading.name.as_ref().map(|name| name.0.clone()),
        }
    }
}

/// One finding.
#[derive(Debug, Serialize)]
pub struct Noticed {
    code: FindingCode,
    severity: Severity,
}

impl Noticed {
    pub fn of(code: FindingCode) -> Self {
        Self {
            code,
            severity: code.severity(),
        }
    }
}
