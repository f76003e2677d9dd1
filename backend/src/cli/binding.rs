//! The data folder as a whole: a database belongs with its keys and its pictures.
//!
//! `keys/data.id` and `blobs/data.id` carry the id that the database has. A database next to the keys
//! or the pictures of another server, or next to an empty folder on which no file system is mounted, is
//! refused: it would count people twice, and take the other server's pictures for strays.

use super::Failure;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};
use storage::engine::DataId;

/// The database's file.
pub const DATABASE: &str = "apoyo.db";
/// The file that carries the id.
const CARRIER: &str = "data.id";
/// The folders that carry it.
const BOUND: [&str; 2] = ["keys", "blobs"];

fn carrier(data: &Path, folder: &str) -> PathBuf {
    data.join(folder).join(CARRIER)
}

/// Refuses a folder that is not one: mistyped, empty, or not mounted.
pub fn is_made(data: &Path) -> Result<(), Failure> {
    if data.join(DATABASE).is_file() {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "there is no data in {}: give the folder with --data DIR or APOYO_DATA, look whether its file \
         system is mounted, or make a new one with `apoyo init`",
        data.display()
    )))
}

/// Refuses anybody but the folder's owner: what another user writes, the server could not read.
pub fn is_owner(data: &Path) -> Result<(), Failure> {
    let owner = match fs::metadata(data) {
        Ok(found) => found.uid(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    owned_by(owner, rustix::process::geteuid().as_raw(), data)
}

fn owned_by(owner: u32, user: u32, data: &Path) -> Result<(), Failure> {
    match owner == user {
        true => Ok(()),
        false => Err(Failure::Refused(format!(
            "{} belongs to user {owner}, and this is user {user}: run the command as its owner, with \
             `sudo -u '#{owner}' apoyo ...`",
            data.display()
        ))),
    }
}

/// Refuses folders of keys and pictures that do not carry one id.
pub fn carried(data: &Path) -> Result<String, Failure> {
    let [keys, blobs] = BOUND.map(|folder| read(data, folder));
    let (keys, blobs) = (keys?, blobs?);
    match keys == blobs {
        true => Ok(keys),
        false => Err(other(data, "keys/ and blobs/ are of two servers")),
    }
}

fn read(data: &Path, folder: &str) -> Result<String, Failure> {
    let path = carrier(data, folder);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim_end().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Failure::Refused(format!(
            "{} is missing: is the file system of {folder}/ mounted, and was {folder}/ put back from \
             the backup? A folder that an earlier version of this program has made is taken over with \
             `apoyo init --adopt`",
            path.display()
        ))),
        Err(error) => Err(Failure::Fault(
            anyhow::Error::new(error).context(path.display().to_string()),
        )),
    }
}

/// Refuses a database that is not the one of these keys and pictures.
pub fn belongs(data: &Path, carried: &str, database: DataId) -> Result<(), Failure> {
    match carried == database.to_string() {
        true => Ok(()),
        false => Err(other(
            data,
            "the database is of another server than keys/ and blobs/",
        )),
    }
}

fn other(data: &Path, what: &str) -> Failure {
    Failure::Refused(format!(
        "in {}, {what}: put back those that belong together, from one backup. If you know that they \
         do belong together, `apoyo init --adopt` says so",
        data.display()
    ))
}

/// Has both folders carry the id, durably.
pub fn carry(data: &Path, id: DataId) -> io::Result<()> {
    for folder in BOUND {
        let path = carrier(data, folder);
        let new = path.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)?;
        writeln!(file, "{id}")?;
        file.sync_all()?;
        fs::rename(&new, &path)?;
        File::open(data.join(folder))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_owner_may() {
        let folder = Path::new("/srv/apoyo");
        assert!(owned_by(1000, 1000, folder).is_ok());
        for (owner, user) in [(1000, 0), (0, 1000), (1000, 1001)] {
            let Err(Failure::Refused(why)) = owned_by(owner, user, folder) else {
                panic!("user {user} may write into the folder of {owner}");
            };
            assert!(why.contains(&format!("sudo -u '#{owner}'")), "{why}");
        }
    }

    #[test]
    fn keys_and_pictures_of_two_servers_are_refused() {
        let data = tempfile::tempdir().unwrap();
        for folder in BOUND {
            fs::create_dir(data.path().join(folder)).unwrap();
        }
        assert!(carried(data.path()).is_err(), "neither carries an id");
        let (one, other) = (DataId([1; 16]), DataId([2; 16]));
        carry(data.path(), one).unwrap();
        let id = carried(data.path()).unwrap();
        assert!(belongs(data.path(), &id, one).is_ok());
        assert!(belongs(data.path(), &id, other).is_err());
        fs::write(carrier(data.path(), "blobs"), other.to_string()).unwrap();
        assert!(carried(data.path()).is_err());
        fs::remove_file(carrier(data.path(), "blobs")).unwrap();
        assert!(carried(data.path()).is_err(), "not mounted");
    }
}
