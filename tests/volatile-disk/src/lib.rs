//! A disk for tests that loses unflushed writes when its power is cut.
//!
//! `kill -9` does not show whether a program flushes, because the kernel keeps the written pages and
//! writes them later. This disk keeps every file twice, as it is now and as it was at the last `fsync`,
//! and [`VolatileDisk::lose_power`] goes back to the second one.
//!
//! | kept for certain | may be lost |
//! |---|---|
//! | blocks of a file before its last `fsync` | blocks written since |
//! | names of a folder before the folder's last `fsync` | names made, moved or removed since |
//!
//! `fsync` of a new file does not make its name durable, as POSIX allows. A rename is atomic, as on
//! every file system with a journal. The whole disk is in memory, for tests of some hundred megabytes.
#![forbid(unsafe_code)]

mod chance;
mod faults;
mod serve;
mod tree;

pub use chance::Loss;

use faults::Faults;
use fuser::{BackgroundSession, Config, MountOption};
use std::os::unix::fs::MetadataExt;
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tree::Tree;

/// A mounted disk. Dropping it unmounts it.
pub struct VolatileDisk {
    folder: PathBuf,
    tree: Arc<Mutex<Tree>>,
    faults: Arc<Mutex<Faults>>,
    session: Option<BackgroundSession>,
}

impl VolatileDisk {
    /// Mounts an empty disk over this folder. Needs the right to mount (root).
    pub fn mount(folder: &Path) -> io::Result<Self> {
        let mut disk = Self {
            folder: folder.to_owned(),
            tree: Arc::default(),
            faults: Arc::default(),
            session: None,
        };
        disk.switch_on()?;
        Ok(disk)
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Cuts the power and switches the disk on again. The programs that use it must have been
    /// killed before: a file that is open now cannot be used afterwards.
    pub fn lose_power(&mut self, loss: Loss) -> io::Result<()> {
        // Unmounting drops the kernel's caches of this disk.
        self.switch_off()?;
        self.tree().lose_power(loss);
        self.switch_on()
    }

    /// Makes everything durable, for data that a test has prepared.
    pub fn flush(&self) {
        self.tree().flush();
    }

    /// Makes everything durable, and ignores flushes of files with this prefix from now on, as if the
    /// program did not flush them. A test of durability has to fail on such a disk.
    pub fn forget_flushes_of(&self, prefix: &str) {
        self.tree().forget_flushes_of(prefix);
    }

    /// Mounts what is left of this disk over another folder. This one stays as it is: programs
    /// that were not ended may go on with it and change nothing of the other one.
    pub fn left_after(&self, loss: Loss, folder: &Path) -> io::Result<Self> {
        let mut tree = self.tree().clone();
        tree.lose_power(loss);
        let mut other = Self {
            folder: folder.to_owned(),
            tree: Arc::new(Mutex::new(tree)),
            faults: Arc::new(Mutex::new(self.faults().of_copy())),
            session: None,
        };
        other.switch_on()?;
        Ok(other)
    }

    /// It dies with its nth change from now: with `done` right after that, else right before.
    /// A dead disk answers errors only.
    pub fn die_at(&self, nth: u64, done: bool) {
        self.faults().die_at(nth, done);
    }

    /// It dies now.
    pub fn die(&self) {
        self.faults().dead = true;
    }

    /// Whether it died.
    pub fn is_dead(&self) -> bool {
        self.faults().dead
    }

    /// From now on there is no room, or there is room again.
    pub fn set_full(&self, full: bool) {
        self.faults().full = full;
    }

    /// The next flush fails.
    pub fn fail_next_flush(&self) {
        self.faults().flush_fails = true;
    }

    /// How often it was changed, and a number that depends on what was changed where and when:
    /// two runs with the same one asked the disk for the same.
    pub fn trace(&self) -> (u64, u64) {
        let faults = self.faults();
        (faults.changes(), faults.trace())
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn switch_on(&mut self) -> io::Result<()> {
        let mut config = Config::default();
        config.mount_options = vec![
            MountOption::FSName("volatile-disk".into()),
            MountOption::NoAtime,
        ];
        let disk = serve::Disk {
            tree: Arc::clone(&self.tree),
            faults: Arc::clone(&self.faults),
        };
        self.session = Some(fuser::spawn_mount(disk, &self.folder, &config)?);
        Ok(())
    }

    fn switch_off(&mut self) -> io::Result<()> {
        match self.session.take() {
            Some(session) => match session.umount_and_join() {
                // The kernel ends requests that are under way as the mount goes, with one error or
                // another. It counts that the mount is gone.
                Err(_) if !self.is_mounted() => Ok(()),
                ended => ended,
            },
            None => Ok(()),
        }
    }
}

impl VolatileDisk {
    /// Whether the folder is on another device than the one that it lies in.
    fn is_mounted(&self) -> bool {
        let device = |path: &Path| std::fs::metadata(path).map(|it| it.dev());
        match (device(&self.folder), self.folder.parent().map(device)) {
            (Ok(here), Some(Ok(around))) => here != around,
            // A mount whose server is gone does not even say its device.
            _ => true,
        }
    }
}

impl Drop for VolatileDisk {
    fn drop(&mut self) {
        // Unmounts after a failed test too; a fault here cannot be handled.
        let _ = self.switch_off();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};

    #[test]
    fn a_mounted_disk_forgets_what_was_not_flushed() {
        let folder = tempfile::tempdir().unwrap();
        let mut disk = match VolatileDisk::mount(folder.path()) {
            Ok(disk) => disk,
            Err(error) => return eprintln!("NOT TESTED: no right to mount ({error})"),
        };
        let [kept, lost] = ["kept", "lost"].map(|name| folder.path().join(name));
        fs::write(&kept, "picture").unwrap();
        File::open(&kept).unwrap().sync_all().unwrap();
        File::open(folder.path()).unwrap().sync_all().unwrap();
        fs::write(&lost, "picture").unwrap();
        fs::write(&kept, "another").unwrap();
        assert_eq!(fs::read(&kept).unwrap(), b"another");
        disk.lose_power(Loss::Everything).unwrap();
        assert_eq!(fs::read(&kept).unwrap(), b"picture");
        assert!(!lost.exists());
        drop(disk);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_dead_disk_answers_errors_and_what_is_left_of_it_is_another_disk() {
        let [folder, other] = [0; 2].map(|_| tempfile::tempdir().unwrap());
        let disk = match VolatileDisk::mount(folder.path()) {
            Ok(disk) => disk,
            Err(error) => return eprintln!("NOT TESTED: no right to mount ({error})"),
        };
        fs::write(folder.path().join("one"), "picture").unwrap();
        disk.set_full(true);
        let full = fs::write(folder.path().join("two"), "picture").unwrap_err();
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        disk.set_full(false);
        // The making of a name, then the bytes.
        disk.die_at(2, true);
        assert!(fs::write(folder.path().join("two"), "picture").is_err());
        assert!(disk.is_dead());
        assert!(fs::write(folder.path().join("three"), "picture").is_err());

        let left = disk.left_after(Loss::Nothing, other.path()).unwrap();
        assert_eq!(fs::read(other.path().join("two")).unwrap(), b"picture");
        fs::write(other.path().join("three"), "picture").unwrap();
        assert!(!left.is_dead());
    }
}
