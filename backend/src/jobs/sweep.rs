//! Forgets what is over: addresses of activations that ended, rows that ended long ago.

use crate::server::Server;
use chrono::TimeDelta;
use std::{sync::Arc, time::Duration};
use storage::apoyos::PARTS_KEPT_HOURS;

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
        let older_than = server.now() - TimeDelta::hours(PARTS_KEPT_HOURS);
        match server.storage.sweep_parts(older_than).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "parts that no apoyo came to name are removed"),
            Err(error) => server.note_storage_error("sweeping parts", &error),
        }
        tokio::time::sleep(EVERY).await;
    }
}
