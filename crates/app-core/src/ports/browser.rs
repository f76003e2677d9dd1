//! The system's browser, for a sign-in.

use async_trait::async_trait;
use protocol::signin::ReturnWay;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// The machine has no browser, or the browser cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no browser: {0}")]
pub struct NoBrowser(pub String);

/// The system's own browser. Never a web view of this app, which could read what is typed there.
#[async_trait]
pub trait Browser: Send + Sync {
    /// Prepares for a return of the browser, and tells how it returns. From then on its query is
    /// kept for [`Browser::returned`].
    async fn expect_return(&self) -> Result<ReturnWay, NoBrowser>;

    /// Opens a URL.
    async fn open(&self, url: &str) -> Result<(), NoBrowser>;

    /// Waits for the query that a browser returns with. Anybody may have written it. The future may
    /// be dropped at any point.
    async fn returned(&self) -> String;

    /// Stops waiting for a return.
    fn expect_nothing(&self) {}
}

/// The newest query that a browser returned with, until it is read.
#[derive(Debug, Default)]
pub struct Returns {
    query: Mutex<Option<String>>,
    arrival: Notify,
}

impl Returns {
    /// A browser returned with this query.
    pub fn put(&self, query: String) {
        *self.query.lock().unwrap_or_else(PoisonError::into_inner) = Some(query);
        self.arrival.notify_one();
    }

    /// Forgets an unread query.
    pub fn clear(&self) {
        *self.query.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Waits for the next query.
    pub async fn next(&self) -> String {
        loop {
            let next = self.arrival.notified();
            let query = self
                .query
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            if let Some(query) = query {
                return query;
            }
            next.await;
        }
    }
}
