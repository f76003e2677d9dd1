//! The queue's rows: apoyos that wait, were refused, or have a receipt. This file reads them,
//! [`moves`] changes their state, [`outgoing`] holds what is sent, [`spare`] what was sent and may be
//! needed again.

mod moves;
mod outgoing;
pub(crate) mod spare;

pub(crate) use moves::{
    cancel, insert, remove_refused, save_state, set_receipted, set_status, went_elsewhere,
};
pub(crate) use outgoing::{
    SealedPicture, left_open, outgoing, part_bytes, readdress, seal, set_uploaded,
};
pub(in crate::store) use outgoing::{open_body, open_part_row};

use super::{Rows, StoreFault, cipher::RecordAddress, from_json};
use crate::code::Problem;
use crate::entry::{
    About, Entry, EntryState, Pause, Receipted, Refused, Sealed, Sending, Unsealed,
};
use protocol::{ids::ApoyoId, receipt::ReceiptPublicKey};
use rusqlite::{OptionalExtension, Row};
use spare::LostColumns;

const COLUMNS: &str = "apoyo, campaign, about, queued_at, state, manifest_put, tries,
    next_try_at, problem, receipt, receipt_key, status, closes_at, unwilling_since, former, again,
    again_tries, again_at, again_since, again_problem";

struct Columns {
    apoyo: Vec<u8>,
    campaign: String,
    about: Vec<u8>,
    queued_at_ms: i64,
    state: String,
    manifest_put: bool,
    tries: u32,
    next_try_at_ms: i64,
    problem: Option<String>,
    receipt: Option<String>,
    receipt_key: Option<String>,
    status: Option<String>,
    closes_at_ms: Option<i64>,
    unwilling_since_ms: Option<i64>,
    lost: LostColumns,
}

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok(Columns {
        apoyo: row.get(0)?,
        campaign: row.get(1)?,
        about: row.get(2)?,
        queued_at_ms: row.get(3)?,
        state: row.get(4)?,
        manifest_put: row.get(5)?,
        tries: row.get(6)?,
        next_try_at_ms: row.get(7)?,
        problem: row.get(8)?,
        receipt: row.get(9)?,
        receipt_key: row.get(10)?,
        status: row.get(11)?,
        closes_at_ms: row.get(12)?,
        unwilling_since_ms: row.get(13)?,
        lost: LostColumns {
            former: row.get(14)?,
            again: row.get(15)?,
            tries: row.get(16)?,
            next_try_at_ms: row.get(17)?,
            since_ms: row.get(18)?,
            problem: row.get(19)?,
        },
    })
}

fn entry(rows: &Rows<'_>, found: Columns) -> Result<Entry, StoreFault> {
    let apoyo = ApoyoId::from_bytes(id(found.apoyo)?);
    let problem: Option<Problem> = found
        .problem
        .map(|text| from_json(&text, "the problem of an entry"))
        .transpose()?;
    let manifest_put = found.manifest_put;
    let pause = Pause {
        tries: found.tries,
        next_try_at_ms: found.next_try_at_ms,
        problem: problem.clone(),
        unwilling_since_ms: found.unwilling_since_ms,
    };
    let state = match found.state.as_str() {
        "unsealed" => EntryState::Unsealed(Unsealed { pause }),
        "sealed" => EntryState::Sealed(Sealed { pause }),
        "sending" => EntryState::Sending(Sending {
            pause,
            manifest_put,
        }),
        "refused" => EntryState::Refused(Refused {
            problem: problem.ok_or(StoreFault::Corrupt("a refusal"))?,
            manifest_put,
        }),
        "receipted" => {
            let signed = found.receipt.ok_or(StoreFault::Corrupt("a receipt"))?;
            let key = found.receipt_key.ok_or(StoreFault::Corrupt("a receipt"))?;
            EntryState::Receipted(Box::new(Receipted {
                receipt: from_json(&signed, "a receipt")?,
                signed,
                key: ReceiptPublicKey::try_from(key)
                    .map_err(|_| StoreFault::Corrupt("the key of a receipt"))?,
                status: found
                    .status
                    .map(|text| from_json(&text, "the status of an apoyo"))
                    .transpose()?,
                lost: spare::lost(found.lost)?,
            }))
        }
        _ => return Err(StoreFault::Corrupt("the state of an entry")),
    };
    Ok(Entry {
        apoyo,
        campaign: found
            .campaign
            .parse()
            .map_err(|_| StoreFault::Corrupt("the campaign of an entry"))?,
        about: about(rows, apoyo, &found.about)?,
        queued_at_ms: found.queued_at_ms,
        closes_at_ms: found.closes_at_ms,
        state,
    })
}

fn about_address(apoyo: &ApoyoId) -> RecordAddress<'_> {
    RecordAddress {
        table: "entry",
        row: apoyo.as_bytes(),
        column: "about",
    }
}

/// The texts of an entry; `None` if their secret is lost. The receipt outlives it.
fn about(rows: &Rows<'_>, apoyo: ApoyoId, record: &[u8]) -> Result<Option<About>, StoreFault> {
    if !rows.cipher().wrote(record) {
        return Ok(None);
    }
    rows.open_json(about_address(&apoyo), record, "the title of an entry")
        .map(Some)
}

fn id(bytes: Vec<u8>) -> Result<[u8; 16], StoreFault> {
    bytes.try_into().map_err(|_| StoreFault::Corrupt("an id"))
}

/// Every entry, the oldest first.
pub(crate) fn list(rows: &Rows<'_>) -> Result<Vec<Entry>, StoreFault> {
    let mut statement = rows.prepare(&format!(
        "SELECT {COLUMNS} FROM entry LEFT JOIN lost USING (apoyo) ORDER BY place"
    ))?;
    let found = statement.query_map([], columns)?;
    found.map(|row| entry(rows, row?)).collect()
}

/// One entry.
pub(crate) fn lookup(rows: &Rows<'_>, apoyo: ApoyoId) -> Result<Option<Entry>, StoreFault> {
    rows.query_row(
        &format!("SELECT {COLUMNS} FROM entry LEFT JOIN lost USING (apoyo) WHERE apoyo = ?1"),
        [apoyo.as_bytes()],
        columns,
    )
    .optional()?
    .map(|found| entry(rows, found))
    .transpose()
}
