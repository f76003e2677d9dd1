//! One round of judging: new apoyos first, then a piece of what is judged again, then pictures that a
//! new key opens.

use super::{
    again::judge_again, not_now::NotNow, pending::judge_pending, unopened::judge_unopened,
};
use crate::{core::Core, ports::OpenPicture};
use std::sync::atomic::Ordering;

/// Apoyos that are judged again in one round: new ones wait no longer than that.
const AGAIN: u32 = 256;

/// Judges the apoyos that came since the last round, a piece of those that are judged again, and those
/// that a new key opens; returns how much was done.
pub async fn round(core: &Core, pictures: &dyn OpenPicture) -> Result<usize, NotNow> {
    let came = judge_pending(core, pictures).await;
    // Also where no process can be made that opens pictures: most of it needs none.
    let again = judge_again(core, pictures, AGAIN).await?;
    let judged = came? + usize::from(again);
    if judged > 0 || !core.wakers.look_again.swap(false, Ordering::SeqCst) {
        return Ok(judged);
    }
    let looked = judge_unopened(core, pictures).await;
    if looked.is_err() {
        core.wakers.look_again.store(true, Ordering::SeqCst);
    }
    looked
}
