//! Counts rows and files of the data folder from outside, so that stories can assert that they did not
//! change.

use protocol::ids::Sha256Hash;
use rusqlite::{Connection, OpenFlags};
use std::{collections::BTreeSet, fs, io, path::Path, time::Duration};

/// Numbers that a refused request must not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// Apoyos with a receipt.
    pub apoyos: u64,
    /// Of those: without a verdict.
    pub pending: u64,
    /// Activations in any stage.
    pub activations: u64,
    /// Devices that are not revoked.
    pub devices: u64,
    /// Mails in any state.
    pub mails: u64,
    /// Mails that wait.
    pub mails_waiting: u64,
    /// Mails that were given up.
    pub mails_given_up: u64,
    /// Pictures in the blob store.
    pub blobs: u64,
    /// Of those: named by no apoyo.
    pub stray_blobs: u64,
}

impl Rows {
    /// Counts them now; a server may run on the folder.
    pub fn of(data: &Path) -> Self {
        let db = open(data);
        let count = |sql: &str| -> u64 {
            db.query_row(sql, [], |row| row.get::<_, i64>(0))
                .map(i64::cast_unsigned)
                .unwrap_or_else(|error| panic!("{sql}: {error}"))
        };
        let blobs = blobs(data);
        let named = named(&db);
        Self {
            apoyos: count("SELECT count(*) FROM apoyos"),
            pending: count("SELECT count(*) FROM apoyos WHERE status = 'received'"),
            activations: count("SELECT count(*) FROM activations"),
            devices: count("SELECT count(*) FROM devices WHERE revoked_at IS NULL"),
            mails: count("SELECT count(*) FROM mails"),
            mails_waiting: count("SELECT count(*) FROM mails WHERE state = 'waiting'"),
            mails_given_up: count("SELECT count(*) FROM mails WHERE state = 'given_up'"),
            blobs: blobs.len() as u64,
            stray_blobs: blobs.difference(&named).count() as u64,
        }
    }

    /// Pictures that an apoyo names and that are missing or altered; must be 0.
    pub fn lost_blobs(data: &Path) -> u64 {
        named(&open(data)).difference(&blobs(data)).count() as u64
    }
}

fn open(data: &Path) -> Connection {
    let path = data.join("apoyo.db");
    // Not read-only, because after a kill the first reader has to recover the write-ahead log.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(&path, flags)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    db.busy_timeout(Duration::from_secs(20))
        .expect("a plain setting");
    db
}

fn named(db: &Connection) -> BTreeSet<Sha256Hash> {
    let mut rows = db
        .prepare("SELECT front, back, selfie, drawn FROM evidence")
        .expect("the evidence has four pictures");
    let named = rows
        .query_map([], |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
        })
        .expect("a plain query");
    named
        .flat_map(|four: rusqlite::Result<[[u8; 32]; 4]>| four.expect("hashes have 32 bytes"))
        .map(Sha256Hash::from_bytes)
        .collect()
}

/// Every file below the data folder that is named after a hash.
fn blobs(data: &Path) -> BTreeSet<Sha256Hash> {
    let mut found = BTreeSet::new();
    walk(data, &mut found).expect("the data folder can be read");
    found
}

fn walk(folder: &Path, found: &mut BTreeSet<Sha256Hash>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // A running server creates and removes folders.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), found)?;
        } else if let Some(hash) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        {
            found.insert(hash);
        }
    }
    Ok(())
}
