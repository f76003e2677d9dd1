//! The files of the roll: one per version, which one row in `apoyo.db` brings into force.

use super::{
    again,
    fault::Fault,
    values::{millis, moment, unsigned},
};
use crate::{
    judging::WhichAgain,
    roll::{RollSource, RollVersion},
};
use protocol::{environment::Timestamp, ids::Sha256Hash};
use rusqlite::{Connection, OpenFlags, Row, params};
use std::path::{Path, PathBuf};

/// How often a reader follows a change of version within one look-up.
const FOLLOW: usize = 3;

/// The roll's file as a reader has it open.
pub(super) struct OpenRoll {
    file: i64,
    db: Connection,
}

/// A version, and the number of its file.
#[derive(Debug, Clone)]
pub(super) struct Filed {
    pub(super) number: i64,
    pub(super) file: i64,
    pub(super) version: RollVersion,
}

/// The file of this number.
pub(super) fn file(folder: &Path, number: i64) -> PathBuf {
    folder.join(format!("roll-{number}.db"))
}

const COLUMNS: &str =
    "version, coalesce(file, version) AS filed, entries, since, label, day, sha256
    FROM roll_versions";

fn filed(row: &Row<'_>) -> Result<Filed, Fault> {
    let day: Option<String> = row.get(5)?;
    let day = day.map(|day| {
        day.parse()
            .map_err(|_| Fault::unreadable("day of the roll"))
    });
    let number = row.get(0)?;
    Ok(Filed {
        number,
        file: row.get(1)?,
        version: RollVersion {
            version: unsigned(number)?,
            entries: unsigned(row.get(2)?)?,
            since: moment(row.get(3)?)?,
            source: RollSource {
                label: row.get(4)?,
                day: day.transpose()?,
                sha256: row.get::<_, Option<_>>(6)?.map(Sha256Hash::from_bytes),
            },
        },
    })
}

/// The version in force.
pub(super) fn in_force(db: &Connection) -> Result<Option<Filed>, Fault> {
    let mut query =
        db.prepare_cached(&format!("SELECT {COLUMNS} ORDER BY version DESC LIMIT 1"))?;
    let mut rows = query.query([])?;
    rows.next()?.map(filed).transpose()
}

/// The newest version whose entries are in another file than those of the version in force.
pub(super) fn former(db: &Connection) -> Result<Option<Filed>, Fault> {
    let Some(now) = in_force(db)? else {
        return Ok(None);
    };
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} WHERE filed <> ?1 ORDER BY version DESC LIMIT 1"
    ))?;
    let mut rows = query.query([now.file])?;
    rows.next()?.map(filed).transpose()
}

/// Brings a version into force: the one with the next number. Every verdict that there is has to be
/// reached once more.
pub(super) fn bring_into_force(
    db: &Connection,
    number: i64,
    file: i64,
    entries: i64,
    source: &RollSource,
    now: Timestamp,
) -> Result<(), Fault> {
    db.execute(
        "INSERT INTO roll_versions (version, entries, since, file, label, day, sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            number,
            entries,
            millis(now),
            file,
            source.label,
            source.day.map(|day| day.to_string()),
            source.sha256.as_ref().map(Sha256Hash::as_bytes),
        ],
    )?;
    again::begin(db, &WhichAgain::default(), now)?;
    Ok(())
}

/// The roll in force; opens its file if `held`, the one that a reader has open, is another or none.
pub(super) fn current<'a>(
    db: &Connection,
    folder: &Path,
    held: &'a mut Option<OpenRoll>,
) -> Result<Option<&'a Connection>, Fault> {
    for _ in 0..FOLLOW {
        let Some(Filed { file: number, .. }) = in_force(db)? else {
            return Ok(None);
        };
        if held.as_ref().is_none_or(|roll| roll.file != number) {
            *held = None;
            match open(&file(folder, number)) {
                Ok(opened) => {
                    *held = Some(OpenRoll {
                        file: number,
                        db: opened,
                    });
                }
                // An import may have replaced it between the two steps: look again.
                Err(_) if in_force(db)?.map(|now| now.file) != Some(number) => continue,
                // Not of one apoyo: none can be judged.
                Err(error) => {
                    tracing::error!(number, %error, "the roll in force cannot be opened");
                    return Err(Fault::Busy);
                }
            }
        }
        return Ok(held.as_ref().map(|roll| &roll.db));
    }
    Err(Fault::Busy)
}

/// Opens a roll's file for reading.
pub(super) fn open(path: &Path) -> rusqlite::Result<Connection> {
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
