//! The head's file: two lines, written in turn, so that a torn write leaves the other one.

use super::{Chain, Head, HeadKey, HeadPlace, HeadRefused, PROMISED_AT_ONCE, line::LINE};
use rustix::fs::{FlockOperation, flock};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read},
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

const NAME: &str = "head";
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
/// A boot without an id: never the same as another one.
const BOOT_UNKNOWN: &str = "unknown";

/// The head in force, for a process that only reads it; `None` if there is none.
pub fn read(place: &HeadPlace) -> Result<Option<Head>, HeadRefused> {
    match File::open(place.folder.join(NAME)) {
        Ok(file) => newest(&file, place).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(&place.folder)(error)),
    }
}

/// The head of the process that gives numbers.
#[derive(Debug)]
pub(crate) struct HeadFile {
    file: File,
    key: HeadKey,
    head: Head,
    /// The boot in which the head was last written before this process.
    found_after_boot: bool,
}

fn unusable(folder: &Path) -> impl FnOnce(io::Error) -> HeadRefused + '_ {
    move |error| HeadRefused::Unusable {
        folder: folder.to_owned(),
        why: error.to_string(),
    }
}

fn newest(mut file: &File, place: &HeadPlace) -> Result<Head, HeadRefused> {
    let mut bytes = Vec::with_capacity(2 * LINE);
    file.read_to_end(&mut bytes)
        .map_err(unusable(&place.folder))?;
    bytes
        .chunks(LINE)
        .filter_map(|line| Head::of_line(line, &place.key))
        .max_by_key(|head| head.writes)
        .ok_or_else(|| HeadRefused::Untrusted(place.folder.clone()))
}

fn boot() -> String {
    match fs::read_to_string(BOOT_ID) {
        Ok(id) => id.trim().to_owned(),
        Err(_) => BOOT_UNKNOWN.to_owned(),
    }
}

impl HeadFile {
    /// Opens the file for the one process that gives numbers; `None` if there is none.
    pub(crate) fn open(place: &HeadPlace) -> Result<Option<Self>, HeadRefused> {
        let path = place.folder.join(NAME);
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(&place.folder)(error)),
        };
        lock(&file, place)?;
        let head = newest(&file, place)?;
        let boot = boot();
        Ok(Some(Self {
            file,
            key: place.key.clone(),
            found_after_boot: head.boot != boot || boot == BOOT_UNKNOWN,
            head: Head { boot, ..head },
        }))
    }

    /// Makes or replaces the file, under another name first, so that a crash leaves the old one or the new
    /// one.
    pub(crate) fn make(
        place: &HeadPlace,
        writes: u64,
        given: u64,
        chain: Chain,
    ) -> Result<Self, HeadRefused> {
        let at = || unusable(&place.folder);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&place.folder)
            .map_err(at())?;
        let unfinished = place.folder.join(format!("{NAME}.new"));
        let head = Head {
            writes: writes + 1,
            given,
            promised: given,
            chain,
            boot: boot(),
            shut: false,
        };
        let write = || -> io::Result<File> {
            let file = OpenOptions::new()
                .create(true)
                .truncate(true)
                .read(true)
                .write(true)
                .mode(0o600)
                .open(&unfinished)?;
            file.write_all_at(&head.line(&place.key).repeat(2), 0)?;
            file.sync_all()?;
            Ok(file)
        };
        let file = write().map_err(at())?;
        lock(&file, place)?;
        fs::rename(&unfinished, place.folder.join(NAME)).map_err(at())?;
        for folder in [Some(&*place.folder), place.folder.parent()] {
            let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
            File::open(&folder)
                .and_then(|opened| opened.sync_all())
                .map_err(at())?;
        }
        Ok(Self {
            file,
            key: place.key.clone(),
            head,
            found_after_boot: false,
        })
    }

    /// Its content.
    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// Whether its newest content may be lost: the machine was restarted without a clean stop of the server.
    pub(crate) fn may_be_old(&self) -> bool {
        self.found_after_boot && !self.head.shut
    }

    /// Before a commit: promises numbers up to this one, durably.
    pub(crate) fn promise(&mut self, number: u64) -> io::Result<()> {
        if number <= self.head.promised {
            return Ok(());
        }
        self.head.promised = number + PROMISED_AT_ONCE - 1;
        self.head.shut = false;
        // Both lines, so that either has this promise after a power cut.
        self.write()?;
        self.write()?;
        self.file.sync_data()
    }

    /// After a commit, before its receipts leave.
    pub(crate) fn given(&mut self, number: u64, chain: Chain) -> io::Result<()> {
        self.head.given = number;
        self.head.chain = chain;
        self.head.promised = self.head.promised.max(number);
        self.head.shut = false;
        self.write()
    }

    fn write(&mut self) -> io::Result<()> {
        self.head.writes += 1;
        let at = (self.head.writes % 2) * LINE as u64;
        self.file.write_all_at(&self.head.line(&self.key), at)
    }

    fn shut(&mut self) -> io::Result<()> {
        self.head.shut = true;
        self.write()?;
        self.file.sync_data()
    }
}

