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
mod serve;
mod tree;

pub use chance::Loss;

use fuser::{BackgroundSession, Config, MountOption};
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
    session: Option<BackgroundSession>,
}

impl VolatileDisk {
    /// Mounts an empty disk over this folder. Needs the right to mount (root).
    pub fn mount(folder: &Path) -> io::Result<Self> {
        let mut disk = Self {
            folder: folder.to_owned(),
            tree: Arc::default(),
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

    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn switch_on(&mut self) -> io::Result<()> {
        let mut config = Config::default();
        config.mount_options = vec![
            MountOption::FSName("volatile-disk".into()),
            MountOption::NoAtime,
        ];
        let disk = serve::Disk(Arc::clone(&self.tree));
        self.session = Some(fuser::spawn_mount(disk, &self.folder, &config)?);
        Ok(())
    }

    fn switch_off(&mut self) -> io::Result<()> {
        match self.session.take() {
            Some(session) => session.umount_and_join(),
            None => Ok(()),
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
}
