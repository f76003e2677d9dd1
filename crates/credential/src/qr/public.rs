//! Picks the public QR among the codes of one picture.

use super::payload::{QrKind, QrPayload, StructuredQr};

/// The public QR of a picture, or what was found instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicQr {
    /// The public QR.
    Found(StructuredQr),
    /// A URL of the right host in an unusual form.
    Short(String),
    /// Public QR codes of several cards: it is not clear which one is meant.
    Several,
    /// Only encrypted codes, which the authority alone can read: the public one is missing, or too
    /// small in the picture.
    OnlyOpaque,
    /// Only codes that are not from a credential.
    OnlyForeign,
    /// No code was read.
    None,
}

impl PublicQr {
    /// Picks the public QR among the codes of a picture; models G and H have three.
    pub fn among<'a>(payloads: impl Iterator<Item = &'a QrPayload> + Clone) -> Self {
        let mut structured = payloads.clone().filter_map(|payload| match payload {
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
        for payload in payloads.clone() {
            if let QrPayload::Short(text) = payload {
                return PublicQr::Short(text.clone());
            }
        }
        let any = |kind| payloads.clone().any(|payload| payload.kind() == kind);
        if any(QrKind::Opaque) {
            PublicQr::OnlyOpaque
        } else if any(QrKind::Foreign) {
            PublicQr::OnlyForeign
        } else {
            PublicQr::None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";
    const OTHER: &str = "http://qr.ine.mx/000123456789000987654321/20221130/P/000002";

    fn among(texts: &[&str]) -> PublicQr {
        let payloads: Vec<QrPayload> = texts.iter().map(|text| QrPayload::parse(text)).collect();
        PublicQr::among(payloads.iter())
    }

    #[test]
    fn the_public_code_is_picked_and_two_different_ones_are_not() {
        let foreign = "https://example.org/menu";
        let found = PublicQr::Found(StructuredQr::parse(ONE).unwrap());
        assert_eq!(among(&[foreign, ONE]), found);
        assert_eq!(among(&[ONE, ONE]), found);
        assert_eq!(among(&[ONE, OTHER]), PublicQr::Several);
        let short = "https://qr.ine.mx/004697";
        assert_eq!(among(&[foreign, short]), PublicQr::Short(short.to_owned()));
        assert_eq!(among(&[foreign]), PublicQr::OnlyForeign);
        assert_eq!(among(&[]), PublicQr::None);
        let opaque = QrPayload::from_bytes(&[0xff, 0x00, 0x80]);
        let foreign = QrPayload::parse(foreign);
        assert_eq!(
            PublicQr::among([foreign, opaque].iter()),
            PublicQr::OnlyOpaque
        );
    }
}
