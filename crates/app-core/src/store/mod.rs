//! What the phone remembers: one SQLite file in the app's own folder.
//!
//! A write is one transaction, durable when it returns (WAL, `synchronous = FULL`): a door
//! answers only after it. Deleted pictures are overwritten (`secure_delete`). Nothing else
//! may open the folder at the same time: a lock file says so, because two senders of one queue
//! would send everything twice.
//!
//! To add something: a migration in `migrations/` (they are only ever added), its rows and
//! functions in the topic's file here.

pub(crate) mod campaigns;
pub(crate) mod draft;
pub(crate) mod entries;
pub(crate) mod parts;
pub(crate) mod phone;

use protocol::code::{Code, Problem};
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use std::{
    fs::{self, File},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

mod migrations {
    refinery::embed_migrations!("migrations");
}

/// The store failed. The reason is for the log and holds no personal data: SQLite's messages
/// name tables and files, never values.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// The phone has no room left. The transaction was undone.
    #[error("no room left on the phone")]
    Full,
    /// Another process has this folder open.
    #[error("the store is open elsewhere")]
    Locked,
    /// SQLite failed.
    #[error("store: {0}")]
    Sqlite(rusqlite::Error),
    /// A row is not what this app wrote.
    #[error("store: {0} is not what was written")]
    Corrupt(&'static str),
    /// The folder or the migrations failed.
    #[error("store: {0}")]
    Other(String),
}

impl From<rusqlite::Error> for StoreFault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            _ => Self::Sqlite(error),
        }
    }
}

impl From<StoreFault> for Code {
    fn from(fault: StoreFault) -> Code {
        match fault {
            StoreFault::Full => Code::PhoneStorageFull,
            other => {
                tracing::error!(%other, "the phone's store failed");
                Code::PhoneStorageFault
            }
        }
    }
}

impl From<StoreFault> for Problem {
    fn from(fault: StoreFault) -> Problem {
        Code::from(fault).into()
    }
}

/// The phone's own SQLite.
#[derive(Debug)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
    _lock: File,
}

impl Store {
    /// Opens the store in `folder`, making or migrating it. `page_limit` caps its size in
    /// pages of 4 KiB, as a full disk would; `None` for no cap.
    pub fn open(folder: &Path, page_limit: Option<u32>) -> Result<Self, StoreFault> {
        let other = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::StorageFull => StoreFault::Full,
            kind => StoreFault::Other(kind.to_string()),
        };
        fs::create_dir_all(folder).map_err(other)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(other)?;
        }
        let lock = File::create(folder.join("lock")).map_err(other)?;
        lock.try_lock().map_err(|_| StoreFault::Locked)?;

        let mut connection = Connection::open(folder.join("phone.sqlite"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // Deletions of pictures leave the log soon, not only when it happens to be full.
        connection.pragma_update(None, "wal_autocheckpoint", 64)?;
        if let Some(pages) = page_limit {
            connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        }
        let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |r| r.get(0))?;
        let journal: String = connection.pragma_query_value(None, "journal_mode", |r| r.get(0))?;
        if synchronous != 2 || journal != "wal" {
            return Err(StoreFault::Corrupt("the way of writing"));
        }
        migrations::migrations::runner()
            .run(&mut connection)
            .map_err(|error| StoreFault::Other(error.to_string()))?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            _lock: lock,
        })
    }

    /// One transaction: everything that `work` does, or nothing. Durable when it returns.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        self.blocking(move |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
        .await
    }

    /// One consistent look.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        self.blocking(move |connection| {
            let transaction = connection.transaction()?;
            work(&transaction)
        })
        .await
    }

    /// Forgets everything, and overwrites where it stood.
    pub(crate) async fn wipe(&self) -> Result<(), StoreFault> {
        self.write(|t| {
            t.execute_batch(
                "DELETE FROM entry_part; DELETE FROM entry; DELETE FROM draft_part;
                 DELETE FROM draft; DELETE FROM campaigns; DELETE FROM activation_front;
                 DELETE FROM picture; DELETE FROM phone;",
            )?;
            Ok(())
        })
        .await?;
        self.shrink().await
    }

    /// Empties the write-ahead log, so that no deleted picture stays readable in it.
    pub(crate) async fn shrink(&self) -> Result<(), StoreFault> {
        self.blocking(|connection| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(())
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let connection = Arc::clone(&self.connection);
        tokio::task::spawn_blocking(move || {
            // A panic while the lock was held rolled its transaction back: the connection is sound.
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut connection)
        })
        .await
        .map_err(|error| StoreFault::Other(error.to_string()))?
    }
}

/// A value as JSON in a column.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreFault> {
    serde_json::to_string(value).map_err(|error| StoreFault::Other(error.to_string()))
}

/// A value from JSON in a column.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(
    text: &str,
    what: &'static str,
) -> Result<T, StoreFault> {
    serde_json::from_str(text).map_err(|_| StoreFault::Corrupt(what))
}
