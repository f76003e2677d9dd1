//! Judges apoyos again whose pictures waited for their key.

use super::{
    not_now::NotNow,
    turn::{Because, judge_all},
};
use crate::{core::Core, ports::OpenPicture};

/// Apoyos in one batch.
const BATCH: u32 = 64;

/// Judges every waiting apoyo whose pictures a key of this machine opens; returns how many they were. A
/// crash anywhere repeats an apoyo, which changes nothing the second time. An apoyo that cannot be read
/// waits by itself ([`super::judge_pending`] judges it again).
pub async fn judge_unopened(core: &Core, pictures: &dyn OpenPicture) -> Result<usize, NotNow> {
    if !core.sealing().opens_pictures() || core.storage.roll_version().await?.is_none() {
        return Ok(0);
    }
    let (mut after, mut looked) = (0, 0);
    loop {
        let batch = core
            .storage
            .unopened_apoyos(after, BATCH, core.now())
            .await?;
        let Some(last) = batch.last().map(|apoyo| apoyo.sequence) else {
            return Ok(looked);
        };
        looked += judge_all(core, pictures, batch, Because::Unopened)
            .await?
            .settled;
        after = last;
    }
}
