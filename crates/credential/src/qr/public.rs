//! Which of the codes of one picture is the public one.

use super::{
    found::DecodedCode,
    payload::{QrKind, QrPayload, StructuredQr},
};

/// The public code of a picture, or what was there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicQr {
    /// The public code.
    Found(StructuredQr),
    /// An address of the right host in an unusual form.
    Short(String),
    /// Public codes of several cards: which one is meant, nobody can say.
    Several,
    /// Only codes that nobody but the authority reads: the public one is not in the picture,
    /// or too small in it.
    OnlyOpaque,
    /// Only codes that are no credential's.
    OnlyForeign,
    /// No code was read.
    None,
}

/// Picks the public code among the three of models G and H, or among anything else.
pub fn pick_public(codes: &[DecodedCode]) -> PublicQr {
    let mut structured = codes.iter().filter_map(|code| match &code.payload {
        QrPayload::Structured(public) => Some(public),
        _ => None,
    });
    if let Some(first) = structured.next() {
        return if structured.all(|other| other == first) {
            PublicQr::Found(first.clone())
        } else {
            PublicQr::Several
        };
    }
    for code in codes {
        if let QrPayload::Short(text) = &code.payload {
            return PublicQr::Short(text.clone());
        }
    }
    let any = |kind| codes.iter().any(|code| code.kind() == kind);
    if any(QrKind::Opaque) {
        PublicQr::OnlyOpaque
    } else if any(QrKind::Foreign) {
        PublicQr::OnlyForeign
    } else {
        PublicQr::None
    }
}
