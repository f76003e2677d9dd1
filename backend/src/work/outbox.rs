//! The job that hands over due mails.

use crate::app::App;
use server_core::{mail::outbox::hand_over_due, ports::MailCarrier};
use std::{sync::Arc, time::Duration};

/// How often to look without a wake-up: a mail's next try comes without one.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Runs until it is dropped.
pub async fn run(app: App, carrier: Arc<dyn MailCarrier>) {
    loop {
        match hand_over_due(&app.core, &*carrier).await {
            Ok(0) => {
                let woken = app.core.wakers.mail.notified();
                let _ = tokio::time::timeout(LOOK_EVERY, woken).await;
            }
            Ok(_) => {}
            Err(error) => {
                app.alarm.note("outbox", &error);
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}
