//! A few threads that wait for the disk, so that those that serve requests never do.
//!
//! Few, because more than the disk can serve at once only wake each other. They also hash their bytes,
//! so that all slow work on a picture is done here.

use crate::StorageError;
use crossbeam_channel::{Sender, unbounded};
use rustix::{process::setpriority_process, thread::gettid};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread::Builder,
};
use tokio::sync::oneshot;

/// How much these threads give way to those that answer requests ("nice"): a picture may take a
/// moment longer, a person who looks at a tally should not.
const GIVES_WAY: i32 = 5;

type Work = Box<dyn FnOnce() + Send>;

/// The way to the threads; they end when its last clone is dropped.
#[derive(Debug, Clone)]
pub(super) struct DiskThreads {
    queue: Sender<Work>,
}

impl DiskThreads {
    /// Starts `count` threads of this name.
    pub(super) fn start(name: &str, count: usize) -> Result<Self, StorageError> {
        let (queue, waiting) = unbounded::<Work>();
        for number in 0..count {
            let waiting = waiting.clone();
            Builder::new()
                .name(format!("{name}-{number}"))
                .spawn(move || {
                    // Where the system refuses, uploads are not slower than requests: no harm.
                    let _ = setpriority_process(Some(gettid()), GIVES_WAY);
                    for work in waiting {
                        // The caller hears of a panic because its answer never comes.
                        drop(catch_unwind(AssertUnwindSafe(work)));
                    }
                })?;
        }
        Ok(Self { queue })
    }

    /// Does `work` on one of the threads, later; no caller waits for it.
    pub(super) fn later(&self, work: impl FnOnce() + Send + 'static) {
        // Without threads the folder is closed, and the next start finds what was left undone.
        drop(self.queue.send(Box::new(work)));
    }

    /// Does `work` on one of the threads. Callers that wait bound the queue: each waits for
    /// its own answer.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let gone = || StorageError::Broken("a disk thread has ended".into());
        let (caller, answer) = oneshot::channel();
        // The request may have been given up meanwhile: then the answer goes nowhere.
        let work = Box::new(move || drop(caller.send(work())));
        self.queue.send(work).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_panics_costs_its_caller_an_error_and_nobody_else() {
        let threads = DiskThreads::start("disk", 1).unwrap();
        let broken = threads.run::<()>(|| panic!("on purpose")).await;
        assert!(matches!(broken, Err(StorageError::Broken(_))));
        assert_eq!(threads.run(|| Ok(7)).await.unwrap(), 7);
    }
}
