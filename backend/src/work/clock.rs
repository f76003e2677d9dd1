//! Keeps the clock's mark, and tells the operator when the clock is in doubt.

use crate::app::App;
use server_core::{
    clock::{Kept, SteadyClock, keep},
    ports::Events,
};
use std::{sync::Arc, time::Duration};

/// How often to look: a doubt is logged, and an operator's word heard, within this.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Looks between two marks: a minute.
const KEEP_EVERY: u32 = 12;
/// Looks between two warnings: ten minutes.
const WARN_EVERY: u32 = 120;

/// Runs until it is dropped. `accepted`: how often an operator had accepted the machine's clock
/// when the server began.
pub async fn run(app: App, clock: Arc<SteadyClock>, accepted: i64) {
    let core = &app.core;
    let (mut accepted, mut looks, mut in_doubt) = (accepted, 0_u32, 0_u32);
    loop {
        match core.clock.doubt() {
            Some(doubt) => {
                if in_doubt.is_multiple_of(WARN_EVERY) {
                    tracing::error!(
                        machine = %doubt.wall,
                        counted = %core.now(),
                        "the machine's clock is in doubt: nothing is forgotten meanwhile. Mend the \
                         clock, or say that it is right: apoyo clock accept"
                    );
                    app.metrics.count("clock", "doubtful");
                }
                in_doubt += 1;
            }
            None if in_doubt > 0 => {
                tracing::info!("the machine's clock is believed again");
                in_doubt = 0;
            }
            None => {}
        }
        match listen(&app, accepted, looks).await {
            Kept::Yes => {}
            Kept::Accepted(by_now) => {
                clock.accept();
                accepted = by_now;
                tracing::warn!(now = %core.now(), "an operator has said that the clock is right");
            }
        }
        looks = looks.wrapping_add(1);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Keeps the mark when it is time to, and hears whether an operator has said something.
async fn listen(app: &App, accepted: i64, looks: u32) -> Kept {
    let core = &app.core;
    let heard = if looks.is_multiple_of(KEEP_EVERY) {
        keep(core, accepted).await
    } else {
        core.storage.clock_mark().await.map(|mark| match mark {
            Some(mark) if mark.accepted != accepted => Kept::Accepted(mark.accepted),
            _ => Kept::Yes,
        })
    };
    heard.unwrap_or_else(|error| {
        app.alarm.note("keeping the clock's mark", &error);
        Kept::Yes
    })
}
