//! Sealed copies of what was sent, for a server that loses it; and receipts that were lost.

use super::{
    Rows, StoreFault,
    outgoing::{self, Sent},
};
use crate::{
    entry::{Again, Lost, Outgoing, Pause, Receipted},
    store::{from_json, to_json},
};
use protocol::ids::{ApoyoId, DeviceId};
use rusqlite::{OptionalExtension, params};

/// Copies are kept for at least so long after the receipt: a backup may be as old.
const KEPT_MS: i64 = 7 * 24 * 3_600_000;
/// All copies together have at most so many bytes; the oldest are forgotten first.
const MOST_BYTES: i64 = 48 << 20;

/// What `entry LEFT JOIN lost` reads of a loss.
pub(super) struct LostColumns {
    pub former: Option<String>,
    pub again: Option<String>,
    pub tries: Option<u32>,
    pub next_try_at_ms: Option<i64>,
    pub since_ms: Option<i64>,
    pub problem: Option<String>,
}

/// The loss of a receipted entry, if there is one.
pub(super) fn lost(found: LostColumns) -> Result<Option<Lost>, StoreFault> {
    let (Some(former), Some(again)) = (found.former, found.again) else {
        return Ok(None);
    };
    let problem = found
        .problem
        .map(|text| from_json(&text, "the problem of a lost apoyo"))
        .transpose()?;
    let again = match again.as_str() {
        "sending" => Again::Sending(Pause {
            tries: found.tries.unwrap_or_default(),
            next_try_at_ms: found.next_try_at_ms.unwrap_or_default(),
            problem,
            unwilling_since_ms: found.since_ms,
        }),
        "found" => Again::Found,
        "over" => Again::Over { problem },
        _ => return Err(StoreFault::Corrupt("the state of a lost apoyo")),
    };
    Ok(Some(Lost {
        former: from_json(&former, "a receipt")?,
        again,
    }))
}

/// Keeps what was sent for this receipt, in the transaction that stores it. A crash leaves both or
/// neither.
pub(super) fn keep(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    receipted: &Receipted,
) -> Result<(), StoreFault> {
    rows.execute(
        "INSERT OR REPLACE INTO spare (apoyo, device, body, content, signature, received_at)
         SELECT apoyo, device, body, content, signature, ?2 FROM entry
         WHERE apoyo = ?1 AND body IS NOT NULL",
        params![
            apoyo.as_bytes(),
            receipted.receipt.receipt.received_at.timestamp_millis()
        ],
    )?;
    trim(rows, MOST_BYTES)
}

/// Forgets the oldest copies until all together have at most so many bytes.
fn trim(rows: &Rows<'_>, most_bytes: i64) -> Result<(), StoreFault> {
    let mut sizes = rows.prepare(
        "SELECT s.apoyo, (SELECT coalesce(sum(length(p.sealed)), 0) FROM entry_part p
                          WHERE p.apoyo = s.apoyo)
         FROM spare s ORDER BY s.received_at DESC",
    )?;
    let found = sizes.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut sum = 0;
    for row in found.collect::<Result<Vec<(Vec<u8>, i64)>, _>>()? {
        sum += row.1;
        if sum > most_bytes {
            forget(rows, &row.0)?;
        }
    }
    Ok(())
}

fn forget(rows: &Rows<'_>, apoyo: &[u8]) -> Result<(), StoreFault> {
    rows.execute("DELETE FROM spare WHERE apoyo = ?1", [apoyo])?;
    rows.execute("DELETE FROM entry_part WHERE apoyo = ?1", [apoyo])?;
    Ok(())
}

/// Forgets every copy: the phone has no room left. Returns whether there was one.
pub(crate) fn forget_all(rows: &Rows<'_>) -> Result<bool, StoreFault> {
    rows.execute(
        "DELETE FROM entry_part WHERE apoyo IN (SELECT apoyo FROM spare)",
        [],
    )?;
    Ok(rows.execute("DELETE FROM spare", [])? > 0)
}

/// What was sent for a receipted entry; `None` if there is no copy any more.
pub(crate) fn outgoing(rows: &Rows<'_>, apoyo: ApoyoId) -> Result<Option<Outgoing>, StoreFault> {
    let sent: Option<Sent> = rows
        .query_row(
            "SELECT device, body, content, signature FROM spare WHERE apoyo = ?1",
            [apoyo.as_bytes()],
            outgoing::sent,
        )
        .optional()?;
    sent.map(|sent| outgoing::with_parts(rows, apoyo, sent))
        .transpose()
}

/// The server still knows the apoyo. Its copy is forgotten if the receipt is old enough, by the
/// server's clock; and if it seemed lost, it is not.
pub(crate) fn is_there(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    server_now_ms: i64,
) -> Result<(), StoreFault> {
    rows.execute(
        "DELETE FROM lost WHERE apoyo = ?1 AND again <> 'found'",
        [apoyo.as_bytes()],
    )?;
    let old: bool = rows.query_row(
        "SELECT EXISTS (SELECT 1 FROM spare WHERE apoyo = ?1 AND received_at <= ?2)",
        params![apoyo.as_bytes(), server_now_ms - KEPT_MS],
        |row| row.get(0),
    )?;
    if old {
        forget(rows, apoyo.as_bytes())?;
    }
    Ok(())
}

