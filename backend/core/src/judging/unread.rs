//! Pictures that waited for their key: looked at once it is here.

use super::{
    read_back::OpenPicture,
    validate::{Judged, NotNow, judge_one},
};
use crate::server::Server;
use futures_util::StreamExt;

/// Apoyos that are taken up together.
const BATCH: u32 = 64;

/// Looks at every picture that waits and that a key of this machine opens; answers how many
/// those were. A crash anywhere repeats an apoyo, which changes nothing the second time.
pub async fn look_at_unread(server: &Server, pictures: &dyn OpenPicture) -> Result<usize, NotNow> {
    if !server.sealing().opens_pictures() || server.storage.roll_version().await?.is_none() {
        return Ok(0);
    }
    let at_once = server.config.limits.validators.max(1);
    let (mut after, mut looked) = (0, 0);
    loop {
        let batch = server.storage.unread_apoyos(after, BATCH).await?;
        let Some(last) = batch.last() else {
            return Ok(looked);
        };
        after = last.sequence;
        let mut judged = futures_util::stream::iter(batch)
            .map(|apoyo| async move {
                let judged = judge_one(server, pictures, &apoyo).await;
                (apoyo.id, judged)
            })
            .buffered(at_once);
        while let Some((id, judged)) = judged.next().await {
            let Judged { verdict, unopened } = judged?;
            server.worker_pulse.beat(server.now());
            // Sealed to a key that is not here either: it goes on waiting.
            if unopened {
                continue;
            }
            server
                .storage
                .settle_apoyo(id, verdict, server.now())
                .await?;
            server.metrics.count("picture", "looked_at_later");
            looked += 1;
        }
    }
}
