//! Looks whether a key was added or put away, so that a rotation needs no restart.

use crate::{
    keys::sealing::{HeldKeys, read, stamp},
    server::Server,
};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

const EVERY: Duration = Duration::from_secs(2);

/// Runs until it is dropped.
pub async fn run(server: Arc<Server>) {
    let mut seen = stamp(&server.data).ok();
    loop {
        tokio::time::sleep(EVERY).await;
        let now = match stamp(&server.data) {
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
        take_up(&server);
    }
}

/// Goes over to the keys that are in the folder now; stays with those it has if they cannot
/// be read.
pub fn take_up(server: &Server) {
    let held = read(&server.data).and_then(|keys| HeldKeys::of(keys, &server.keys, &server.data));
    match held {
        Ok(held) => {
            let [intake, review] = held.ids();
            tracing::info!(%intake, %review, pictures = held.opens_pictures(), "sealing keys in force");
            server.set_sealing(held);
            // Pictures may have been waiting for this key.
            server.look_again.store(true, Ordering::SeqCst);
            server.apoyo_bell.notify_one();
        }
        Err(error) => tracing::error!(%error, "the sealing keys stay as they were"),
    }
}