/// The server answered this device that there is no such apoyo. Only an entry that this device
/// sent is lost: of an earlier one the server answers the same.
pub(crate) fn is_missing(
    rows: &Rows<'_>,
    apoyo: ApoyoId,
    device: DeviceId,
    now_ms: i64,
) -> Result<(), StoreFault> {
    lose(
        rows,
        "e.apoyo = ?2 AND coalesce(s.device, e.device) = ?3",
        now_ms,
        &[apoyo.as_bytes(), device.as_bytes()],
    )
}

/// The server no longer knows this device: it may have lost what it sent as well. Once the phone
/// has another one, it asks.
pub(crate) fn device_is_missing(
    rows: &Rows<'_>,
    device: DeviceId,
    now_ms: i64,
) -> Result<(), StoreFault> {
    lose(rows, "s.device = ?2", now_ms, &[device.as_bytes()])
}

fn lose(rows: &Rows<'_>, which: &str, now_ms: i64, named: &[&[u8; 16]]) -> Result<(), StoreFault> {
    // Without a copy nothing can be sent. What was lost before and found again can be lost again.
    let sql = format!(
        "INSERT INTO lost (apoyo, former, again, again_at)
         SELECT e.apoyo, e.receipt, CASE WHEN s.apoyo IS NULL THEN 'over' ELSE 'sending' END, ?1
         FROM entry e LEFT JOIN spare s ON s.apoyo = e.apoyo
         WHERE e.state = 'receipted' AND {which}
         ON CONFLICT (apoyo) DO UPDATE SET again = excluded.again, again_at = excluded.again_at,
             again_tries = 0, again_since = NULL, again_problem = NULL WHERE again = 'found'"
    );
    let mut values: Vec<&dyn rusqlite::ToSql> = vec![&now_ms];
    values.extend(named.iter().map(|id| *id as &dyn rusqlite::ToSql));
    rows.execute(&sql, &values[..])?;
    Ok(())
}

/// Stores what became of sending again.
pub(super) fn save(rows: &Rows<'_>, apoyo: ApoyoId, lost: &Lost) -> Result<bool, StoreFault> {
    let over = Pause::default();
    let (word, pause, problem) = match &lost.again {
        Again::Sending(pause) => ("sending", pause, pause.problem.as_ref()),
        Again::Found => ("found", &over, None),
        Again::Over { problem } => ("over", &over, problem.as_ref()),
    };
    let changed = rows.execute(
        "UPDATE lost SET again = ?2, again_tries = ?3, again_at = ?4, again_since = ?5,
                         again_problem = ?6
         WHERE apoyo = ?1",
        params![
            apoyo.as_bytes(),
            word,
            pause.tries,
            pause.next_try_at_ms,
            pause.unwilling_since_ms,
            problem.map(to_json).transpose()?
        ],
    )?;
    Ok(changed > 0)
}

/// The server has it again: stores the receipt that it gave, and keeps the first one. If it is the
/// same one, nothing was lost.
pub(crate) fn found(rows: &Rows<'_>, apoyo: ApoyoId, again: &Receipted) -> Result<(), StoreFault> {
    rows.execute(
        "DELETE FROM lost WHERE apoyo = ?1 AND former = ?2",
        params![apoyo.as_bytes(), again.signed],
    )?;
    rows.execute(
        "UPDATE lost SET again = 'found', again_problem = NULL WHERE apoyo = ?1",
        [apoyo.as_bytes()],
    )?;
    rows.execute(
        "UPDATE entry SET receipt = ?2, receipt_key = ?3, status = NULL,
             device = coalesce((SELECT device FROM spare WHERE spare.apoyo = entry.apoyo), device)
         WHERE apoyo = ?1",
        params![apoyo.as_bytes(), again.signed, String::from(again.key)],
    )?;
    rows.execute(
        "UPDATE spare SET received_at = ?2 WHERE apoyo = ?1",
        params![
            apoyo.as_bytes(),
            again.receipt.receipt.received_at.timestamp_millis()
        ],
    )?;
    Ok(())
}

/// A person tries it again: the campaign may have been opened again meanwhile.
pub(crate) fn try_again(rows: &Rows<'_>, apoyo: ApoyoId, now_ms: i64) -> Result<(), StoreFault> {
    rows.execute(
        "UPDATE lost SET again = 'sending', again_tries = 0, again_at = ?2, again_since = NULL
         WHERE apoyo = ?1 AND again = 'over'
           AND EXISTS (SELECT 1 FROM spare WHERE spare.apoyo = ?1)",
        params![apoyo.as_bytes(), now_ms],
    )?;
    Ok(())
}

/// There is no copy any more.
pub(crate) fn is_gone(rows: &Rows<'_>, apoyo: ApoyoId) -> Result<(), StoreFault> {
    rows.execute(
        "UPDATE lost SET again = 'over' WHERE apoyo = ?1 AND again = 'sending'",
        [apoyo.as_bytes()],
    )?;
    Ok(())
}

/// The server knows it under an earlier device of this phone.
pub(crate) fn is_known(rows: &Rows<'_>, apoyo: ApoyoId) -> Result<(), StoreFault> {
    rows.execute("DELETE FROM lost WHERE apoyo = ?1", [apoyo.as_bytes()])?;
    Ok(())
}
