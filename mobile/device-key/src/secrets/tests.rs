//! Secrets of a computer. The keyring here is a table in memory, so that no real keyring is
//! touched.

use super::*;
use std::sync::Once;

fn with_keyring(folder: &Path) -> Secret {
    static TABLE: Once = Once::new();
    TABLE.call_once(|| keyring::set_default_credential_builder(table::builder()));
    Secret::new(Keyring::Ours("mx.apoyo.prueba".into()), folder, "key.p8")
}

fn in_file(folder: &Path) -> Secret {
    Secret::new(Keyring::Never, folder, "key.p8")
}

fn secret_of(secret: &Secret) -> Option<Vec<u8>> {
    secret.load().unwrap().map(|bytes| bytes.to_vec())
}

#[test]
fn a_secret_in_a_file_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let secret = in_file(&folder.path().join("new"));
    assert_eq!(secret_of(&secret), None);
    secret.keep(b"one").unwrap();
    secret.keep(b"two").unwrap();
    assert_eq!(secret_of(&secret).unwrap(), b"two");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&secret.file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    secret.delete().unwrap();
    assert_eq!(secret_of(&secret), None);
    secret.delete().unwrap();
}

#[test]
fn a_secret_in_the_keyring_leaves_no_byte_of_itself_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let secret = with_keyring(folder.path());
    secret.keep(b"one").unwrap();
    let first = read(&secret.note).unwrap().unwrap();
    secret.keep(b"two").unwrap();
    assert_eq!(secret_of(&with_keyring(folder.path())).unwrap(), b"two");
    for file in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(3).any(|part| part == b"two"));
    }
    let first = String::from_utf8(first.to_vec()).unwrap();
    assert!(!table::has(&first), "the old entry is gone");
}

#[test]
fn whoever_empties_the_keyring_has_lost_the_key_and_whoever_locks_it_has_not() {
    let folder = tempfile::tempdir().unwrap();
    let secret = with_keyring(folder.path());
    secret.keep(b"one").unwrap();
    let name = String::from_utf8(read(&secret.note).unwrap().unwrap().to_vec()).unwrap();
    table::lock(&name);
    assert!(matches!(secret.load(), Err(Error::Locked(_))));
    table::forget(&name);
    assert_eq!(secret_of(&secret), None);
    secret.keep(b"two").unwrap();
    assert_eq!(secret_of(&secret).unwrap(), b"two");
}

#[test]
fn a_key_of_an_older_app_is_found_in_its_file() {
    let folder = tempfile::tempdir().unwrap();
    in_file(folder.path()).keep(b"old").unwrap();
    let secret = with_keyring(folder.path());
    assert_eq!(secret_of(&secret).unwrap(), b"old");
    secret.keep(b"new").unwrap();
    assert!(!secret.file.exists(), "the old secret is off the disk");
    assert_eq!(secret_of(&secret).unwrap(), b"new");
}

/// A keyring in memory.
mod table {
    use keyring::{
        Error,
        credential::{Credential, CredentialApi, CredentialBuilder, CredentialBuilderApi},
    };
    use std::{any::Any, collections::HashMap, sync::Mutex};

    /// Entries by name; `None` for one that is locked.
    static ENTRIES: Mutex<Option<HashMap<String, Option<Vec<u8>>>>> = Mutex::new(None);

    fn entries<T>(change: impl FnOnce(&mut HashMap<String, Option<Vec<u8>>>) -> T) -> T {
        change(ENTRIES.lock().unwrap().get_or_insert_default())
    }

    pub fn has(name: &str) -> bool {
        entries(|all| all.contains_key(name))
    }

    pub fn lock(name: &str) {
        entries(|all| all.insert(name.into(), None));
    }

    pub fn forget(name: &str) {
        entries(|all| all.remove(name));
    }

    pub fn builder() -> Box<CredentialBuilder> {
        Box::new(Table)
    }

    #[derive(Debug)]
    struct Table;

    impl CredentialBuilderApi for Table {
        fn build(&self, _: Option<&str>, _: &str, user: &str) -> keyring::Result<Box<Credential>> {
            Ok(Box::new(Entry(user.to_owned())))
        }

        fn as_any(&self) -> &dyn Any {
            self
        }
    }

    #[derive(Debug)]
    struct Entry(String);

    impl CredentialApi for Entry {
        fn set_secret(&self, secret: &[u8]) -> keyring::Result<()> {
            entries(|all| all.insert(self.0.clone(), Some(secret.to_vec())));
            Ok(())
        }

        fn get_secret(&self) -> keyring::Result<Vec<u8>> {
            match entries(|all| all.get(&self.0).cloned()) {
                Some(Some(secret)) => Ok(secret),
                Some(None) => Err(Error::NoStorageAccess("locked".into())),
                None => Err(Error::NoEntry),
            }
        }

        fn delete_credential(&self) -> keyring::Result<()> {
            let gone = entries(|all| all.remove(&self.0));
            gone.map(drop).ok_or(Error::NoEntry)
        }

        fn as_any(&self) -> &dyn Any {
            self
        }
    }
}
