//! Verdicts that are reached once more, because the roll was replaced or an operator asked: in the
//! background, in the order of arrival, each in a transaction with its counters.
//!
//! A crash anywhere repeats a piece, which changes nothing the second time.

use super::{
    not_now::NotNow,
    one::Look,
    turn::{Because, judge_all},
};
use crate::{core::Core, ports::OpenPicture};

/// Judges at most `most` apoyos of the oldest run that has not ended; answers whether there was one.
pub async fn judge_again(
    core: &Core,
    pictures: &dyn OpenPicture,
    most: u32,
) -> Result<bool, NotNow> {
    let storage = &core.storage;
    let Some(run) = storage.judging_again().await? else {
        return Ok(false);
    };
    if storage.roll_version().await?.is_none() {
        return Ok(false);
    }
    let piece = storage.next_piece(&run, most, core.now()).await?;
    let because = Because::Again {
        run: run.run,
        look: match run.which.pictures {
            true => Look::Opens,
            false => Look::KeepsWhatWasSeen,
        },
    };
    judge_all(core, pictures, piece.apoyos, because).await?;
    storage
        .piece_judged(run.run, piece.through, core.now())
        .await?;
    if piece.through >= run.last {
        tracing::info!(run = run.run, "what was to be judged once more is judged");
    }
    Ok(true)
}
