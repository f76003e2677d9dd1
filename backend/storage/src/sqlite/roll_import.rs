//! Writing a new version of the roll, next to the one in force.
//!
//! Entries are gathered in memory, sorted by key and written in order, so that the tree grows
//! at its end; a roll larger than one chunk is merged chunk by chunk. The file is flushed
//! before one row in `apoyo.db` brings it into force. A crash before that row leaves the old
//! version in force and a stray file, which the next import removes.

use super::{
    audit,
    connection::open_writer,
    fault::Fault,
    lock::{self, FileLock},
    private, roll_files,
    values::{signed, situacion_number},
};
use crate::{
    StorageError,
    audit::{Deed, Operator},
    engine::OpenError,
    roll::{RollCounts, RollEntry, RollImport, RollSource, RollVersion},
};
use protocol::{campaigns::Place, environment::Timestamp};
use rusqlite::{Connection, params};
use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    path::{Path, PathBuf},
};

/// Entries that are sorted at once: some 40 MB.
const CHUNK: usize = 500_000;

/// A version being written.
pub(super) struct Import {
    folder: PathBuf,
    operator: Option<Operator>,
    version: i64,
    roll: Connection,
    chunk: Vec<RollEntry>,
    keys: HashSet<[u8; 16]>,
    places: HashMap<Place, i64>,
    counts: RollCounts,
    source: RollSource,
    written: u64,
    finished: bool,
    _alone: FileLock,
}

fn broken(error: impl std::fmt::Display) -> StorageError {
    StorageError::Broken(error.to_string())
}

fn from_open(error: OpenError) -> StorageError {
    broken(error)
}

fn from_sql(error: rusqlite::Error) -> StorageError {
    Fault::from(error).into()
}

impl Import {
    pub(super) fn begin(folder: &Path, operator: Option<Operator>) -> Result<Self, StorageError> {
        let alone = alone(folder)?;
        let main = open_writer(folder).map_err(from_open)?;
        let version = 1 + roll_files::in_force(&main)?.map_or(0, |in_force| in_force.number);
        remove_others(folder, &main)?;
        let file = roll_files::file(folder, version);
        private::create_database(&file)?;
        let roll = Connection::open(file).map_err(from_sql)?;
        let import = Self {
            folder: folder.to_owned(),
            operator,
            version,
            roll,
            chunk: Vec::new(),
            keys: HashSet::new(),
            places: HashMap::new(),
            counts: RollCounts::default(),
            source: RollSource::default(),
            written: 0,
            finished: false,
            _alone: alone,
        };
        import
            .roll
            .execute_batch(
                "PRAGMA journal_mode = OFF; -- the whole file is removed if anything fails
                 PRAGMA synchronous = OFF;  -- and flushed once, at its end
                 PRAGMA locking_mode = EXCLUSIVE;
                 PRAGMA cache_size = -64000;
                 CREATE TABLE places (
                     number           INTEGER PRIMARY KEY,
                     entidad          INTEGER NOT NULL,
                     distrito_federal INTEGER NOT NULL,
                     distrito_local   INTEGER NOT NULL,
                     municipio        INTEGER NOT NULL,
                     seccion          INTEGER NOT NULL
                 ) STRICT;
                 CREATE INDEX places_by_seccion ON places (entidad, seccion);
                 CREATE TABLE entries (
                     key       BLOB PRIMARY KEY, -- keyed hash of CIC and identificador
                     person    BLOB NOT NULL,    -- keyed hash of the clave de elector
                     place     INTEGER NOT NULL REFERENCES places (number),
                     situacion INTEGER NOT NULL, -- 0 lista nominal, 1 padrón, 2 baja
                     vigencia  INTEGER NOT NULL  -- the last year in which the credential is valid
                 ) STRICT, WITHOUT ROWID;
                 CREATE TABLE counts (
                     entidad INTEGER PRIMARY KEY,
                     entries INTEGER NOT NULL,
                     nominal INTEGER NOT NULL
                 ) STRICT;
                 BEGIN;",
            )
            .map_err(from_sql)?;
        Ok(import)
    }

