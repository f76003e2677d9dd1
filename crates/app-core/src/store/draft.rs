//! The draft: at most one, in one record.

use super::{
    Rows, StoreFault,
    cipher::RecordAddress,
    parts::{self, Picture},
    pictures,
};
use credential::Model;
use protocol::{
    apoyos::{PartName, SignatureKind},
    campaigns::Campaign,
    sensitive::Sensitive,
};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// The draft without the bytes of its pictures.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub campaign: Campaign,
    pub begun_at_ms: i64,
    pub model: Option<Model>,
    /// Text of the QR that the live scanner read.
    pub hint: Option<Sensitive<String>>,
    /// Text of the public QR in the last good still of the back.
    pub qr: Option<Sensitive<String>>,
    /// The three lines of the MRZ that were read in that still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mrz_read: Option<Sensitive<String>>,
    pub typed: Typed,
    /// Whether the citizen has confirmed the reading.
    pub confirmed: bool,
    pub signature_kind: Option<SignatureKind>,
    /// Stored in a table of their own.
    #[serde(skip)]
    pub parts: Vec<(PartName, Picture)>,
}

/// The fields that were typed from the card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Typed {
    pub mrz: Option<Sensitive<String>>,
    pub curp: Option<Sensitive<String>>,
    pub clave_elector: Option<Sensitive<String>>,
    pub name: Option<Sensitive<String>>,
}

const RECORD: RecordAddress<'_> = RecordAddress::only("draft", "record");

impl Draft {
    /// An empty draft.
    pub fn new(campaign: Campaign, begun_at_ms: i64) -> Self {
        Self {
            campaign,
            begun_at_ms,
            model: None,
            hint: None,
            qr: None,
            mrz_read: None,
            typed: Typed::default(),
            confirmed: false,
            signature_kind: None,
            parts: Vec::new(),
        }
    }

    /// The three lines of the MRZ: the typed ones, otherwise the read ones.
    pub fn mrz(&self) -> Option<&Sensitive<String>> {
        self.typed.mrz.as_ref().or(self.mrz_read.as_ref())
    }

    /// The part with this name, if it was taken.
    pub fn part(&self, name: PartName) -> Option<&Picture> {
        self.parts
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, picture)| picture)
    }
}

/// The draft, if there is one.
pub(crate) fn load(rows: &Rows<'_>) -> Result<Option<Draft>, StoreFault> {
    let record: Option<Vec<u8>> = rows
        .query_row("SELECT record FROM draft", [], |row| row.get(0))
        .optional()?;
    let Some(record) = record else {
        return Ok(None);
    };
    let mut draft: Draft = rows.open_json(RECORD, &record, "the draft")?;
    draft.parts = parts::of_draft(rows)?;
    Ok(Some(draft))
}

/// Saves the draft without its parts.
pub(crate) fn save(rows: &Rows<'_>, draft: &Draft) -> Result<(), StoreFault> {
    rows.execute(
        "INSERT OR REPLACE INTO draft (id, record) VALUES (1, ?1)",
        params![rows.seal_json(RECORD, draft)?],
    )?;
    Ok(())
}

/// Deletes the draft, and every picture that no other row names.
pub(crate) fn discard(rows: &Rows<'_>) -> Result<(), StoreFault> {
    rows.execute_batch("DELETE FROM draft_part; DELETE FROM draft;")?;
    pictures::sweep(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Phones hold drafts of this shape. Fields may be added. One field (`exclusive_note`) was removed,
    /// and a draft with or without it is read.
    #[test]
    fn a_draft_stored_by_the_second_schema_is_still_understood() {
        let text = r#"{"campaign":{"id":"agua","process":"agua-2027","process_name":"Consulta","kind":"consulta_popular","title":"¿Agua?","requester":"Ríos","description":"","demarcation":{"scope":"pais"},"opens_at":"2027-01-01T00:00:00Z","closes_at":"2027-02-01T00:00:00Z","required":1000,"exclusive_note":""},"begun_at_ms":1,"model":"G","hint":null,"qr":"http://qr.ine.mx/1","typed":{"mrz":null,"curp":"PUER850417MDFRJB01","clave_elector":null,"name":null},"confirmed":true,"signature_kind":"drawn"}"#;
        let draft: Draft = serde_json::from_str(text).unwrap();
        let without = text.replace(r#","exclusive_note":"""#, "");
        assert_eq!(serde_json::to_string(&draft).unwrap(), without);
    }
}
