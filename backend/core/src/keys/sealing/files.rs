//! The folder of the sealing keys: read, made, and never overwritten.

use super::{SealingKey, in_force, line};
use crate::keys::{
    KeysError,
    files::{at, make_folder, read_private, write_new},
};
use protocol::{
    environment::{Entropy, Timestamp},
    seal::{SealingPurpose, SealingSecretKey},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};
use zeroize::Zeroizing;

/// Their folder in a data folder.
pub fn folder(data: &Path) -> PathBuf {
    data.join("keys").join("sealing")
}

/// The outcome of making a key.
#[derive(Debug)]
pub enum Made {
    /// The new key is in force.
    New(SealingKey),
    /// There is a key already; none was made.
    Present(SealingKey),
}

/// Every key of the folder; empty if the folder does not exist.
pub fn read(data: &Path) -> Result<Vec<SealingKey>, KeysError> {
    let folder = folder(data);
    let mut keys: Vec<SealingKey> = Vec::new();
    for path in names(&folder)? {
        let secret = path.extension().is_some_and(|kind| kind == "key");
        let text = match secret {
            true => read_private(&path)?,
            false => Some(Zeroizing::new(
                fs::read_to_string(&path).map_err(at(&path))?,
            )),
        };
        let key = text
            .and_then(|text| line::parse(&text))
            .filter(|key| key.is_secret() == secret)
            .ok_or_else(|| KeysError::Damaged(path.clone()))?;
        // A machine may have a key's two halves in two files: then the secret one counts.
        match keys.iter_mut().find(|known| known.id() == key.id()) {
            Some(known) if key.is_secret() => *known = key,
            Some(_) => {}
            None => keys.push(key),
        }
    }
    keys.sort_by_key(|key| (key.made, key.id()));
    Ok(keys)
}

fn names(folder: &Path) -> Result<Vec<PathBuf>, KeysError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at(folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let path = entry.map_err(at(folder))?.path();
        let kind = path.extension().and_then(|kind| kind.to_str());
        if matches!(kind, Some("key" | "pub")) {
            names.push(path);
        }
    }
    names.sort();
    Ok(names)
}

/// Names, lengths and times of the files: they change when a key is added or taken away.
pub fn stamp(data: &Path) -> Result<Vec<(PathBuf, u64, Option<SystemTime>)>, KeysError> {
    let described = names(&folder(data))?.into_iter().map(|path| {
        let found = fs::metadata(&path).map_err(at(&path))?;
        Ok((path, found.len(), found.modified().ok()))
    });
    described.collect()
}