impl Drop for HeadFile {
    /// Notes a clean stop, so that the next start need not skip numbers.
    fn drop(&mut self) {
        if let Err(error) = self.shut() {
            tracing::warn!(%error, "the head was not shut");
        }
    }
}

fn lock(file: &File, place: &HeadPlace) -> Result<(), HeadRefused> {
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(HeadRefused::InUse(place.folder.clone())),
        Err(error) => Err(unusable(&place.folder)(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use protocol::receipt::ReceiptPublicKey;
    use std::sync::Arc;

    fn place(folder: &Path) -> HeadPlace {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
        let public = pair.public_key().as_ref().try_into().unwrap();
        HeadPlace {
            folder: folder.join("head"),
            key: HeadKey {
                sign: Arc::new(move |message| pair.sign(message).as_ref().try_into().unwrap()),
                public: ReceiptPublicKey::from_bytes(public),
            },
        }
    }

    #[test]
    fn what_another_boot_left_open_may_be_old_and_what_was_shut_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        let mut file = HeadFile::make(&place, 0, 7, [3; 32]).unwrap();
        assert!(!file.may_be_old(), "this boot");
        file.promise(8).unwrap();
        let (open, now) = (file.head.clone(), boot());
        drop(file);
        for (boot, shut, old) in [
            (now.clone(), false, false),
            (now, true, false),
            ("another".to_owned(), true, false),
            ("another".to_owned(), false, true),
        ] {
            let head = Head {
                boot,
                shut,
                ..open.clone()
            };
            fs::write(place.folder.join(NAME), head.line(&place.key).repeat(2)).unwrap();
            let found = HeadFile::open(&place).unwrap().unwrap();
            assert_eq!(found.may_be_old(), old, "{head:?}");
            assert_eq!(found.head().promised, 8 + PROMISED_AT_ONCE - 1);
        }
    }

    #[test]
    fn a_promise_is_kept_before_it_is_needed_and_written_once_for_many() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        let mut file = HeadFile::make(&place, 0, 0, [0; 32]).unwrap();
        for number in 1..=2 * PROMISED_AT_ONCE {
            file.promise(number).unwrap();
            let there = read(&place).unwrap().unwrap();
            assert!(there.promised >= number, "{there:?}");
            file.given(number, [1; 32]).unwrap();
        }
        let head = file.head().clone();
        assert_eq!(head.promised, 2 * PROMISED_AT_ONCE);
        assert_eq!(head.writes, 1 + 2 * PROMISED_AT_ONCE + 2 * 2);
        drop(file);
        let shut = read(&place).unwrap().unwrap();
        assert!(shut.shut && shut.given == 2 * PROMISED_AT_ONCE);
    }

    /// `cargo test --release -p storage --lib head -- --ignored --nocapture`
    #[test]
    #[ignore = "a measurement"]
    fn what_a_batch_pays_for_its_head() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        let mut file = HeadFile::make(&place, 0, 0, [0; 32]).unwrap();
        let began = std::time::Instant::now();
        let batches = 20_480;
        for number in 1..=batches {
            file.promise(number).unwrap();
            file.given(number, [1; 32]).unwrap();
        }
        let each = began.elapsed().as_secs_f64() * 1e6 / batches as f64;
        println!(
            "{each:.1} us a batch, with {} promises",
            batches / PROMISED_AT_ONCE
        );
    }
}