    fn place_number(&mut self, place: Place) -> Result<i64, StorageError> {
        if let Some(number) = self.places.get(&place) {
            return Ok(*number);
        }
        self.roll
            .prepare_cached(
                "INSERT INTO places (entidad, distrito_federal, distrito_local, municipio, seccion)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )
            .and_then(|mut insert| {
                insert.execute(params![
                    place.entidad.number(),
                    place.distrito_federal,
                    place.distrito_local,
                    place.municipio,
                    place.seccion
                ])
            })
            .map_err(from_sql)?;
        let number = self.roll.last_insert_rowid();
        self.places.insert(place, number);
        Ok(number)
    }

    fn write_chunk(&mut self) -> Result<(), StorageError> {
        let mut chunk = std::mem::take(&mut self.chunk);
        chunk.sort_unstable_by_key(|entry| entry.key);
        for entry in &chunk {
            let place = self.place_number(entry.place)?;
            self.roll
                .prepare_cached("INSERT INTO entries VALUES (?1, ?2, ?3, ?4, ?5)")
                .and_then(|mut insert| {
                    insert.execute(params![
                        entry.key,
                        entry.person,
                        place,
                        situacion_number(entry.situacion),
                        entry.vigencia
                    ])
                })
                .map_err(from_sql)?;
        }
        self.written += chunk.len() as u64;
        chunk.clear();
        self.chunk = chunk;
        self.keys.clear();
        Ok(())
    }

    fn write_counts(&self) -> Result<(), StorageError> {
        for (entidad, of_entidad) in &self.counts.by_entidad {
            let (entries, nominal) = (signed(of_entidad.entries)?, signed(of_entidad.nominal)?);
            self.roll
                .execute(
                    "INSERT INTO counts VALUES (?1, ?2, ?3)",
                    params![entidad.number(), entries, nominal],
                )
                .map_err(from_sql)?;
        }
        Ok(())
    }

    fn is_written(&self, key: &[u8; 16]) -> Result<bool, StorageError> {
        self.roll
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM entries WHERE key = ?1)")
            .and_then(|mut query| query.query_row([key], |row| row.get(0)))
            .map_err(from_sql)
    }
}

impl RollImport for Import {
    fn add(&mut self, entry: RollEntry) -> Result<bool, StorageError> {
        if self.written > 0 && self.is_written(&entry.key)? {
            return Ok(false);
        }
        if !self.keys.insert(entry.key) {
            return Ok(false);
        }
        self.counts.add(&entry);
        self.chunk.push(entry);
        if self.chunk.len() >= CHUNK {
            self.write_chunk()?;
        }
        Ok(true)
    }

    fn counts(&self) -> &RollCounts {
        &self.counts
    }

    fn is_of(&mut self, source: RollSource) {
        self.source = source;
    }

    fn finish(mut self: Box<Self>, now: Timestamp) -> Result<RollVersion, StorageError> {
        self.write_chunk()?;
        self.write_counts()?;
        self.roll.execute_batch("COMMIT").map_err(from_sql)?;
        // The content first, then its name in the folder, then the row that points to it.
        let path = roll_files::file(&self.folder, self.version);
        File::open(&path)?.sync_all()?;
        File::open(&self.folder)?.sync_all()?;
        let main = open_writer(&self.folder).map_err(from_open)?;
        let forced = main.unchecked_transaction().map_err(from_sql)?;
        let entries = signed(self.written)?;
        roll_files::bring_into_force(
            &forced,
            self.version,
            self.version,
            entries,
            &self.source,
            now,
        )?;
        let subject = format!("version {}, {} entries", self.version, self.written);
        let deed = Deed::of("roll.import", subject);
        audit::record(&forced, self.operator.as_ref(), deed)?;
        forced.commit().map_err(from_sql)?;
        self.finished = true;
        let version = roll_files::in_force(&main)?
            .map(|in_force| in_force.version)
            .ok_or_else(|| broken("the new roll is not in force"))?;
        // Readers that have an old file open keep it until their next look-up.
        if let Err(error) = remove_others(&self.folder, &main) {
            tracing::warn!(%error, "older rolls are left for the next import");
        }
        Ok(version)
    }
}

impl Drop for Import {
    fn drop(&mut self) {
        if !self.finished {
            let path = roll_files::file(&self.folder, self.version);
            if let Err(error) = fs::remove_file(&path) {
                tracing::warn!(%error, "an unfinished roll is left for the next import");
            }
        }
    }
}

/// Takes the right to replace the roll.
pub(super) fn alone(folder: &Path) -> Result<FileLock, StorageError> {
    lock::try_take(&folder.join("roll-import.lock"))
        .map_err(from_open)?
        .ok_or(StorageError::Busy)
}

/// Removes the files of every version but the one in force and the former one.
fn remove_others(folder: &Path, main: &Connection) -> Result<(), StorageError> {
    let (now, former) = (roll_files::in_force(main)?, roll_files::former(main)?);
    let kept: Vec<PathBuf> = [now, former]
        .into_iter()
        .flatten()
        .map(|version| roll_files::file(folder, version.file))
        .collect();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_roll = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_prefix("roll-"))
            .is_some_and(|rest| {
                rest.trim_start_matches(|c: char| c.is_ascii_digit())
                    .starts_with(".db")
            });
        if is_roll && !kept.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
