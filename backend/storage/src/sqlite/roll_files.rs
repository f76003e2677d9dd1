//! The files of the roll: one per version, which one row in `apoyo.db` brings into force.

use super::{
    fault::Fault,
    values::{moment, unsigned},
};
use crate::roll::RollVersion;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::{Path, PathBuf};

/// How often a reader follows a change of version within one look-up.
const FOLLOW: usize = 3;

/// The roll's file as a reader has it open.
pub(super) struct OpenRoll {
    version: i64,
    db: Connection,
}

/// The file of a version.
pub(super) fn file(folder: &Path, version: i64) -> PathBuf {
    folder.join(format!("roll-{version}.db"))
}

/// The version in force.
pub(super) fn in_force(db: &Connection) -> Result<Option<(i64, RollVersion)>, Fault> {
    let row: Option<(i64, i64, i64)> = db
        .prepare_cached(
            "SELECT version, entries, since FROM roll_versions ORDER BY version DESC LIMIT 1",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((number, entries, since)) = row else {
        return Ok(None);
    };
    let version = RollVersion {
        version: unsigned(number)?,
        entries: unsigned(entries)?,
        since: moment(since)?,
    };
    Ok(Some((number, version)))
}

/// The roll in force; opens its file if `held`, the one that a reader has open, is another or none.
pub(super) fn current<'a>(
    db: &Connection,
    folder: &Path,
    held: &'a mut Option<OpenRoll>,
) -> Result<Option<&'a Connection>, Fault> {
    for _ in 0..FOLLOW {
        let Some((version, _)) = in_force(db)? else {
            return Ok(None);
        };
        if held.as_ref().is_none_or(|roll| roll.version != version) {
            *held = None;
            match open(&file(folder, version)) {
                Ok(opened) => {
                    *held = Some(OpenRoll {
                        version,
                        db: opened,
                    });
                }
                // An import may have replaced it between the two steps: look again.
                Err(_) if in_force(db)?.map(|(now, _)| now) != Some(version) => continue,
                Err(error) => return Err(Fault::Failed(format!("roll {version}: {error}"))),
            }
        }
        return Ok(held.as_ref().map(|roll| &roll.db));
    }
    Err(Fault::Busy)
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    // A roll in force is never written: SQLite need not take locks on it.
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                address.push(char::from(*byte));
            }
            other => address.push_str(&format!("%{other:02X}")),
        }
    }
    address.push_str("?mode=ro&immutable=1");
    let db = Connection::open_with_flags(
        address,
        OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    db.pragma_update(None, "cache_size", -16_000)?;
    // Opening is lazy; this notices at once that the file is missing or is not a database.
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    })?;
    Ok(db)
}
