//! The job that records parts without a receipt.

use crate::app::App;
use server_core::recall;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(2);

/// Runs until it is dropped.
pub async fn run(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = recall::write_down(&app.core).await {
            app.alarm.note("writing down parts", &error);
        }
    }
}
