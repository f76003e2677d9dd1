//! The job that erases the addresses of ended activations, and rows that ended long ago.

use crate::app::App;
use server_core::recall;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(600);

/// Runs until it is dropped.
pub async fn run(app: App) {
    let storage = &app.core.storage;
    loop {
        if app.core.clock.doubt().is_some() {
            // What seems to be over may not be.
            tracing::warn!("the clock is in doubt: nothing is forgotten");
            tokio::time::sleep(EVERY).await;
            continue;
        }
        match storage.sweep_activations(app.core.now()).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "activations that were over are forgotten"),
            Err(error) => app.alarm.note("sweeping", &error),
        }
        if let Err(error) = storage.sweep_signins(app.core.now()).await {
            app.alarm.note("sweeping sign-ins", &error);
        }
        if let Err(error) = storage.sweep_phone_days(app.core.now()).await {
            app.alarm.note("sweeping days", &error);
        }
        match recall::sweep(&app.core).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "parts that no apoyo came to name are removed"),
            Err(error) => app.alarm.note("sweeping parts", &error),
        }
        tokio::time::sleep(EVERY).await;
    }
}
