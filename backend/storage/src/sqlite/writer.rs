//! The one thread that writes: waiting writes share one flush and one commit (group commit).
//!
//! A write is a closure over the open transaction. The thread takes every write that waits,
//! runs each inside a savepoint of its own (one that fails undoes only itself), flushes the
//! pictures that they name, commits once, and only then answers all of them.

use super::{
    broken::Broken,
    fault::Fault,
    group_commit,
    keeping::{Blobs, BlobsToKeep},
    numbering::HeadSlot,
    tx::{Tx, Write},
};
use crate::{
    StorageError,
    blobs::BlobStore,
    engine::{OpenError, Settings},
};
use rusqlite::Connection;
use std::{
    sync::Arc,
    thread::{Builder, JoinHandle},
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

/// Writes that may wait; further ones are answered at once that the storage is busy.
const WAITING: usize = 1_024;
/// Writes in one commit.
const BATCH: usize = 256;

struct Job<T, F> {
    runtime: Handle,
    work: Option<F>,
    done: Option<T>,
    caller: oneshot::Sender<Result<T, StorageError>>,
}

impl<T, F> Write for Job<T, F>
where
    T: Send,
    F: FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let work = self
            .work
            .take()
            .ok_or_else(|| Fault::Failed("a write ran twice".into()))?;
        self.done = Some(work(tx)?);
        Ok(())
    }

    fn runtime(&self) -> &Handle {
        &self.runtime
    }

    fn answer(self: Box<Self>, fate: Result<(), Fault>) {
        let answer = match (fate, self.done) {
            (Ok(()), Some(done)) => Ok(done),
            (Ok(()), None) => Err(StorageError::Broken("a write without an outcome".into())),
            (Err(fault), _) => Err(fault.into()),
        };
        // The request may have been given up meanwhile: its write is committed all the same.
        drop(self.caller.send(answer));
    }
}

/// The way to the writer thread.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Write>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on its own connection.
    pub(super) fn start(
        db: Connection,
        blobs: Arc<dyn BlobStore>,
        settings: &Settings,
        broken: Broken,
        head: HeadSlot,
    ) -> Result<Self, OpenError> {
        let (queue, waiting) = mpsc::channel(WAITING);
        let to_keep = BlobsToKeep::of(settings.kept_together);
        let gather = settings.gather;
        let thread = Builder::new()
            .name("storage-writer".into())
            .spawn(move || {
                serve(db, blobs.as_ref(), to_keep, &head, gather, waiting, &broken);
            })?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Does `work` in a transaction; durable when it returns.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let job = Box::new(Job {
            runtime: Handle::try_current()
                .map_err(|_| StorageError::Broken("called outside of a runtime".into()))?,
            work: Some(work),
            done: None,
            caller,
        });
        let gone = || StorageError::Broken("the writer has stopped".into());
        let queue = self.queue.as_ref().ok_or_else(gone)?;
        queue.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StorageError::Busy,
            mpsc::error::TrySendError::Closed(_) => gone(),
        })?;
        answer.await.map_err(|_| gone())?
    }
}

impl Drop for Writer {
    /// Waits for the writes that were accepted, so that the folder can be opened again at once.
    /// Where the pictures are not in a folder, the last pictures may still be on their way to the
    /// kept ones: then this must not be the only thread of their runtime.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn serve(
    db: Connection,
    blobs: &dyn BlobStore,
    mut to_keep: BlobsToKeep,
    head: &HeadSlot,
    gather: Duration,
    mut waiting: mpsc::Receiver<Box<dyn Write>>,
    broken: &Broken,
) {
    while let Some(first) = waiting.blocking_recv() {
        // The waiting write is acknowledged a moment later, together with those that come meanwhile.
        if blobs.arriving() > 0 {
            std::thread::sleep(gather);
        }
        let runtime = first.runtime().clone();
        let mut writes = vec![first];
        while writes.len() < BATCH
            && let Ok(next) = waiting.try_recv()
        {
            writes.push(next);
        }
        if let Some(reason) = broken.reason() {
            // It is not known what is durable: no further write is tried or promised.
            for write in writes {
                write.answer(Err(Fault::Fatal(reason.clone())));
            }
            continue;
        }
        let blobs = Blobs {
            store: blobs,
            runtime,
        };
        if let Err(reason) = group_commit::commit(&db, &blobs, &mut to_keep, head, writes) {
            broken.set(&reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{blobs::local::LocalBlobs, sqlite::connection};

    fn mark(tx: &Tx<'_>, number: i64) -> Result<(), Fault> {
        tx.db.execute(
            "INSERT INTO roll_versions (version, entries, since) VALUES (?1, 0, 0)",
            [number],
        )?;
        Ok(())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_write_that_fails_half_way_leaves_nothing_and_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Arc::new(LocalBlobs::open(&folder.path().join("blobs")).unwrap());
        let db = connection::open_writer(folder.path()).unwrap();
        let broken = Broken::default();
        let head = HeadSlot::default();
        let settings = Settings::default();
        let writer = Writer::start(db, blobs, &settings, broken.clone(), head).unwrap();
        let writes = (1..=100).map(|number| {
            writer.write(move |tx| {
                mark(tx, number)?;
                match number % 10 {
                    0 => Err(Fault::Failed("half-way".into())),
                    5 => panic!("half-way"),
                    _ => Ok(()),
                }
            })
        });
        let answers = futures_util::future::join_all(writes).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 80);
        let (rows, bad): (i64, i64) = writer
            .write(|tx| {
                Ok(tx.db.query_row(
                    "SELECT count(*), coalesce(sum(version % 5 = 0), 0) FROM roll_versions",
                    [],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )?)
            })
            .await
            .unwrap();
        assert_eq!((rows, bad), (80, 0));
        assert_eq!(broken.reason(), None);
    }

    #[tokio::test]
    async fn a_database_held_by_another_program_for_long_is_busy_and_not_broken() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Arc::new(LocalBlobs::open(&folder.path().join("blobs")).unwrap());
        let db = connection::open_writer(folder.path()).unwrap();
        db.busy_timeout(std::time::Duration::from_millis(50))
            .unwrap();
        let head = HeadSlot::default();
        let settings = Settings::default();
        let writer = Writer::start(db, blobs, &settings, Broken::default(), head).unwrap();
        let other = connection::open_writer(folder.path()).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let answer = writer.write(|tx| mark(tx, 1)).await;
        assert!(matches!(answer, Err(StorageError::Busy)));
        other.execute_batch("COMMIT").unwrap();
        writer.write(|tx| mark(tx, 1)).await.unwrap();
    }
}
