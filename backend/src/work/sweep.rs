//! Forgets what is over: addresses of activations that ended, rows that ended long ago.

use crate::server::Server;
use std::{sync::Arc, time::Duration};

const EVERY: Duration = Duration::from_secs(600);

/// Runs until it is dropped.
pub async fn run(server: Arc<Server>) {
    loop {
        match server.storage.sweep_activations(server.now()).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "activations that were over are forgotten"),
            Err(error) => server.note_storage_error("sweeping", &error),
        }
        match server.storage.sweep_signins(server.now()).await {
            Ok(_) => {}
            Err(error) => server.note_storage_error("sweeping sign-ins", &error),
        }
        match server.storage.sweep_phone_days(server.now()).await {
            Ok(_) => {}
            Err(error) => server.note_storage_error("sweeping days", &error),
        }
        tokio::time::sleep(EVERY).await;
    }
}
