//! Pictures that waited for their key: looked at once it is here.

use super::{
    not_now::NotNow,
    turn::{Because, judge_all},
};
use crate::{core::Core, ports::OpenPicture};

/// Apoyos that are taken up together.
const BATCH: u32 = 64;

/// Looks at every picture that waits and that a key of this machine opens; answers how many
/// those were. A crash anywhere repeats an apoyo, which changes nothing the second time. One that
/// cannot be read waits by itself ([`super::judge_pending`] takes it up again).
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
