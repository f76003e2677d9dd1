//! The roll in force: a file per version, which one row in `apoyo.db` brings into force.

use super::{
    SqliteStorage,
    fault::Fault,
    readers::Reader,
    roll_import::Import,
    values::{self, moment, unsigned},
};
use crate::{
    StorageError,
    roll::{Roll, RollEntry, RollImport, RollVersion, Situacion},
};
use async_trait::async_trait;
use credential::Entidad;
use protocol::campaign::Place;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
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

pub(super) const fn situacion_number(situacion: Situacion) -> u8 {
    match situacion {
        Situacion::ListaNominal => 0,
        Situacion::Padron => 1,
        Situacion::Baja => 2,
    }
}

fn situacion(number: u8) -> Result<Situacion, Fault> {
    match number {
        0 => Ok(Situacion::ListaNominal),
        1 => Ok(Situacion::Padron),
        2 => Ok(Situacion::Baja),
        _ => Err(Fault::unreadable("situación")),
    }
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

/// The roll in force, opened if this reader has another one open or none.
fn current(reader: &mut Reader) -> Result<Option<&Connection>, Fault> {
    for _ in 0..FOLLOW {
        let Some((version, _)) = in_force(&reader.db)? else {
            return Ok(None);
        };
        if reader
            .roll
            .as_ref()
            .is_none_or(|roll| roll.version != version)
        {
            reader.roll = None;
            match open(&file(&reader.folder, version)) {
                Ok(db) => reader.roll = Some(OpenRoll { version, db }),
                // An import may have replaced it between the two steps: look again.
                Err(_) if in_force(&reader.db)?.map(|(now, _)| now) != Some(version) => continue,
                Err(error) => return Err(Fault::Failed(format!("roll {version}: {error}"))),
            }
        }
        return Ok(reader.roll.as_ref().map(|roll| &roll.db));
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

/// Every place with this sección, in the roll in force.
pub(super) fn places(
    reader: &mut Reader,
    entidad: Entidad,
    seccion: u16,
) -> Result<Vec<Place>, Fault> {
    let Some(db) = current(reader)? else {
        return Ok(Vec::new());
    };
    let mut query = db.prepare_cached(
        "SELECT entidad, distrito_federal, distrito_local, municipio, seccion FROM places
         WHERE entidad = ?1 AND seccion = ?2",
    )?;
    let mut rows = query.query(params![entidad.number(), seccion])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.extend(values::place(row, 0)?);
    }
    Ok(found)
}

fn find(reader: &mut Reader, key: [u8; 16]) -> Result<Option<RollEntry>, Fault> {
    let Some(db) = current(reader)? else {
        return Ok(None);
    };
    let mut query = db.prepare_cached(
        "SELECT e.person, e.situacion, e.vigencia, p.entidad, p.distrito_federal,
                p.distrito_local, p.municipio, p.seccion
         FROM entries e JOIN places p ON p.number = e.place WHERE e.key = ?1",
    )?;
    let mut rows = query.query([key])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(RollEntry {
        key,
        person: row.get(0)?,
        place: values::place(row, 3)?.ok_or_else(|| Fault::unreadable("place"))?,
        situacion: situacion(row.get(1)?)?,
        vigencia: row.get(2)?,
    }))
}

#[async_trait]
impl Roll for SqliteStorage {
    fn import_roll(&self) -> Result<Box<dyn RollImport>, StorageError> {
        Ok(Box::new(Import::begin(&self.folder)?))
    }

    async fn roll_version(&self) -> Result<Option<RollVersion>, StorageError> {
        self.read(|reader| Ok(in_force(&reader.db)?.map(|(_, version)| version)))
            .await
    }

    async fn find_in_roll(&self, key: [u8; 16]) -> Result<Option<RollEntry>, StorageError> {
        self.read(move |reader| find(reader, key)).await
    }
}
