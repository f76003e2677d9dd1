//! Opening the database: durability asserted, schema brought up to date.

use super::{
    fault::Fault,
    lock::{self, FileLock},
    private,
};
use crate::engine::OpenError;
use rusqlite::{Connection, OpenFlags};
use std::{path::Path, time::Duration};

/// How long a connection waits for another process (the command line next to the server).
const BUSY: Duration = Duration::from_secs(10);

mod embedded {
    #![allow(missing_docs, reason = "generated from the SQL files")]
    refinery::embed_migrations!("src/sqlite/migrations");
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        OpenError::Unusable(error.to_string())
    }
}

impl From<Fault> for OpenError {
    fn from(fault: Fault) -> Self {
        OpenError::Unusable(crate::StorageError::from(fault).to_string())
    }
}

/// Opens the connection that writes, creating and migrating the database where needed.
pub(super) fn open_writer(folder: &Path) -> Result<Connection, OpenError> {
    std::fs::create_dir_all(folder)?;
    // Two processes that start at once must not both create the tables.
    let _alone: FileLock = lock::wait(&folder.join("migration.lock"))?;
    let file = folder.join("apoyo.db");
    private::create_database(&file)?;
    for of_earlier in ["apoyo.db-wal", "apoyo.db-shm"] {
        private::restrict(&folder.join(of_earlier))?;
    }
    let mut db = Connection::open(file)?;
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    settle_pragmas(&db)?;
    // Fewer, larger checkpoints: every page is written twice, hot ones far less often.
    db.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    db.pragma_update(None, "journal_size_limit", 64 << 20)?;
    db.pragma_update(None, "cache_size", -32_000)?;
    // An address that is erased is erased in the file too, not only out of reach.
    db.pragma_update(None, "secure_delete", true)?;
    migrate(&mut db)?;
    // A crash right after the very first start must find the file where it was left.
    std::fs::File::open(folder)?.sync_all()?;
    Ok(db)
}

/// Opens one of the connections that read.
pub(super) fn open_reader(folder: &Path) -> Result<Connection, OpenError> {
    let db = Connection::open_with_flags(
        folder.join("apoyo.db"),
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    db.busy_timeout(BUSY)?;
    settle_pragmas(&db)?;
    db.pragma_update(None, "cache_size", -8_000)?;
    db.pragma_update(None, "query_only", true)?;
    Ok(db)
}

fn settle_pragmas(db: &Connection) -> Result<(), OpenError> {
    db.set_prepared_statement_cache_capacity(128);
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    // A pragma that SQLite does not accept is ignored without an error, so each is read back.
    let is = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let journal: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if !journal.eq_ignore_ascii_case("wal") {
        return Err(OpenError::NotDurable("journal_mode=WAL"));
    }
    if is("synchronous")? != 2 {
        return Err(OpenError::NotDurable("synchronous=FULL"));
    }
    if is("foreign_keys")? != 1 {
        return Err(OpenError::NotDurable("foreign_keys=ON"));
    }
    Ok(())
}

fn migrate(db: &mut Connection) -> Result<(), OpenError> {
    let runner = embedded::migrations::runner();
    let known = runner
        .get_migrations()
        .iter()
        .map(|step| step.version())
        .max()
        .unwrap_or_default();
    let history: bool = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history')",
        [],
        |row| row.get(0),
    )?;
    if history {
        let found: Option<i64> = db.query_row(
            "SELECT max(version) FROM refinery_schema_history",
            [],
            |row| row.get(0),
        )?;
        let found = u32::try_from(found.unwrap_or(0)).unwrap_or(u32::MAX);
        let known = u32::try_from(known).unwrap_or(u32::MAX);
        if found > known {
            return Err(OpenError::Newer { found, known });
        }
    }
    runner
        .run(db)
        .map(drop)
        .map_err(|error| OpenError::Unusable(error.to_string()))
}
