//! Pictures: kept once by their hash, named by the draft, the activation and the queue.

use super::{StoreFault, from_json, to_json};
use crate::doors::Source;
use bytes::Bytes;
use credential::reading::FindingCode;
use protocol::{apoyo::PartName, ids::Sha256Hash};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A picture as it will be sent, and what is known about it.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub source: Source,
    pub findings: Vec<FindingCode>,
    pub width: u32,
    pub height: u32,
    pub sha256: Sha256Hash,
}

/// A hash from its column.
pub(crate) fn hash(bytes: Vec<u8>) -> Result<Sha256Hash, StoreFault> {
    let bytes = bytes
        .try_into()
        .map_err(|_| StoreFault::Corrupt("a hash"))?;
    Ok(Sha256Hash::from_bytes(bytes))
}

type Columns = (String, String, u32, u32, Vec<u8>);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
    ))
}

fn picture((source, findings, width, height, sha256): Columns) -> Result<Picture, StoreFault> {
    Ok(Picture {
        source: from_json(&source, "where a picture came from")?,
        findings: from_json(&findings, "the findings of a picture")?,
        width,
        height,
        sha256: hash(sha256)?,
    })
}

/// Keeps the bytes of a picture.
pub(crate) fn keep(
    connection: &Connection,
    sha256: Sha256Hash,
    jpeg: &[u8],
) -> Result<(), StoreFault> {
    connection.execute(
        "INSERT INTO picture (sha256, jpeg) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![sha256.as_bytes(), jpeg],
    )?;
    Ok(())
}

/// The bytes of a picture.
pub(crate) fn bytes(
    connection: &Connection,
    sha256: Sha256Hash,
) -> Result<Option<Bytes>, StoreFault> {
    let jpeg: Option<Vec<u8>> = connection
        .query_row(
            "SELECT jpeg FROM picture WHERE sha256 = ?1",
            [sha256.as_bytes()],
            |row| row.get(0),
        )
        .optional()?;
    Ok(jpeg.map(Bytes::from))
}

/// The length of a kept picture.
pub(crate) fn length(connection: &Connection, sha256: Sha256Hash) -> Result<u64, StoreFault> {
    let length: i64 = connection
        .query_row(
            "SELECT length(jpeg) FROM picture WHERE sha256 = ?1",
            [sha256.as_bytes()],
            |row| row.get(0),
        )
        .optional()?
        .ok_or(StoreFault::Corrupt("a picture"))?;
    u64::try_from(length).map_err(|_| StoreFault::Corrupt("a picture"))
}

/// Deletes the pictures that nothing names any more. Belongs into every transaction that
/// drops a name.
pub(crate) fn sweep(connection: &Connection) -> Result<(), StoreFault> {
    connection.execute(
        "DELETE FROM picture WHERE sha256 NOT IN (
           SELECT sha256 FROM activation_front
           UNION SELECT sha256 FROM draft_part
           UNION SELECT sha256 FROM entry_part)",
        [],
    )?;
    Ok(())
}

/// The front picture of the activation.
pub(crate) fn activation_front(connection: &Connection) -> Result<Option<Picture>, StoreFault> {
    connection
        .query_row(
            "SELECT source, findings, width, height, sha256 FROM activation_front",
            [],
            columns,
        )
        .optional()?
        .map(picture)
        .transpose()
}

/// Replaces the front picture of the activation.
pub(crate) fn set_activation_front(
    connection: &Connection,
    picture: &Picture,
) -> Result<(), StoreFault> {
    connection.execute(
        "INSERT OR REPLACE INTO activation_front (id, source, findings, width, height, sha256)
         VALUES (1, ?1, ?2, ?3, ?4, ?5)",
        params![
            to_json(&picture.source)?,
            to_json(&picture.findings)?,
            picture.width,
            picture.height,
            picture.sha256.as_bytes(),
        ],
    )?;
    sweep(connection)
}

/// The parts of the draft, in the order of capture.
pub(crate) fn of_draft(connection: &Connection) -> Result<Vec<(PartName, Picture)>, StoreFault> {
    let mut statement = connection
        .prepare("SELECT source, findings, width, height, sha256, name FROM draft_part")?;
    let rows = statement.query_map([], |row| Ok((columns(row)?, row.get::<_, String>(5)?)))?;
    let mut parts = Vec::new();
    for row in rows {
        let (found, name) = row?;
        parts.push((from_json(&name, "the name of a part")?, picture(found)?));
    }
    parts.sort_by_key(|(name, _)| *name);
    Ok(parts)
}

/// Replaces one part of the draft.
pub(crate) fn set_draft_part(
    connection: &Connection,
    name: PartName,
    picture: &Picture,
) -> Result<(), StoreFault> {
    connection.execute(
        "INSERT OR REPLACE INTO draft_part (name, source, findings, width, height, sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            to_json(&name)?,
            to_json(&picture.source)?,
            to_json(&picture.findings)?,
            picture.width,
            picture.height,
            picture.sha256.as_bytes(),
        ],
    )?;
    sweep(connection)
}

/// Takes one part out of the draft.
pub(crate) fn drop_draft_part(connection: &Connection, name: PartName) -> Result<(), StoreFault> {
    connection.execute("DELETE FROM draft_part WHERE name = ?1", [to_json(&name)?])?;
    sweep(connection)
}
