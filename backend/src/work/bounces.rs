//! The job that reads the maildir of bounce reports.

use crate::{
    app::App,
    mail::maildir::{NotRead, read_new},
};
use server_core::ports::Events;
use std::{path::PathBuf, time::Duration};

const EVERY: Duration = Duration::from_secs(5);

/// Runs until it is dropped.
pub async fn run(app: App, folder: PathBuf) {
    loop {
        match read_new(&app.core, &folder).await {
            Ok(_) => {}
            Err(NotRead::Storage(error)) => app.alarm.note("bounces", &error),
            Err(NotRead::Folder(error)) => {
                tracing::warn!(%error, "the mailbox of bounces cannot be read");
                app.metrics.count("bounces", "mailbox_fault");
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}
