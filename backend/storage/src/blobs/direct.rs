//! A picture that is whole in memory is written with `O_DIRECT`, past the system's page cache.
//!
//! It is not read again before it is durable, so a copy in the cache would only cost: the copying,
//! the pages that it takes from files that are read often, and giving them back. The disk writes
//! from one aligned buffer per disk thread, used again for each picture.

use super::places::Places;
use bytes::Bytes;
use protocol::ids::Sha256Hash;
use rustix::{
    fs::{Mode, OFlags, fcntl_setfl, open},
    io::Errno,
};
use std::{
    cell::RefCell,
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::Path,
};

/// Addresses and lengths have to be multiples of the disk's block: the largest in use.
const BLOCK: usize = 4 << 10;

/// Memory that begins at a multiple of [`BLOCK`].
#[derive(Default)]
struct Room(Vec<u8>);

impl Room {
    /// The chunks one after the other.
    fn hold(&mut self, chunks: &[Bytes]) -> &[u8] {
        let length = chunks.iter().map(Bytes::len).sum::<usize>();
        if self.0.len() < length + BLOCK {
            self.0 = vec![0; length.next_power_of_two() + BLOCK];
        }
        let start = self.0.as_ptr().align_offset(BLOCK);
        let mut free = &mut self.0[start..start + length];
        for chunk in chunks {
            let (here, rest) = free.split_at_mut(chunk.len());
            here.copy_from_slice(chunk);
            free = rest;
        }
        &self.0[start..start + length]
    }
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}

/// Whether the file system of these places accepts `O_DIRECT`. It is tried, since no call tells.
pub(super) fn is_possible(places: &Places) -> io::Result<bool> {
    let trial = format!("#direct-{}", std::process::id());
    let trial = places.incoming_folder().join(trial);
    let tried = open_direct(&trial)
        .map_err(io::Error::from)
        .and_then(|file| {
            let block = Bytes::from(vec![0; BLOCK]);
            ROOM.with_borrow_mut(|room| write_all(file, room.hold(&[block])))
        });
    match fs::remove_file(&trial) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    match tried.as_ref().err().map(Errno::from_io_error) {
        None => Ok(true),
        Some(Some(Errno::INVAL | Errno::OPNOTSUPP)) => Ok(false),
        // A full disk is not an answer: the server starts, and refuses uploads later.
        Some(Some(Errno::NOSPC | Errno::DQUOT)) => Ok(true),
        Some(_) => tried.map(|()| false),
    }
}

/// Writes the picture of these chunks among those that come in. It has its name when it is whole.
pub(super) fn write(places: &Places, name: Sha256Hash, chunks: &[Bytes]) -> io::Result<()> {
    let staged = places.staged(name);
    let file = open_direct(&staged)?;
    let written = ROOM.with_borrow_mut(|room| write_all(file, room.hold(chunks)));
    let placed = written.and_then(|()| fs::rename(&staged, places.incoming(name)));
    if placed.is_err() {
        // Where even that fails, the next start removes it.
        let _ = fs::remove_file(&staged);
    }
    placed
}

fn open_direct(path: &Path) -> Result<File, Errno> {
    let flags = OFlags::CREATE | OFlags::TRUNC | OFlags::WRONLY | OFlags::CLOEXEC | OFlags::DIRECT;
    open(path, flags, Mode::from_raw_mode(0o600)).map(File::from)
}

/// Whole blocks go past the cache; the rest, shorter than a block, cannot.
fn write_all(mut file: File, bytes: &[u8]) -> io::Result<()> {
    let (blocks, rest) = bytes.split_at(bytes.len() / BLOCK * BLOCK);
    file.write_all(blocks)?;
    if !rest.is_empty() {
        fcntl_setfl(&file, OFlags::empty())?;
        file.write_all(rest)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_every_length_around_a_block_are_written_as_they_came() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::of(folder.path());
        places.create().unwrap();
        // On a file system without a way past the cache there is nothing to write here.
        let possible = is_possible(&places).unwrap();
        for length in [0, 1, 4095, 4096, 4097, 20_000, 300_001, 5] {
            let bytes: Vec<u8> = (0..length).map(|number: u32| (number * 31) as u8).collect();
            let chunks: Vec<Bytes> = bytes.chunks(4099).map(Bytes::copy_from_slice).collect();
            let name = Sha256Hash::of(&bytes);
            if possible {
                write(&places, name, &chunks).unwrap();
                assert_eq!(fs::read(places.incoming(name)).unwrap(), bytes);
            }
            assert!(ROOM.with_borrow_mut(|room| room.hold(&chunks) == bytes));
        }
        let left = fs::read_dir(places.incoming_folder()).unwrap().count();
        assert_eq!(left, if possible { 8 } else { 0 }, "nothing half-written");
    }

    #[test]
    fn what_cannot_get_its_name_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::of(folder.path());
        places.create().unwrap();
        let name = Sha256Hash::of(b"picture");
        fs::create_dir(places.incoming(name)).unwrap();
        assert!(write(&places, name, &[Bytes::from_static(b"picture")]).is_err());
        assert!(!places.staged(name).exists());
    }
}
