//! A key was added or put away: the server goes over to the keys that are there now, without a
//! restart.

use crate::{
    core::Core,
    keys::sealing::{HeldKeys, read},
};
use std::{path::Path, sync::atomic::Ordering};

/// Goes over to the keys that are in the data folder now; stays with those it has if they cannot
/// be read.
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