/// Makes a key of this purpose, unless there is one.
pub fn generate(
    data: &Path,
    purpose: SealingPurpose,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Made, KeysError> {
    if let Some(present) = in_force(&read(data)?, purpose) {
        return Ok(Made::Present(present.clone()));
    }
    Ok(Made::New(add(data, purpose, now, entropy)?))
}

/// Makes another key of this purpose. It is in force from now on; the keys before it stay.
pub fn rotate(
    data: &Path,
    purpose: SealingPurpose,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<SealingKey, KeysError> {
    // A clock that was set back must not make a key that is older than the one it replaces.
    let before = in_force(&read(data)?, purpose).map(|key| key.made);
    let after = before.map_or(now, |made| {
        now.max(made + chrono::TimeDelta::milliseconds(1))
    });
    add(data, purpose, after, entropy)
}

fn add(
    data: &Path,
    purpose: SealingPurpose,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<SealingKey, KeysError> {
    let folder = folder(data);
    make_folder(&folder)?;
    let made = Timestamp::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now);
    let secret = SealingSecretKey::random(purpose, entropy);
    let path = folder.join(format!("{purpose}-{}.key", secret.id()));
    write_new(&folder, &path, &line::secret(&secret, made), entropy)?;
    // As the next start will read it.
    read_private(&path)?
        .and_then(|text| line::parse(&text))
        .ok_or(KeysError::Damaged(path))
}

/// The public half of the key in force, as a line.
pub fn export(key: &SealingKey) -> String {
    line::public(key)
}

/// Stores a public key that was made elsewhere. `None`: the text is not a public key.
pub fn import(
    data: &Path,
    text: &str,
    entropy: &dyn Entropy,
) -> Result<Option<SealingKey>, KeysError> {
    let Some(key) = line::parse(text.trim()).filter(|key| !key.is_secret()) else {
        return Ok(None);
    };
    let folder = folder(data);
    make_folder(&folder)?;
    let path = folder.join(format!("{}-{}.pub", key.purpose, key.id()));
    write_new(&folder, &path, &line::public(&key), entropy)?;
    Ok(Some(key))
}

/// The keys for a server; makes missing keys that it may make itself. `makes_review`: this machine
/// reviews pictures. `holds_sealed`: there are sealed parts already, so a missing key was lost.
pub fn read_or_make(
    data: &Path,
    makes_review: bool,
    holds_sealed: bool,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<(Vec<SealingKey>, Vec<SealingKey>), KeysError> {
    let mut made = Vec::new();
    for purpose in SealingPurpose::ALL {
        let present = in_force(&read(data)?, purpose).is_some();
        let may = purpose == SealingPurpose::Intake || makes_review;
        if !present && holds_sealed {
            return Err(KeysError::Missing {
                key: folder(data).join(format!("{purpose}-*.key")),
                data: data.to_owned(),
            });
        }
        if !present && may {
            made.push(add(data, purpose, now, entropy)?);
        }
    }
    Ok((read(data)?, made))
}

/// Every key, for a server: where parts are sealed already and a key is gone, it is not one that
/// may be made.
pub fn read_to_serve(data: &Path, holds_sealed: bool) -> Result<Vec<SealingKey>, KeysError> {
    let keys = read(data)?;
    for purpose in SealingPurpose::ALL {
        if holds_sealed && in_force(&keys, purpose).is_none() {
            return Err(KeysError::Missing {
                key: folder(data).join(format!("{purpose}-*.key")),
                data: data.to_owned(),
            });
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::environment::SystemEntropy;
    use std::os::unix::fs::PermissionsExt;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const NOW: &str = "2027-03-01T18:00:00.5Z";

    #[test]
    fn a_first_start_makes_both_keys_and_the_next_one_none() {
        let data = tempfile::tempdir().unwrap();
        let start = || read_or_make(data.path(), true, false, at(NOW), &SystemEntropy).unwrap();
        let (keys, made) = start();
        assert_eq!((keys.len(), made.len()), (2, 2));
        let (again, made) = start();
        assert_eq!((again.len(), made.len()), (2, 0));
        assert_eq!(keys[0].id(), again[0].id());
        for path in names(&folder(data.path())).unwrap() {
            let mode = fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_rotated_key_is_in_force_and_the_one_before_still_here_even_if_the_clock_went_back() {
        let data = tempfile::tempdir().unwrap();
        let review = SealingPurpose::Review;
        let Made::New(first) = generate(data.path(), review, at(NOW), &SystemEntropy).unwrap()
        else {
            panic!("there was none");
        };
        assert!(matches!(
            generate(data.path(), review, at(NOW), &SystemEntropy).unwrap(),
            Made::Present(present) if present.id() == first.id()
        ));
        let earlier = at("2020-01-01T00:00:00Z");
        let second = rotate(data.path(), review, earlier, &SystemEntropy).unwrap();
        let keys = read(data.path()).unwrap();
        assert_eq!(keys.len(), 2);
        assert_eq!(in_force(&keys, review).unwrap().id(), second.id());
        assert!(second.made > first.made);
    }

    #[test]
    fn a_server_without_the_review_key_takes_it_in_as_a_public_one() {
        let (reviewers, server) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let review = SealingPurpose::Review;
        let made = rotate(reviewers.path(), review, at(NOW), &SystemEntropy).unwrap();
        let told = export(&made);
        let taken = import(server.path(), &told, &SystemEntropy)
            .unwrap()
            .unwrap();
        assert_eq!((taken.id(), taken.is_secret()), (made.id(), false));
        let (keys, new) =
            read_or_make(server.path(), false, false, at(NOW), &SystemEntropy).unwrap();
        assert_eq!((keys.len(), new.len()), (2, 1));
        assert!(!in_force(&keys, review).unwrap().is_secret());
        for no_key in ["", "review public", &told.replace("public", "secret")] {
            let taken = import(server.path(), no_key, &SystemEntropy).unwrap();
            assert!(taken.is_none(), "{no_key}");
        }
    }

    #[test]
    fn a_lost_key_is_told_and_not_replaced() {
        let data = tempfile::tempdir().unwrap();
        let error = read_or_make(data.path(), true, true, at(NOW), &SystemEntropy).unwrap_err();
        assert!(error.to_string().contains("intake-*.key"), "{error}");
        assert!(read(data.path()).unwrap().is_empty());
    }

    #[test]
    fn a_secret_key_that_others_can_read_or_that_is_damaged_is_refused() {
        let data = tempfile::tempdir().unwrap();
        rotate(data.path(), SealingPurpose::Intake, at(NOW), &SystemEntropy).unwrap();
        let path = names(&folder(data.path())).unwrap().remove(0);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(read(data.path()), Err(KeysError::Exposed(_))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "intake secret").unwrap();
        assert!(matches!(read(data.path()), Err(KeysError::Damaged(_))));
    }
}
