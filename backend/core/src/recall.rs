//! What a restart must not forgive: written down by a job, read at the start, and swept.

use crate::core::Core;
use chrono::TimeDelta;
use protocol::environment::Timestamp;
use storage::{
    StorageError,
    apoyos::PARTS_KEPT_HOURS,
    rules::review::{day_of, first_moment},
};

/// A part that no receipt has named after this long is written down. A phone sends the manifest
/// right behind its parts, so most never are.
const SETTLED: TimeDelta = TimeDelta::seconds(3);

/// Takes up what the last process wrote down. Only before anything is taken in, and after
/// [`storage::Engine::recover_blobs`]: of what is in its place then, every part is named by a row.
pub async fn recall(core: &Core) -> Result<(), StorageError> {
    let parts = core.storage.unnamed_parts().await?;
    let names: Vec<_> = parts.iter().map(|part| part.sha256).collect();
    let lengths = core.blobs.lengths(&names).await?;
    let named = parts
        .iter()
        .zip(&lengths)
        .filter(|(_, length)| length.is_some());
    let named: Vec<_> = named.map(|(part, _)| part.sha256).collect();
    core.limits.parts.recall(parts);
    core.limits.parts.named(named);

    let now = core.now();
    let today = first_moment(day_of(now));
    let given = core.storage.apoyos_since(today).await?;
    core.limits.apoyos.recall(given, now);
    Ok(())
}

/// Writes down what changed; answers how many parts.
pub async fn write_down(core: &Core) -> Result<usize, StorageError> {
    write_down_settled(core, core.now() - SETTLED).await
}

/// The same at the end of a process, when no manifest follows any more.
pub async fn write_all_down(core: &Core) -> Result<usize, StorageError> {
    write_down_settled(core, core.now()).await
}

async fn write_down_settled(core: &Core, settled: Timestamp) -> Result<usize, StorageError> {
    let parts = &core.limits.parts;
    let changes = parts.changes(settled);
    let written = changes.arrived.len();
    if written + changes.gone.len() > 0 {
        let (arrived, gone) = (changes.arrived.clone(), changes.gone.clone());
        let noted = core.storage.note_parts(arrived, gone).await;
        noted.inspect_err(|_| parts.not_written(changes))?;
    }
    Ok(written)
}

/// Removes what no apoyo came to name in its time, from the disk and from what phones owe;
/// answers how many files.
pub async fn sweep(core: &Core) -> Result<u64, StorageError> {
    let older_than = core.now() - TimeDelta::hours(PARTS_KEPT_HOURS);
    let swept = core.storage.sweep_parts(older_than).await?;
    core.limits.parts.forget_before(older_than);
    Ok(swept)
}
