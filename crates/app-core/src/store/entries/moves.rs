//! Changes of entries: into the queue, from state to state, out of the queue.

use super::{
    Rows, StoreFault, about_address,
    outgoing::{SealedPicture, set_parts},
    spare,
};
use crate::{
    code::Problem,
    entry::{About, EntryState, Outgoing, Pause, Receipted},
    store::to_json,
};
use protocol::{
    apoyos::ApoyoState,
    ids::{ApoyoId, CampaignId},
};
use rusqlite::params;

/// Inserts a sealed entry with its pictures, in the transaction that deletes the draft.
pub(crate) fn insert(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    campaign: &CampaignId,
    about: &About,
    queued_at_ms: i64,
    closes_at_ms: i64,
    (outgoing, pictures): (&Outgoing, &[SealedPicture]),
) -> Result<(), StoreFault> {
    rows.execute(
        "INSERT INTO entry (apoyo, campaign, about, queued_at, place, state, device, body, content,
                            signature, next_try_at, closes_at)
         VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(place), 0) + 1 FROM entry), 'sealed',
                 ?5, ?6, ?7, ?8, ?4, ?9)",
        params![
            apoyo.as_bytes(),
            campaign.as_str(),
            rows.seal_json(about_address(&apoyo), about)?,
            queued_at_ms,
            outgoing.device.as_bytes(),
            outgoing.body.as_ref(),
            outgoing.content.as_bytes(),
            outgoing.signature,
            closes_at_ms,
        ],
    )?;
    set_parts(rows, apoyo, pictures)
}

/// Stores an entry's state. Returns whether the entry still exists: it may have been cancelled
/// meanwhile. [`set_receipted`] stores a receipt.
pub(crate) fn save_state(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    state: &EntryState,
) -> Result<bool, StoreFault> {
    let (word, manifest_put) = match state {
        EntryState::Unsealed(_) => ("unsealed", false),
        EntryState::Sealed(_) => ("sealed", false),
        EntryState::Sending(it) => ("sending", it.manifest_put),
        EntryState::Refused(it) => ("refused", it.manifest_put),
        // The receipt stays as it is; only what becomes of a loss changes.
        EntryState::Receipted(it) => {
            return it
                .lost
                .as_ref()
                .map_or(Ok(false), |lost| spare::save(rows, apoyo, lost));
        }
    };
    let over = Pause::default();
    let pause = state.pause().unwrap_or(&over);
    let problem: Option<&Problem> = match state {
        EntryState::Refused(it) => Some(&it.problem),
        _ => pause.problem.as_ref(),
    };
    let changed = rows.execute(
        "UPDATE entry SET state = ?2, manifest_put = ?3, tries = ?4, next_try_at = ?5, problem = ?6,
                          unwilling_since = ?7
         WHERE apoyo = ?1 AND state <> 'receipted'",
        params![
            apoyo.as_bytes(),
            word,
            manifest_put,
            pause.tries,
            pause.next_try_at_ms,
            problem.map(to_json).transpose()?,
            pause.unwilling_since_ms
        ],
    )?;
    Ok(changed > 0)
}

/// Stores a verified receipt and turns what was sent into a copy, in one transaction: a crash leaves
/// either everything that is to be sent, or the receipt.
pub(crate) fn set_receipted(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    receipted: &Receipted,
) -> Result<(), StoreFault> {
    spare::keep(rows, apoyo, receipted)?;
    rows.execute(
        "UPDATE entry SET state = 'receipted', receipt = ?2, receipt_key = ?3, body = NULL,
                          problem = NULL
         WHERE apoyo = ?1",
        params![
            apoyo.as_bytes(),
            receipted.signed,
            String::from(receipted.key)
        ],
    )?;
    Ok(())
}

/// Stores the status that the server reported.
pub(crate) fn set_status(rows: &Rows<'_>, status: &ApoyoState) -> Result<(), StoreFault> {
    rows.execute(
        "UPDATE entry SET status = ?2 WHERE apoyo = ?1 AND state = 'receipted'",
        params![status.apoyo.as_bytes(), to_json(status)?],
    )?;
    Ok(())
}

/// Cancels an entry that cannot have counted. Returns whether it could. The store orders this and
/// the note that the manifest is about to be sent, so only one of them succeeds.
pub(crate) fn cancel(rows: &Rows<'_>, apoyo: ApoyoId) -> Result<bool, StoreFault> {
    remove(
        rows,
        apoyo,
        "state IN ('unsealed', 'sealed', 'sending') AND manifest_put = 0",
    )
}

/// Notes that the entry left the phone as a file, so it may count in any case. A sealed entry becomes a
/// sending one.
pub(crate) fn went_elsewhere(rows: &Rows<'_>, apoyo: ApoyoId) -> Result<(), StoreFault> {
    rows.execute(
        "UPDATE entry SET state = 'sending', manifest_put = 1
         WHERE apoyo = ?1 AND state IN ('sealed', 'sending')",
        [apoyo.as_bytes()],
    )?;
    Ok(())
}

/// Removes a refused entry with its pictures. Returns whether there was one.
pub(crate) fn remove_refused(rows: &Rows<'_>, apoyo: ApoyoId) -> Result<bool, StoreFault> {
    remove(rows, apoyo, "state = 'refused'")
}

fn remove(rows: &Rows<'_>, apoyo: ApoyoId, condition: &'static str) -> Result<bool, StoreFault> {
    let removed = rows.execute(
        &format!("DELETE FROM entry WHERE apoyo = ?1 AND {condition}"),
        [apoyo.as_bytes()],
    )?;
    if removed > 0 {
        forget_parts(rows, apoyo)?;
    }
    Ok(removed > 0)
}

fn forget_parts(rows: &Rows<'_>, apoyo: ApoyoId) -> Result<(), StoreFault> {
    rows.execute(
        "DELETE FROM entry_part WHERE apoyo = ?1",
        [apoyo.as_bytes()],
    )?;
    Ok(())
}
