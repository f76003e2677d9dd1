//! The disk's FUSE interface.

use crate::{
    faults::{Change, Faults, Refused},
    tree::{Content, Number, ROOT, Tree},
};
use fuser::{
    BsdFileFlags, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation,
    INodeNo, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory,
    ReplyEmpty, ReplyEntry, ReplyStatfs, ReplyWrite, Request, TimeOrNow, WriteFlags,
};
use std::{
    ffi::OsStr,
    os::unix::fs::MetadataExt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How long the kernel may cache an answer. Every change goes through the kernel.
const BELIEVED: Duration = Duration::from_secs(3600);
/// The reported size: 64 GiB.
const BLOCKS: u64 = 16 << 20;

/// The mounted disk.
pub struct Disk {
    /// Its content.
    pub tree: Arc<Mutex<Tree>>,
    /// Its faults.
    pub faults: Arc<Mutex<Faults>>,
}

impl Disk {
    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the disk make a change, unless something is wrong with it.
    fn change(&self, of: Number, change: Change, place: u64) -> Result<Outcome, Errno> {
        match self.faults().change(of, change, place) {
            Ok(true) => Ok(Outcome::Done),
            Ok(false) => Ok(Outcome::DoneAndDead),
            Err(Refused::Broken) => Err(Errno::EIO),
            Err(Refused::Full) => Err(Errno::ENOSPC),
        }
    }
}

/// What came of a change that was made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// It is there, and the program hears an error.
    DoneAndDead,
}

/// Lets the disk make a change, or answers why not.
macro_rules! changing {
    ($disk:expr, $reply:expr, $of:expr, $change:expr, $place:expr) => {
        match $disk.change($of, $change, $place) {
            Ok(outcome) => outcome,
            Err(error) => return $reply.error(error),
        }
    };
}

/// Answers that the disk died of a change.
macro_rules! dead_after {
    ($outcome:expr, $reply:expr) => {
        if $outcome == Outcome::DoneAndDead {
            return $reply.error(Errno::EIO);
        }
    };
}

fn attributes(tree: &Tree, number: Number) -> Option<FileAttr> {
    let node = tree.node(number)?;
    let (kind, size) = match &node.content {
        Content::File(file) => (FileType::RegularFile, file.now.len() as u64),
        Content::Folder(_) => (FileType::Directory, 0),
    };
    Some(FileAttr {
        ino: INodeNo(number),
        size,
        blocks: size.div_ceil(512),
        atime: UNIX_EPOCH,
        mtime: UNIX_EPOCH,
        ctime: UNIX_EPOCH,
        crtime: UNIX_EPOCH,
        kind,
        perm: node.mode,
        nlink: 1,
        uid: user(),
        gid: 0,
        rdev: 0,
        blksize: 4096,
        flags: 0,
    })
}

/// The user of this process: the server refuses folders of others.
fn user() -> u32 {
    static USER: OnceLock<u32> = OnceLock::new();
    *USER.get_or_init(|| std::fs::metadata("/proc/self").map_or(0, |found| found.uid()))
}

fn entry(tree: &Tree, number: Option<Number>, reply: ReplyEntry) {
    match number.and_then(|number| attributes(tree, number)) {
        Some(found) => reply.entry(&BELIEVED, &found, Generation(0)),
        None => reply.error(Errno::ENOENT),
    }
}

/// The permission bits of a mode; there are twelve.
fn permissions(mode: u32, umask: u32) -> u16 {
    (mode & !umask & 0o7777) as u16
}

