//! The pictures of the draft and of the activation, and their data.

use super::{Rows, StoreFault, cipher::RecordAddress, from_json, pictures::sweep, to_json};
use crate::doors::Source;
use credential::FindingCode;
use protocol::{apoyos::PartName, ids::Sha256Hash};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use vision::photo::Fingerprint;

/// The data of a stored picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Picture {
    pub source: Source,
    pub findings: Vec<FindingCode>,
    pub width: u32,
    pub height: u32,
    pub sha256: Sha256Hash,
    /// For recognising the same photograph; pictures of older versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
}

const FRONT: RecordAddress<'_> = RecordAddress::only("activation_front", "record");

const fn part_address(name: &str) -> RecordAddress<'_> {
    RecordAddress {
        table: "draft_part",
        row: name.as_bytes(),
        column: "record",
    }
}

/// A hash from a column.
pub(crate) fn hash(bytes: Vec<u8>) -> Result<Sha256Hash, StoreFault> {
    let bytes = bytes
        .try_into()
        .map_err(|_| StoreFault::Corrupt("a hash"))?;
    Ok(Sha256Hash::from_bytes(bytes))
}

/// The front picture of the activation.
pub(crate) fn activation_front(rows: &Rows<'_>) -> Result<Option<Picture>, StoreFault> {
    let record: Option<Vec<u8>> = rows
        .query_row("SELECT record FROM activation_front", [], |row| row.get(0))
        .optional()?;
    record
        .map(|record| rows.open_json(FRONT, &record, "the front of the activation"))
        .transpose()
}

/// Replaces the front picture of the activation.
pub(crate) fn set_activation_front(rows: &Rows<'_>, picture: &Picture) -> Result<(), StoreFault> {
    rows.execute(
        "INSERT OR REPLACE INTO activation_front (id, sha256, record) VALUES (1, ?1, ?2)",
        params![picture.sha256.as_bytes(), rows.seal_json(FRONT, picture)?],
    )?;
    sweep(rows)
}

/// The parts of the draft, in the order of capture.
pub(crate) fn of_draft(rows: &Rows<'_>) -> Result<Vec<(PartName, Picture)>, StoreFault> {
    let mut statement = rows.prepare("SELECT name, record FROM draft_part")?;
    let found = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    let mut parts = Vec::new();
    for row in found {
        let (name, record) = row?;
        let picture = rows.open_json(part_address(&name), &record, "a part of the draft")?;
        parts.push((from_json(&name, "the name of a part")?, picture));
    }
    parts.sort_by_key(|(name, _)| *name);
    Ok(parts)
}

/// Replaces one part of the draft.
pub(crate) fn set_draft_part(
    rows: &Rows<'_>,
    name: PartName,
    picture: &Picture,
) -> Result<(), StoreFault> {
    let name = to_json(&name)?;
    rows.execute(
        "INSERT OR REPLACE INTO draft_part (name, sha256, record) VALUES (?1, ?2, ?3)",
        params![
            name,
            picture.sha256.as_bytes(),
            rows.seal_json(part_address(&name), picture)?,
        ],
    )?;
    sweep(rows)
}

/// Removes one part of the draft.
pub(crate) fn drop_draft_part(rows: &Rows<'_>, name: PartName) -> Result<(), StoreFault> {
    rows.execute("DELETE FROM draft_part WHERE name = ?1", [to_json(&name)?])?;
    sweep(rows)
}
