//! The secrets of a computer: in the system's keyring (Secret Service, Keychain, Credential Manager),
//! or in a file of mode 0600 if there is no keyring.
//!
//! A secret in the keyring has a small note on the disk with the name of its entry. Every new secret
//! gets a new entry, and the note is replaced in one step, so a crash leaves either the old secret or
//! the new one. Without a note the keyring is not opened, and no person is asked for its password.

use crate::{Error, Result};
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Whether the keyring may be used, and the name of its entries.
#[derive(Debug, Clone)]
pub(crate) enum Keyring {
    /// No keyring: secrets are stored in files.
    Never,
    /// The system's keyring, under this service.
    Ours(String),
}

/// One secret.
#[derive(Debug, Clone)]
pub(crate) struct Secret {
    keyring: Keyring,
    file: PathBuf,
    note: PathBuf,
}

impl Secret {
    /// The secret in `folder` under `name`, or in the keyring by a note there.
    pub fn new(keyring: Keyring, folder: &Path, name: &str) -> Self {
        Self {
            keyring,
            file: folder.join(name),
            note: folder.join(name).with_extension("keyring"),
        }
    }

    /// The current secret; `None` if there is none.
    pub fn load(&self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(entry) = self.noted()? else {
            return read(&self.file);
        };
        match entry.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(keyring::Error::NoEntry) => Ok(None),
            // A keyring that worked once and does not answer now is locked, not lost.
            Err(error) => Err(Error::Locked(said(&error))),
        }
    }

    /// Stores this secret, which replaces any old one.
    pub fn keep(&self, secret: &[u8]) -> Result<()> {
        let before = self.noted().ok().flatten();
        match self.keep_in_keyring(secret) {
            Some(name) => {
                write(&self.note, name.as_bytes())?;
                remove(&self.file)?;
            }
            None => {
                write(&self.file, secret)?;
                remove(&self.note)?;
            }
        }
        // Last, and harmless if it fails, because no note names the old entry any more.
        before.map(|entry| entry.delete_credential());
        Ok(())
    }

    /// Destroys the secret. Does nothing if there is none.
    pub fn delete(&self) -> Result<()> {
        if let Some(entry) = self.noted()? {
            match entry.delete_credential() {
                Ok(()) | Err(keyring::Error::NoEntry) => {}
                Err(error) => return Err(Error::Locked(said(&error))),
            }
        }
        remove(&self.note)?;
        remove(&self.file)
    }

    /// The name of a new entry with the secret; `None` if no keyring accepts it.
    fn keep_in_keyring(&self, secret: &[u8]) -> Option<String> {
        let Keyring::Ours(service) = &self.keyring else {
            return None;
        };
        let name = fresh_name()?;
        let entry = keyring::Entry::new(service, &name).ok()?;
        entry.set_secret(secret).ok()?;
        // Some keyrings of a login session forget at once; only one that answers is trusted.
        (entry.get_secret().ok()? == secret).then_some(name)
    }

    /// The entry that the note names.
    fn noted(&self) -> Result<Option<keyring::Entry>> {
        let Some(name) = read(&self.note)? else {
            return Ok(None);
        };
        let name = String::from_utf8_lossy(&name).into_owned();
        let Keyring::Ours(service) = &self.keyring else {
            return Err(Error::Locked("the keyring is switched off".into()));
        };
        let entry = keyring::Entry::new(service, &name);
        entry.map(Some).map_err(|error| Error::Locked(said(&error)))
    }
}

/// 16 random hexadecimal digits.
fn fresh_name() -> Option<String> {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    Some(format!("{:016x}", u64::from_be_bytes(bytes)))
}

/// The kind of fault, without the keyring's own text, which may hold names of entries.
fn said(error: &keyring::Error) -> String {
    match error {
        keyring::Error::NoStorageAccess(_) => "no access to the keyring".into(),
        keyring::Error::PlatformFailure(_) => "the keyring does not answer".into(),
        _ => "the keyring's entry cannot be read".into(),
    }
}

fn read(file: &Path) -> Result<Option<Zeroizing<Vec<u8>>>> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fault(&error)),
    }
}

/// Writes a file: its content is on the disk before its name.
fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let put = || {
        fs::create_dir_all(folder)?;
        let fresh = fresh_file(file);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut open = options.open(&fresh)?;
        open.write_all(bytes)?;
        open.sync_all()?;
        fs::rename(&fresh, file)?;
        sync(folder)
    };
    put().map_err(|error| fault(&error))
}

fn remove(file: &Path) -> Result<()> {
    // A crash before the renaming leaves a file that holds a secret too.
    for path in [fresh_file(file), file.to_owned()] {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(fault(&error)),
            _ => {}
        }
    }
    match file.parent() {
        Some(folder) if folder.exists() => sync(folder).map_err(|error| fault(&error)),
        _ => Ok(()),
    }
}

fn fresh_file(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Makes names durable. Windows does that by itself, and cannot open a folder as a file.
fn sync(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn fault(error: &std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull => Error::Full,
        kind => Error::Other(kind.to_string()),
    }
}

#[cfg(test)]
mod tests;
