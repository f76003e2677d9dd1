//! What is sent for an entry: body, signature and sealed pictures.

use super::{Rows, StoreFault, id};
use crate::{
    entry::{Outgoing, OutgoingPart},
    store::{cipher::RecordAddress, from_json, parts::hash, to_json},
};
use bytes::Bytes;
use protocol::{
    apoyos::PartName,
    ids::{ApoyoId, DeviceId, Sha256Hash},
};
use rusqlite::{OptionalExtension, Row, params};
use zeroize::Zeroizing;

/// One sealed picture, ready for upload.
#[derive(Debug, Clone)]
pub(crate) struct SealedPicture {
    pub name: PartName,
    /// SHA-256 of the sealed bytes: the part's name under `/v1/blobs/`.
    pub sha256: Sha256Hash,
    pub sealed: Bytes,
}

/// What an entry sends; `None` if it has a receipt, or was never sealed.
pub(crate) fn outgoing(rows: &Rows<'_>, apoyo: ApoyoId) -> Result<Option<Outgoing>, StoreFault> {
    let sent = rows
        .query_row(
            "SELECT device, body, content, signature FROM entry
             WHERE apoyo = ?1 AND body IS NOT NULL AND state <> 'unsealed'",
            [apoyo.as_bytes()],
            sent,
        )
        .optional()?;
    sent.map(|sent| with_parts(rows, apoyo, sent)).transpose()
}

/// Device, body, content and signature, as they are stored.
pub(super) type Sent = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);

pub(super) fn sent(row: &Row<'_>) -> rusqlite::Result<Sent> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

/// What is sent, with the parts that go with it.
pub(super) fn with_parts(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    (device, body, content, signature): Sent,
) -> Result<Outgoing, StoreFault> {
    let mut statement =
        rows.prepare("SELECT name, sha256, uploaded FROM entry_part WHERE apoyo = ?1")?;
    let found = statement.query_map([apoyo.as_bytes()], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, Vec<u8>>(1)?,
            row.get::<_, bool>(2)?,
        ))
    })?;
    let mut parts = Vec::new();
    for row in found {
        let (name, sha256, uploaded) = row?;
        parts.push(OutgoingPart {
            name: from_json(&name, "the name of a part")?,
            sha256: hash(sha256)?,
            uploaded,
        });
    }
    parts.sort_by_key(|part| part.name);
    Ok(Outgoing {
        device: DeviceId::from_bytes(id(device)?),
        body: Bytes::from(body),
        content: hash(content)?,
        signature: signature
            .try_into()
            .map_err(|_| StoreFault::Corrupt("a signature"))?,
        parts,
    })
}

/// The sealed bytes of one part.
pub(crate) fn part_bytes(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    name: PartName,
) -> Result<Option<Bytes>, StoreFault> {
    let sealed: Option<Vec<u8>> = rows
        .query_row(
            "SELECT sealed FROM entry_part WHERE apoyo = ?1 AND name = ?2",
            params![apoyo.as_bytes(), to_json(&name)?],
            |row| row.get(0),
        )
        .optional()?;
    Ok(sealed.map(Bytes::from))
}

/// Stores the sealed pictures of an entry, and replaces the old ones.
pub(super) fn set_parts(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    pictures: &[SealedPicture],
) -> Result<(), StoreFault> {
    for picture in pictures {
        rows.execute(
            "INSERT OR REPLACE INTO entry_part (apoyo, name, sha256, sealed)
             VALUES (?1, ?2, ?3, ?4)",
            params![
                apoyo.as_bytes(),
                to_json(&picture.name)?,
                picture.sha256.as_bytes(),
                picture.sealed.as_ref(),
            ],
        )?;
    }
    Ok(())
}

/// Changes the device of a queued entry, and the body that names it.
pub(crate) fn readdress(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    outgoing: &Outgoing,
) -> Result<(), StoreFault> {
    // What a receipted entry sends again is its copy.
    for (table, which) in [("entry", "AND state <> 'receipted'"), ("spare", "")] {
        rows.execute(
            &format!(
                "UPDATE {table} SET device = ?2, body = ?3, content = ?4, signature = ?5
                 WHERE apoyo = ?1 {which}"
            ),
            params![
                apoyo.as_bytes(),
                outgoing.device.as_bytes(),
                outgoing.body.as_ref(),
                outgoing.content.as_bytes(),
                outgoing.signature,
            ],
        )?;
    }
    Ok(())
}

/// Notes whether the server has a part. Returns whether the entry still exists.
pub(crate) fn set_uploaded(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    sha256: Sha256Hash,
    uploaded: bool,
) -> Result<bool, StoreFault> {
    let changed = rows.execute(
        "UPDATE entry_part SET uploaded = ?3 WHERE apoyo = ?1 AND sha256 = ?2",
        params![apoyo.as_bytes(), sha256.as_bytes(), uploaded],
    )?;
    Ok(changed > 0)
}

/// An entry that the first version queued unsealed.
pub(crate) struct LeftOpen {
    /// The body that it would have sent.
    pub body: Zeroizing<Vec<u8>>,
    pub pictures: Vec<(PartName, Zeroizing<Vec<u8>>)>,
}

/// The address of the record of such an entry's body.
pub(in crate::store) fn open_body(apoyo: &ApoyoId) -> RecordAddress<'_> {
    RecordAddress {
        table: "entry",
        row: apoyo.as_bytes(),
        column: "body",
    }
}

/// The row of the record of such a picture: the entry and the name.
pub(in crate::store) fn open_part_row(apoyo: &ApoyoId, name: &str) -> Vec<u8> {
    [apoyo.as_bytes(), name.as_bytes()].concat()
}

/// An entry of the first version; `None` if it is not one, or no longer.
pub(crate) fn left_open(rows: &Rows<'_>, apoyo: ApoyoId) -> Result<Option<LeftOpen>, StoreFault> {
    let body: Option<Vec<u8>> = rows
        .query_row(
            "SELECT body FROM entry WHERE apoyo = ?1 AND state = 'unsealed'",
            [apoyo.as_bytes()],
            |row| row.get(0),
        )
        .optional()?;
    let Some(body) = body else { return Ok(None) };
    let mut statement = rows.prepare("SELECT name, sealed FROM entry_part WHERE apoyo = ?1")?;
    let found = statement.query_map([apoyo.as_bytes()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    let mut pictures = Vec::new();
    for row in found {
        let (name, record) = row?;
        let at = RecordAddress {
            table: "entry_part",
            row: &open_part_row(&apoyo, &name),
            column: "sealed",
        };
        let jpeg = rows.cipher().open(at, &record)?;
        pictures.push((from_json(&name, "the name of a part")?, jpeg));
    }
    pictures.sort_by_key(|(name, _)| *name);
    Ok(Some(LeftOpen {
        body: rows.cipher().open(open_body(&apoyo), &body)?,
        pictures,
    }))
}

/// Stores such an entry sealed, and overwrites the unsealed bytes in the same transaction. Returns
/// whether it still existed.
pub(crate) fn seal(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    outgoing: &Outgoing,
    pictures: &[SealedPicture],
) -> Result<bool, StoreFault> {
    let changed = rows.execute(
        "UPDATE entry SET state = 'sealed' WHERE apoyo = ?1 AND state = 'unsealed'",
        [apoyo.as_bytes()],
    )?;
    if changed > 0 {
        readdress(rows, apoyo, outgoing)?;
        set_parts(rows, apoyo, pictures)?;
    }
    Ok(changed > 0)
}
