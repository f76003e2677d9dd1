//! Whether the engine's state is still known.

use std::sync::Arc;
use tokio::sync::watch;

/// Shared by the thread that writes and those that read: once one of them has met a fault of
/// the disk, nothing is promised any more and the process ends.
#[derive(Debug, Clone)]
pub(super) struct Broken(Arc<watch::Sender<Option<String>>>);

impl Default for Broken {
    /// Everything can be promised.
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }
}

impl Broken {
    /// Why nothing can be promised any more, if that is so.
    pub(super) fn reason(&self) -> Option<String> {
        self.0.borrow().clone()
    }

    /// Nothing can be promised any more. The first reason is kept.
    pub(super) fn set(&self, reason: &str) {
        let first = self.0.send_if_modified(|kept| {
            let first = kept.is_none();
            kept.get_or_insert_with(|| reason.to_owned());
            first
        });
        if first {
            tracing::error!(
                reason,
                "the storage failed; nothing is acknowledged any more"
            );
        }
    }

    /// Returns once nothing can be promised any more.
    pub(super) async fn wait(&self) -> String {
        let mut watch = self.0.subscribe();
        match watch.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or_default(),
            Err(_) => "the engine has stopped".into(),
        }
    }
}
