//! One round of judging: new apoyos first, then pictures that a new key opens.

use super::{not_now::NotNow, pending::judge_pending, unopened::judge_unopened};
use crate::{core::Core, ports::OpenPicture};
use std::sync::atomic::Ordering;

/// Judges the apoyos that came since the last round and those that a new key opens; returns how many
/// they were.
pub async fn round(core: &Core, pictures: &dyn OpenPicture) -> Result<usize, NotNow> {
    let judged = judge_pending(core, pictures).await?;
    if judged > 0 || !core.wakers.look_again.swap(false, Ordering::SeqCst) {
        return Ok(judged);
    }
    let looked = judge_unopened(core, pictures).await;
    if looked.is_err() {
        core.wakers.look_again.store(true, Ordering::SeqCst);
    }
    looked
}
