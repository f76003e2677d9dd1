//! The apoyo being prepared: at most one.

use super::{
    StoreFault, from_json,
    parts::{self, Picture},
    to_json,
};
use credential::Model;
use protocol::{
    apoyo::{PartName, SignatureKind},
    campaign::Campaign,
    sensitive::Sensitive,
};
use rusqlite::{Connection, OptionalExtension, params};

/// The draft without its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub campaign: Campaign,
    pub begun_at_ms: i64,
    pub model: Option<Model>,
    pub hint: Option<Sensitive<String>>,
    pub qr: Option<Sensitive<String>>,
    pub typed: Typed,
    pub confirmed: bool,
    pub signature_kind: Option<SignatureKind>,
    pub parts: Vec<(PartName, Picture)>,
}

/// What was typed from the card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    pub mrz: Option<Sensitive<String>>,
    pub curp: Option<Sensitive<String>>,
    pub clave_elector: Option<Sensitive<String>>,
    pub name: Option<Sensitive<String>>,
}

impl Draft {
    /// A draft with nothing in it.
    pub fn new(campaign: Campaign, begun_at_ms: i64) -> Self {
        Self {
            campaign,
            begun_at_ms,
            model: None,
            hint: None,
            qr: None,
            typed: Typed::default(),
            confirmed: false,
            signature_kind: None,
            parts: Vec::new(),
        }
    }

    /// The part of this name, where it was taken.
    pub fn part(&self, name: PartName) -> Option<&Picture> {
        self.parts
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, picture)| picture)
    }
}

/// The draft, where there is one.
pub(crate) fn load(connection: &Connection) -> Result<Option<Draft>, StoreFault> {
    let row = connection
        .query_row(
            "SELECT campaign, begun_at, model, hint, qr, mrz, curp, clave_elector, name, confirmed,
                    signature_kind
             FROM draft",
            [],
            |row| {
                let text = |at| -> rusqlite::Result<Option<Sensitive<String>>> {
                    Ok(row.get::<_, Option<String>>(at)?.map(Sensitive::new))
                };
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, Option<String>>(2)?,
                    text(3)?,
                    text(4)?,
                    Typed {
                        mrz: text(5)?,
                        curp: text(6)?,
                        clave_elector: text(7)?,
                        name: text(8)?,
                    },
                    row.get::<_, bool>(9)?,
                    row.get::<_, Option<String>>(10)?,
                ))
            },
        )
        .optional()?;
    let Some((campaign, begun_at_ms, model, hint, qr, typed, confirmed, kind)) = row else {
        return Ok(None);
    };
    Ok(Some(Draft {
        campaign: from_json(&campaign, "the campaign of the draft")?,
        begun_at_ms,
        model: model
            .map(|text| from_json(&text, "the model of the draft"))
            .transpose()?,
        hint,
        qr,
        typed,
        confirmed,
        signature_kind: kind
            .map(|text| from_json(&text, "the kind of signature"))
            .transpose()?,
        parts: parts::of_draft(connection)?,
    }))
}

/// Saves the draft without its parts.
pub(crate) fn save(connection: &Connection, draft: &Draft) -> Result<(), StoreFault> {
    let text = |value: &Option<Sensitive<String>>| value.as_ref().map(|v| v.expose().clone());
    connection.execute(
        "INSERT OR REPLACE INTO draft
           (id, campaign, begun_at, model, hint, qr, mrz, curp, clave_elector, name, confirmed,
            signature_kind)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            to_json(&draft.campaign)?,
            draft.begun_at_ms,
            draft.model.as_ref().map(to_json).transpose()?,
            text(&draft.hint),
            text(&draft.qr),
            text(&draft.typed.mrz),
            text(&draft.typed.curp),
            text(&draft.typed.clave_elector),
            text(&draft.typed.name),
            draft.confirmed,
            draft.signature_kind.as_ref().map(to_json).transpose()?,
        ],
    )?;
    Ok(())
}

/// Throws the draft away, with every picture that nothing else names.
pub(crate) fn discard(connection: &Connection) -> Result<(), StoreFault> {
    connection.execute_batch("DELETE FROM draft_part; DELETE FROM draft;")?;
    parts::sweep(connection)
}
