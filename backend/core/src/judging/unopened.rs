//! Judges apoyos again whose pictures waited for their key.

use super::{
    not_now::NotNow,
    one::{Judged, judge_one},
};
use crate::{core::Core, ports::OpenPicture};
use futures_util::StreamExt;

/// Apoyos that are taken up together.
const BATCH: u32 = 64;

/// Judges every waiting apoyo whose pictures a key of this machine opens; returns how many they
/// were. A crash anywhere repeats an apoyo, which changes nothing the second time.
pub async fn judge_unopened(core: &Core, pictures: &dyn OpenPicture) -> Result<usize, NotNow> {
    if !core.sealing().opens_pictures() || core.storage.roll_version().await?.is_none() {
        return Ok(0);
    }
    let at_once = core.rules.opened_at_once;
    let (mut after, mut looked) = (0, 0);
    loop {
        let batch = core.storage.unopened_apoyos(after, BATCH).await?;
        let Some(last) = batch.last() else {
            return Ok(looked);
        };
        after = last.sequence;
        let mut judged = futures_util::stream::iter(batch)
            .map(|apoyo| async move {
                let judged = judge_one(core, pictures, &apoyo).await;
                (apoyo.id, judged)
            })
            .buffered(at_once);
        while let Some((id, judged)) = judged.next().await {
            let Judged { verdict, unopened } = judged?;
            core.heartbeat.beat(core.now());
            // It is sealed to a key that is still not here, and goes on waiting.
            if unopened {
                continue;
            }
            core.storage.settle_apoyo(id, verdict, core.now()).await?;
            core.events.count("picture", "looked_at_later");
            looked += 1;
        }
    }
}
