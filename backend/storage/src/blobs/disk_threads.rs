//! A few threads that wait for the disk, so that those that serve requests never do.
//!
//! Few, because more than the disk can serve at once only wake each other; and outside of any
//! runtime, so that what the object store does there, it does at once and in one go. They also
//! hash what they write: what is long to do for a picture is done here.

use crate::StorageError;
use crossbeam_channel::{Sender, unbounded};
use rustix::{process::setpriority_process, thread::gettid};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread::Builder,
};
use tokio::sync::oneshot;

/// How much these threads give way to those that answer somebody ("nice"): a picture may take a
/// moment longer, a person who looks at a tally should not.
const GIVES_WAY: i32 = 5;

type Work = Box<dyn FnOnce() + Send>;

/// The way to the threads; they end when it is dropped.
#[derive(Debug)]
pub(super) struct DiskThreads {
    queue: Sender<Work>,
}

impl DiskThreads {
    /// Starts `count` threads.
    pub(super) fn start(count: usize) -> Result<Self, StorageError> {
        let (queue, waiting) = unbounded::<Work>();
        for number in 0..count {
            let waiting = waiting.clone();
            Builder::new()
                .name(format!("disk-{number}"))
                .spawn(move || {
                    // A system that refuses loses nothing but the courtesy.
                    let _ = setpriority_process(Some(gettid()), GIVES_WAY);
                    for work in waiting {
                        // The caller hears of a panic because its answer never comes.
                        drop(catch_unwind(AssertUnwindSafe(work)));
                    }
                })?;
        }
        Ok(Self { queue })
    }

    /// Does `work` on one of the threads. Callers that wait bound the queue: each waits for
    /// its own answer.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let gone = || StorageError::Broken("a disk thread has ended".into());
        let (caller, answer) = oneshot::channel();
        // Nobody listens when the request was given up meanwhile.
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
        let threads = DiskThreads::start(1).unwrap();
        let broken = threads.run::<()>(|| panic!("on purpose")).await;
        assert!(matches!(broken, Err(StorageError::Broken(_))));
        assert_eq!(threads.run(|| Ok(7)).await.unwrap(), 7);
    }
}
