//! The job that reads the maildir of bounce reports.

use crate::{
    app::App,
    mail::maildir::{Maildir, NotRead},
};
use server_core::ports::Events;
use std::{path::PathBuf, time::Duration};

const EVERY: Duration = Duration::from_secs(5);

/// Runs until it is dropped.
pub async fn run(app: App, folder: PathBuf) {
    let mut maildir = Maildir::at(folder);
    loop {
        match maildir.read_new(&app.core).await {
            Ok(looked) if looked.stuck > 0 => app.metrics.count("bounces", "file_stuck"),
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
