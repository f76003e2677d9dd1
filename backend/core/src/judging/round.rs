//! One round of judging: what came, what is judged once more, then what a new key opens.

use super::{again::judge_again, not_now::NotNow, pending::judge_pending, unread::look_at_unread};
use crate::{core::Core, ports::OpenPicture};
use std::sync::atomic::Ordering;

/// Apoyos that are judged once more in one round: those that came wait no longer than that.
const AGAIN: u32 = 256;

/// What came since the last round, a piece of what is judged once more, and what a new key opens;
/// answers how much was done.
pub async fn round(core: &Core, pictures: &dyn OpenPicture) -> Result<usize, NotNow> {
    let came = judge_pending(core, pictures).await;
    // Also where no process can be made that opens pictures: most of it needs none.
    let again = judge_again(core, pictures, AGAIN).await?;
    let judged = came? + usize::from(again);
    if judged > 0 || !core.wakers.look_again.swap(false, Ordering::SeqCst) {
        return Ok(judged);
    }
    let looked = look_at_unread(core, pictures).await;
    if looked.is_err() {
        core.wakers.look_again.store(true, Ordering::SeqCst);
    }
    looked
}
