//! Follows changes of the sealing keys without a restart.

use crate::{
    core::Core,
    keys::sealing::{HeldKeys, read},
};
use std::{path::Path, sync::atomic::Ordering};

/// Loads the keys that are in the data folder now. If they cannot be read, the server keeps the keys
/// that it has.
pub fn take_up(core: &Core, data: &Path) {
    match read(data).and_then(|keys| HeldKeys::of(keys, &core.keys, data)) {
        Ok(held) => {
            let [intake, review] = held.ids();
            tracing::info!(%intake, %review, pictures = held.opens_pictures(), "sealing keys in force");
            core.set_sealing(held);
            // Pictures may have been waiting for this key.
            core.wakers.look_again.store(true, Ordering::SeqCst);
            core.wakers.apoyos.notify_one();
        }
        Err(error) => tracing::error!(%error, "the sealing keys stay as they were"),
    }
}
