//! Whether the back says one thing: its QR and its three lines were printed from the same
//! record, and nobody who changes one of them changes both by accident.

use crate::{mrz::Mrz, qr::StructuredQr};

/// What QR and machine-readable zone of a back say of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// Both were read, and name the same card of the same person.
    Agree,
    /// Both were read, and name different ones: the findings hold both values.
    Differ,
    /// Only the QR was read.
    OnlyQr,
    /// Only the zone was read.
    OnlyMrz,
    /// Neither was read.
    Neither,
}

impl Agreement {
    /// Compares what both say of the card (CIC) and of the person (OCR number).
    pub fn of(qr: Option<&StructuredQr>, mrz: Option<&Mrz>) -> Self {
        match (qr, mrz) {
            (Some(qr), Some(mrz)) if qr.cic == mrz.cic() && qr.ocr() == mrz.ocr() => {
                Agreement::Agree
            }
            (Some(_), Some(_)) => Agreement::Differ,
            (Some(_), None) => Agreement::OnlyQr,
            (None, Some(_)) => Agreement::OnlyMrz,
            (None, None) => Agreement::Neither,
        }
    }
}
