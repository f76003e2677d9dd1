//! The key files: made with the data folder, and durable before the server hashes anything with them.

use super::{Keys, Secret};
use protocol::{environment::Entropy, seal::SealingPurpose};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// The files, in the order of [`Keys::of`].
const NAMES: [&str; 4] = ["code.key", "tag.key", "roll.key", "receipt.key"];

/// Why the keys cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A key is missing although there is a database that needs it.
    #[error(
        "{} is missing, but {} holds a database that was written with it. Put the key back \
         from a backup; a new key would make people count twice and receipts void",
        .key.display(), .data.display()
    )]
    Missing {
        /// The file that should be there.
        key: PathBuf,
        /// The data directory.
        data: PathBuf,
    },
    /// A file does not hold 64 hexadecimal digits.
    #[error("{} is damaged: it should be 64 hexadecimal digits. Put it back from a backup", .0.display())]
    Damaged(PathBuf),
    /// Other people of this machine can read a key.
    #[error("{} can be read by others on this machine: run `chmod 600 {}`", .0.display(), .0.display())]
    Exposed(PathBuf),
    /// A key of this purpose is missing, and this machine may not make one.
    #[error(
        "there is no {purpose} key in {}: make one here with `apoyo keys generate`, or bring the \
         public one from the machine that has it with `apoyo keys import-public FILE`",
        .folder.display()
    )]
    NoSealingKey {
        /// The purpose of the missing key.
        purpose: SealingPurpose,
        /// The folder that should hold it.
        folder: PathBuf,
    },
    /// Only the public half of the newest intake key is here.
    #[error(
        "{} holds only the public half of the newest intake key: a server opens fields before \
         it gives a receipt, so it needs the secret half",
        .0.display()
    )]
    IntakeElsewhere(PathBuf),
    /// The disk failed.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> KeysError + '_ {
    move |source| KeysError::Io {
        path: path.to_owned(),
        source,
    }
}

/// Reads the keys of `data`. None is ever made here.
pub fn open(data: &Path) -> Result<Keys, KeysError> {
    let folder = data.join("keys");
    let mut secrets = [[0; 32]; 4];
    for (name, secret) in NAMES.iter().zip(&mut secrets) {
        let path = folder.join(name);
        *secret = read(&path)?.ok_or_else(|| KeysError::Missing {
            key: path,
            data: data.to_owned(),
        })?;
    }
    let [code, tag, roll, receipt] = &secrets;
    Ok(Keys::of(code, tag, roll, receipt))
}

/// Makes the keys of a new data folder, before its database.
pub fn make(data: &Path, entropy: &dyn Entropy) -> Result<Keys, KeysError> {
    let folder = data.join("keys");
    make_folder(&folder)?;
    for name in NAMES {
        make_one(&folder, &folder.join(name), entropy)?;
    }
    open(data)
}

/// Makes a folder that only its owner can read.
pub(super) fn make_folder(folder: &Path) -> Result<(), KeysError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(at(folder))
}

/// The text of a file that only its owner may read; `None` if there is none.
pub(super) fn read_private(path: &Path) -> Result<Option<Zeroizing<String>>, KeysError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(path)(error)),
    };
    let mode = fs::metadata(path).map_err(at(path))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(KeysError::Exposed(path.to_owned()));
    }
    Ok(Some(text))
}

pub(super) fn read(path: &Path) -> Result<Option<Secret>, KeysError> {
    let Some(text) = read_private(path)? else {
        return Ok(None);
    };
    let mut secret = [0; 32];
    hex::decode_to_slice(text.trim_end(), &mut secret)
        .map_err(|_| KeysError::Damaged(path.to_owned()))?;
    Ok(Some(secret))
}

/// Makes a key. Two processes that make one at once end with the same key.
pub(super) fn make_one(
    folder: &Path,
    path: &Path,
    entropy: &dyn Entropy,
) -> Result<Secret, KeysError> {
    let mut secret = Zeroizing::new([0; 32]);
    entropy.fill(&mut *secret);
    let digits = Zeroizing::new(hex::encode(*secret));
    write_new(folder, path, &digits, entropy)?;
    read(path)?.ok_or_else(|| at(path)(io::ErrorKind::NotFound.into()))
}

/// Writes a line under another name and links it into place. A crash leaves a whole file or none; an
/// existing file is never replaced.
pub(super) fn write_new(
    folder: &Path,
    path: &Path,
    line: &str,
    entropy: &dyn Entropy,
) -> Result<(), KeysError> {
    let mut suffix = [0; 8];
    entropy.fill(&mut suffix);
    let beside = folder.join(format!("new-{}", hex::encode(suffix)));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .map_err(at(&beside))?;
    writeln!(file, "{line}").map_err(at(&beside))?;
    file.sync_all().map_err(at(&beside))?;
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside).map_err(at(&beside))?;
    match linked {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(at(path)(error)),
    }
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(at(folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::environment::SystemEntropy;

    #[test]
    fn a_restart_keeps_the_keys() {
        let data = tempfile::tempdir().unwrap();
        let first = make(data.path(), &SystemEntropy).unwrap();
        let again = open(data.path()).unwrap();
        assert_eq!(first.receipt_public(), again.receipt_public());
        assert_eq!(first.mail_tag("a@b.mx"), again.mail_tag("a@b.mx"));
        let mode = fs::metadata(data.path().join("keys/tag.key")).unwrap();
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn the_operator_lost_a_key_and_is_told_instead_of_getting_a_new_one() {
        let data = tempfile::tempdir().unwrap();
        make(data.path(), &SystemEntropy).unwrap();
        fs::remove_file(data.path().join("keys/tag.key")).unwrap();
        let error = open(data.path()).unwrap_err();
        assert!(error.to_string().contains("tag.key is missing"), "{error}");
    }

    #[test]
    fn a_damaged_or_readable_key_is_refused() {
        let data = tempfile::tempdir().unwrap();
        make(data.path(), &SystemEntropy).unwrap();
        let key = data.path().join("keys/code.key");
        fs::write(&key, "0123").unwrap();
        assert!(matches!(open(data.path()), Err(KeysError::Damaged(_))));
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(open(data.path()), Err(KeysError::Exposed(_))));
    }
}
