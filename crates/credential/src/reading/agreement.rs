//! Whether QR and MRZ of a back agree. Both were printed from the same record; a person who
//! changes one of them does not change both by accident.

use crate::{mrz::Mrz, qr::StructuredQr};

/// The comparison of QR and MRZ of a back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// Both were read, and are of the same card and person.
    Agree,
    /// Both were read, and differ: the findings have both values.
    Differ,
    /// Only the QR was read.
    OnlyQr,
    /// Only the MRZ was read.
    OnlyMrz,
    /// Neither was read.
    Neither,
}

impl Agreement {
    /// Compares card (CIC) and person (OCR number) of both.
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
