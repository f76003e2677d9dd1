//! One round of judging: what came, then what a new key opens.

use super::{not_now::NotNow, pending::judge_pending, unread::look_at_unread};
use crate::{core::Core, ports::OpenPicture};
use std::sync::atomic::Ordering;

/// What came since the last round, and what a new key opens; answers how many apoyos those were.
pub async fn round(core: &Core, pictures: &dyn OpenPicture) -> Result<usize, NotNow> {
    let judged = judge_pending(core, pictures).await?;
    if judged > 0 || !core.wakers.look_again.swap(false, Ordering::SeqCst) {
        return Ok(judged);
    }
    let looked = look_at_unread(core, pictures).await;
    if looked.is_err() {
        core.wakers.look_again.store(true, Ordering::SeqCst);
    }
    looked
}
