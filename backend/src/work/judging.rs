//! The job that judges apoyos.

use crate::app::App;
use futures_util::FutureExt;
use server_core::{
    judging::{NotNow, round},
    ports::{Events, OpenPicture},
};
use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

/// How often to look without a wake-up: another process may have brought work.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// The pause after a fault of the machine that may pass; it doubles with every such fault.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Runs until it is dropped; a panic costs one round.
pub async fn run(app: App, pictures: Arc<dyn OpenPicture>) {
    let core = &app.core;
    let mut pause = PAUSE;
    loop {
        core.heartbeat.beat(core.now());
        let done = AssertUnwindSafe(round(core, &*pictures)).catch_unwind();
        match done.await {
            Ok(Ok(0)) => {
                pause = PAUSE;
                let woken = core.wakers.apoyos.notified();
                let _ = tokio::time::timeout(LOOK_EVERY, woken).await;
            }
            Ok(Ok(_)) => pause = PAUSE,
            Ok(Err(error)) => {
                if let NotNow::Storage(error) = &error {
                    app.alarm.note("judging", error);
                }
                tracing::warn!(%error, pause_s = pause.as_secs(), "judging pauses");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(_) => {
                tracing::error!("judging panicked and goes on");
                core.wakers.look_again.store(true, Ordering::SeqCst);
                app.metrics.count("worker", "panicked");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
