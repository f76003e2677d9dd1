//! The phone's store: one SQLite file in the app's own folder.
//!
//! A write is one transaction, durable when it returns (write-ahead log, `synchronous = FULL`). A
//! door answers only after it. [`lock`] keeps a second process out of the folder, because two
//! senders of one queue would send everything twice.
//!
//! A copy of the folder does not reveal personal data. Drafts, pictures, addresses and the list of
//! campaigns are records of [`cipher`], encrypted with a secret in the phone's key store
//! ([`secret`] handles its loss). Queued apoyos are sealed to the server before they become rows.
//! Ids, hashes, times, public keys and receipts are not encrypted, so they stay usable without a
//! secret. Deleted data are overwritten (`secure_delete`).
//!
//! To add something: a migration in `migrations/` (existing ones never change), its rows and
//! functions in the topic's file here, and a fixture of the old schema in `tests/schemas`.

pub(crate) mod campaigns;
pub(crate) mod cipher;
pub(crate) mod draft;
pub(crate) mod entries;
mod fault;
mod left_open;
mod lock;
pub(crate) mod parts;
pub(crate) mod phone;
pub(crate) mod pictures;
pub(crate) mod secret;

pub use fault::StoreFault;

use crate::ports::StorageSecret;
use cipher::{Cipher, RecordAddress};
use protocol::environment::Entropy;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::{
    fs::{self, File},
    ops::Deref,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use zeroize::Zeroizing;

mod migrations {
    refinery::embed_migrations!("migrations");
}

/// The phone's SQLite database.
#[derive(Debug)]
pub struct Store {
    database: Arc<Mutex<Database>>,
    _lock: File,
}

#[derive(Debug)]
struct Database {
    connection: Connection,
    cipher: Cipher,
}

/// One transaction, and the cipher of its records.
pub(crate) struct Rows<'a> {
    transaction: Transaction<'a>,
    cipher: &'a Cipher,
}

impl Deref for Rows<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.transaction
    }
}

impl Rows<'_> {
    /// The cipher of the records.
    pub fn cipher(&self) -> &Cipher {
        self.cipher
    }

    /// Encrypts a value as a JSON record.
    pub fn seal_json<T: serde::Serialize>(
        &self,
        address: RecordAddress<'_>,
        value: &T,
    ) -> Result<Vec<u8>, StoreFault> {
        let json = serde_json::to_vec(value)
            .map(Zeroizing::new)
            .map_err(|error| StoreFault::Other(error.to_string()))?;
        Ok(self.cipher.seal(address, &json)?)
    }

    /// Decrypts a value that [`Rows::seal_json`] encrypted.
    pub fn open_json<T: serde::de::DeserializeOwned>(
        &self,
        address: RecordAddress<'_>,
        record: &[u8],
        what: &'static str,
    ) -> Result<T, StoreFault> {
        let json = self.cipher.open(address, record)?;
        serde_json::from_slice(&json).map_err(|_| StoreFault::Corrupt(what))
    }
}

impl Store {
    /// Opens the store in `folder` with this secret; creates or migrates it. `page_limit` limits
    /// its size in pages of 4 KiB, to simulate a full disk; `None` for no limit.
    pub fn open(
        folder: &Path,
        page_limit: Option<u32>,
        secret: StorageSecret,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreFault> {
        fs::create_dir_all(folder)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
        let lock = lock::take(folder)?;

        let mut connection = Connection::open(folder.join("phone.sqlite"))?;
        // Space that a sent apoyo frees returns to the phone. Only effective in a new file.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // A small limit, so that deleted pictures do not stay in the log for long.
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
        let mut database = Database {
            connection,
            cipher: Cipher::new(secret, entropy),
        };
        let moved = database.write(|rows| {
            secret::check(rows)?;
            left_open::encrypt(rows)
        })?;
        if moved && let Err(fault) = database.connection.execute_batch("VACUUM") {
            // Only space is lost: the unencrypted rows were overwritten when they were deleted.
            tracing::warn!(%fault, "the store of the first version keeps its size");
        }
        database
            .connection
            .pragma_update(None, "temp_store", "MEMORY")?;
        database.shrink()?;
        Ok(Self {
            database: Arc::new(Mutex::new(database)),
            _lock: lock,
        })
    }

    /// Runs `work` in one transaction. Durable when it returns.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Rows<'_>) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        self.blocking(move |database| database.write(work)).await
    }

    /// Runs `work` on one consistent snapshot.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Rows<'_>) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        self.blocking(move |database| {
            work(&Rows {
                transaction: database.connection.transaction()?,
                cipher: &database.cipher,
            })
        })
        .await
    }

    /// Deletes and overwrites everything.
    pub(crate) async fn wipe(&self) -> Result<(), StoreFault> {
        self.write(|rows| {
            rows.execute_batch(
                "DELETE FROM entry_part; DELETE FROM entry; DELETE FROM spare; DELETE FROM lost;
                 DELETE FROM draft_part;
                 DELETE FROM draft; DELETE FROM campaigns; DELETE FROM activation_front;
                 DELETE FROM picture; DELETE FROM phone; DELETE FROM secret;",
            )?;
            Ok(())
        })
        .await?;
        self.shrink().await
    }

    /// Uses another secret from now on. No record of the old one may be left.
    pub(crate) async fn renew(
        &self,
        secret: StorageSecret,
        entropy: Arc<dyn Entropy>,
    ) -> Result<(), StoreFault> {
        self.blocking(move |database| {
            database.cipher = Cipher::new(secret, entropy);
            database.write(secret::check)
        })
        .await
    }

    /// Empties the write-ahead log, so that nothing deleted stays in it, and frees space.
    pub(crate) async fn shrink(&self) -> Result<(), StoreFault> {
        self.blocking(|database| database.shrink()).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Database) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let database = Arc::clone(&self.database);
        tokio::task::spawn_blocking(move || {
            // A panic while the mutex was held rolled its transaction back: the state is sound.
            let mut database = database.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut database)
        })
        .await
        .map_err(|error| StoreFault::Other(error.to_string()))?
    }
}

impl Database {
    fn write<T>(
        &mut self,
        work: impl FnOnce(&Rows<'_>) -> Result<T, StoreFault>,
    ) -> Result<T, StoreFault> {
        let behavior = TransactionBehavior::Immediate;
        let rows = Rows {
            transaction: self.connection.transaction_with_behavior(behavior)?,
            cipher: &self.cipher,
        };
        let value = work(&rows)?;
        crate::steps::at("store.written");
        rows.transaction.commit()?;
        crate::steps::at("store.durable");
        Ok(value)
    }

    fn shrink(&mut self) -> Result<(), StoreFault> {
        {
            // Each step frees one page.
            let mut vacuum = self.connection.prepare("PRAGMA incremental_vacuum")?;
            let mut pages = vacuum.query([])?;
            while pages.next()?.is_some() {}
        }
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

/// A value as JSON, for a column.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreFault> {
    serde_json::to_string(value).map_err(|error| StoreFault::Other(error.to_string()))
}

/// A value from the JSON of a column.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(
    text: &str,
    what: &'static str,
) -> Result<T, StoreFault> {
    serde_json::from_str(text).map_err(|_| StoreFault::Corrupt(what))
}