impl Filesystem for Disk {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let tree = self.tree();
        entry(&tree, tree.find(parent.0, name), reply);
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match attributes(&self.tree(), ino.0) {
            Some(found) => reply.attr(&BELIEVED, &found),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn setattr(
        &self,
        _: &Request,
        ino: INodeNo,
        mode: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<FileHandle>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let outcome = match size {
            Some(size) => changing!(self, reply, ino.0, Change::Takes, size),
            None => Outcome::Done,
        };
        let mut tree = self.tree();
        if let (Some(mode), Some(node)) = (mode, tree.node_mut(ino.0)) {
            node.mode = permissions(mode, 0);
        }
        if let (Some(size), Some(file)) = (size, tree.file(ino.0)) {
            file.set_length(size as usize);
        }
        dead_after!(outcome, reply);
        match attributes(&tree, ino.0) {
            Some(found) => reply.attr(&BELIEVED, &found),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn mkdir(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        umask: u32,
        reply: ReplyEntry,
    ) {
        let mut tree = self.tree();
        if tree.find(parent.0, name).is_some() {
            return reply.error(Errno::EEXIST);
        }
        let outcome = changing!(self, reply, parent.0, Change::Takes, 1);
        let made = tree.make_folder(parent.0, name, permissions(mode, umask));
        dead_after!(outcome, reply);
        entry(&tree, Some(made), reply);
    }

    fn create(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        umask: u32,
        _: i32,
        reply: ReplyCreate,
    ) {
        let mut tree = self.tree();
        // For an existing file the kernel calls `open`.
        if tree.find(parent.0, name).is_some() {
            return reply.error(Errno::EEXIST);
        }
        let outcome = changing!(self, reply, parent.0, Change::Takes, 2);
        let made = tree.make_file(parent.0, name, permissions(mode, umask));
        self.faults().made(made, name);
        dead_after!(outcome, reply);
        match attributes(&tree, made) {
            Some(found) => reply.created(
                &BELIEVED,
                &found,
                Generation(0),
                FileHandle(0),
                FopenFlags::empty(),
            ),
            None => reply.error(Errno::EIO),
        }
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        let mut tree = self.tree();
        match tree.find(parent.0, name) {
            None => reply.error(Errno::ENOENT),
            Some(number) => {
                let outcome = changing!(self, reply, number, Change::Frees, 3);
                tree.remove(parent.0, name);
                dead_after!(outcome, reply);
                reply.ok();
            }
        }
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        let mut tree = self.tree();
        let names = tree
            .find(parent.0, name)
            .and_then(|folder| tree.folder(folder))
            .map(|folder| folder.now.len());
        match names {
            None => reply.error(Errno::ENOENT),
            Some(0) => {
                let outcome = changing!(self, reply, parent.0, Change::Frees, 4);
                tree.remove(parent.0, name);
                dead_after!(outcome, reply);
                reply.ok();
            }
            Some(_) => reply.error(Errno::ENOTEMPTY),
        }
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        newparent: INodeNo,
        newname: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let mut tree = self.tree();
        let Some(number) = tree.find(parent.0, name) else {
            return reply.error(Errno::ENOENT);
        };
        if flags.contains(RenameFlags::RENAME_EXCHANGE) {
            return reply.error(Errno::EINVAL);
        }
        let taken = tree.find(newparent.0, newname).is_some();
        if taken && flags.contains(RenameFlags::RENAME_NOREPLACE) {
            return reply.error(Errno::EEXIST);
        }
        let outcome = changing!(self, reply, number, Change::Frees, 5);
        tree.rename((parent.0, name), (newparent.0, newname), number);
        dead_after!(outcome, reply);
        reply.ok();
    }

    fn link(
        &self,
        _: &Request,
        ino: INodeNo,
        newparent: INodeNo,
        newname: &OsStr,
        reply: ReplyEntry,
    ) {
        let mut tree = self.tree();
        if tree.find(newparent.0, newname).is_some() {
            return reply.error(Errno::EEXIST);
        }
        let outcome = changing!(self, reply, ino.0, Change::Takes, 6);
        tree.link(ino.0, newparent.0, newname);
        dead_after!(outcome, reply);
        entry(&tree, Some(ino.0), reply);
    }

    fn read(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        if self.faults().read(ino.0).is_err() {
            return reply.error(Errno::EIO);
        }
        match self.tree().file(ino.0) {
            Some(file) => {
                let start = (offset as usize).min(file.now.len());
                let end = (start + size as usize).min(file.now.len());
                reply.data(&file.now[start..end]);
            }
            None => reply.error(Errno::EIO),
        }
    }

    fn write(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let outcome = changing!(self, reply, ino.0, Change::Takes, offset);
        match self.tree().file(ino.0) {
            Some(file) => {
                file.write(offset as usize, data);
                dead_after!(outcome, reply);
                reply.written(data.len() as u32);
            }
            None => reply.error(Errno::EIO),
        }
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        // `close` does not make data durable.
        reply.ok();
    }

    fn fsync(&self, _: &Request, ino: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        let outcome = changing!(self, reply, ino.0, Change::Flush, 0);
        match self.tree().file(ino.0) {
            Some(file) => {
                file.flush();
                dead_after!(outcome, reply);
                reply.ok();
            }
            None => reply.error(Errno::EIO),
        }
    }

    fn fsyncdir(&self, _: &Request, ino: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        let outcome = changing!(self, reply, ino.0, Change::Flush, 1);
        self.tree().flush_folder(ino.0);
        dead_after!(outcome, reply);
        reply.ok();
    }

    fn readdir(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let tree = self.tree();
        let Some(folder) = tree.folder(ino.0) else {
            return reply.error(Errno::ENOTDIR);
        };
        let own = [(OsStr::new("."), ino.0), (OsStr::new(".."), ROOT)];
        let names = folder.now.iter().map(|(name, to)| (name.as_os_str(), *to));
        for (nth, (name, number)) in (1..).zip(own.into_iter().chain(names)) {
            let kind = match tree.node(number).map(|node| &node.content) {
                Some(Content::File(_)) => FileType::RegularFile,
                _ => FileType::Directory,
            };
            if nth > offset && reply.add(INodeNo(number), nth, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        reply.statfs(BLOCKS, BLOCKS, BLOCKS, BLOCKS, BLOCKS, 4096, 255, 4096);
    }
}
