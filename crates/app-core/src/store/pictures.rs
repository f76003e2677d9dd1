//! The bytes of pictures that are not sealed yet. Each is stored once, by its hash, as a record
//! that is written and read frame by frame. The draft and the activation name them.

use super::{
    Rows, StoreFault,
    cipher::{Cipher, RecordAddress},
};
use protocol::ids::Sha256Hash;
use rusqlite::{MAIN_DB, OptionalExtension, blob::Blob, params};
use std::io::Write;
use zeroize::Zeroizing;

const fn address(sha256: &Sha256Hash) -> RecordAddress<'_> {
    RecordAddress {
        table: "picture",
        row: sha256.as_bytes(),
        column: "record",
    }
}

/// Stores the bytes of a picture.
pub(crate) fn keep(rows: &Rows<'_>, sha256: Sha256Hash, jpeg: &[u8]) -> Result<(), StoreFault> {
    let length = jpeg.len() as u64;
    let fresh = rows.execute(
        "INSERT INTO picture (sha256, bytes, record) VALUES (?1, ?2, zeroblob(?3))
         ON CONFLICT DO NOTHING",
        params![
            sha256.as_bytes(),
            as_sql(length)?,
            as_sql(Cipher::sealed_length(length))?
        ],
    )?;
    if fresh > 0 {
        let id = rows.last_insert_rowid();
        let mut record = rows.blob_open(MAIN_DB, "picture", "record", id, false)?;
        rows.cipher()
            .seal_into(address(&sha256), jpeg, &mut record)?;
        record.close()?;
    }
    Ok(())
}

/// Writes the bytes of a picture into `into`, with one frame in memory at a time. Returns whether
/// there was one.
pub(crate) fn copy(
    rows: &Rows<'_>,
    sha256: Sha256Hash,
    into: &mut impl Write,
) -> Result<bool, StoreFault> {
    let Some((mut record, _)) = record(rows, sha256)? else {
        return Ok(false);
    };
    rows.cipher()
        .open_into(address(&sha256), &mut record, into)?;
    Ok(true)
}

/// The bytes of a picture.
pub(crate) fn bytes(
    rows: &Rows<'_>,
    sha256: Sha256Hash,
) -> Result<Option<Zeroizing<Vec<u8>>>, StoreFault> {
    let Some(length) = length(rows, sha256)? else {
        return Ok(None);
    };
    // Full capacity from the start: a growing vector leaves copies of the picture in memory.
    let room = usize::try_from(length).map_err(|_| StoreFault::Corrupt("a picture"))?;
    let mut jpeg = Zeroizing::new(Vec::with_capacity(room));
    Ok(copy(rows, sha256, &mut *jpeg)?.then_some(jpeg))
}

/// The length of a stored picture.
pub(crate) fn length(rows: &Rows<'_>, sha256: Sha256Hash) -> Result<Option<u64>, StoreFault> {
    Ok(record(rows, sha256)?.map(|(_, length)| length))
}

fn record<'a>(
    rows: &'a Rows<'_>,
    sha256: Sha256Hash,
) -> Result<Option<(Blob<'a>, u64)>, StoreFault> {
    let found: Option<(i64, i64)> = rows
        .query_row(
            "SELECT id, bytes FROM picture WHERE sha256 = ?1",
            [sha256.as_bytes()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((id, length)) = found else {
        return Ok(None);
    };
    let length = u64::try_from(length).map_err(|_| StoreFault::Corrupt("a picture"))?;
    let record = rows.blob_open(MAIN_DB, "picture", "record", id, true)?;
    Ok(Some((record, length)))
}

/// Deletes the pictures that no row names any more. Every transaction that removes a name has to
/// call it.
pub(crate) fn sweep(rows: &Rows<'_>) -> Result<(), StoreFault> {
    rows.execute(
        "DELETE FROM picture WHERE sha256 NOT IN (
           SELECT sha256 FROM activation_front UNION SELECT sha256 FROM draft_part)",
        [],
    )?;
    Ok(())
}

fn as_sql(length: u64) -> Result<i64, StoreFault> {
    i64::try_from(length).map_err(|_| StoreFault::Corrupt("the length of a picture"))
}
