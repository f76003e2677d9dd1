//! The job that follows changes of the sealing keys, so that a rotation does not need a restart.

use server_core::{Core, judging::take_up, keys::sealing::stamp};
use std::{path::PathBuf, sync::Arc, time::Duration};

const EVERY: Duration = Duration::from_secs(2);

/// Runs until it is dropped.
pub async fn run(core: Arc<Core>, data: PathBuf) {
    let mut seen = stamp(&data).ok();
    loop {
        tokio::time::sleep(EVERY).await;
        let now = match stamp(&data) {
            Ok(now) => Some(now),
            Err(error) => {
                tracing::warn!(%error, "the sealing keys cannot be looked at");
                continue;
            }
        };
        if now == seen {
            continue;
        }
        seen = now;
        take_up(&core, &data);
    }
}
