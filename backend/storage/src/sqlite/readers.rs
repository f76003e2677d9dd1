//! A few threads that only read, each with its own connection: neither a commit nor a flush
//! delays them, and a slow read does not hold up the threads that serve requests.

use super::{broken::Broken, connection::open_reader, fault::Fault, roll_files::OpenRoll};
use crate::{StorageError, engine::OpenError};
use crossbeam_channel::{Sender, TrySendError, bounded};
use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    thread::{Builder, JoinHandle},
};
use tokio::sync::oneshot;

/// Reads that may wait; further ones are answered at once that the storage is busy.
const WAITING: usize = 2_048;

/// What a read works with.
pub(super) struct Reader {
    /// A connection that cannot write.
    pub(super) db: Connection,
    /// The data folder.
    pub(super) folder: PathBuf,
    /// The roll that was in force at the last look-up.
    pub(super) roll: Option<OpenRoll>,
}

type Read = Box<dyn FnOnce(&mut Reader) + Send>;

/// The way to the threads that read.
#[derive(Debug)]
pub(super) struct Readers {
    broken: Broken,
    queue: Option<Sender<Read>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Starts this many threads.
    pub(super) fn start(
        name: &str,
        count: usize,
        folder: &Path,
        broken: Broken,
    ) -> Result<Self, OpenError> {
        let (queue, waiting) = bounded::<Read>(WAITING);
        let mut threads = Vec::with_capacity(count);
        for number in 0..count {
            let mut reader = Reader {
                db: open_reader(folder)?,
                folder: folder.to_owned(),
                roll: None,
            };
            let waiting = waiting.clone();
            let thread = Builder::new()
                .name(format!("storage-{name}-{number}"))
                .spawn(move || waiting.into_iter().for_each(|read| read(&mut reader)))?;
            threads.push(thread);
        }
        Ok(Self {
            broken,
            queue: Some(queue),
            threads,
        })
    }

    /// Reads what is committed at this moment.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader) -> Result<T, Fault> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let gone = || StorageError::Broken("the readers have stopped".into());
        let queue = self.queue.as_ref().ok_or_else(gone)?;
        let broken = self.broken.clone();
        let read: Read = Box::new(move |reader| {
            // A panic costs its own caller an answer, never the thread.
            let found = catch_unwind(AssertUnwindSafe(|| work(reader)))
                .unwrap_or_else(|_| Err(Fault::Failed("a read panicked".into())));
            // Data that cannot be read may be lost, although they were promised.
            if let Err(Fault::Fatal(reason)) = &found {
                broken.set(reason);
            }
            drop(caller.send(found.map_err(StorageError::from)));
        });
        queue.try_send(read).map_err(|error| match error {
            TrySendError::Full(_) => StorageError::Busy,
            TrySendError::Disconnected(_) => gone(),
        })?;
        answer.await.map_err(|_| gone())?
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        drop(self.queue.take());
        for thread in self.threads.drain(..) {
            drop(thread.join());
        }
    }
}
