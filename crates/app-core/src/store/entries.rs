//! The queue's rows: apoyos on their way, refused, or with their receipt.

use super::{
    StoreFault, from_json,
    parts::{self, hash},
    to_json,
};
use crate::queue::entry::{Entry, EntryState, Outgoing, OutgoingPart, Receipted};
use bytes::Bytes;
use protocol::{
    apoyo::{ApoyoState, PartName},
    code::Problem,
    ids::{ApoyoId, DeviceId, Sha256Hash},
    receipt::ReceiptPublicKey,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A new entry with its body and parts, in the transaction that ends the draft.
pub(crate) fn insert(
    connection: &Connection,
    entry: &Entry,
    outgoing: &Outgoing,
) -> Result<(), StoreFault> {
    connection.execute(
        "INSERT INTO entry (apoyo, campaign, title, requester, queued_at, place, state, device,
                            body, content, signature, next_try_at)
         VALUES (?1, ?2, ?3, ?4, ?5, (SELECT coalesce(max(place), 0) + 1 FROM entry), 'waiting',
                 ?6, ?7, ?8, ?9, ?10)",
        params![
            entry.apoyo.as_bytes(),
            entry.campaign.as_str(),
            entry.title,
            entry.requester,
            entry.queued_at_ms,
            outgoing.device.as_bytes(),
            outgoing.body.as_ref(),
            outgoing.content.as_bytes(),
            outgoing.signature,
            entry.queued_at_ms,
        ],
    )?;
    for part in &outgoing.parts {
        connection.execute(
            "INSERT INTO entry_part (apoyo, sha256, name) VALUES (?1, ?2, ?3)",
            params![
                entry.apoyo.as_bytes(),
                part.sha256.as_bytes(),
                to_json(&part.name)?
            ],
        )?;
    }
    Ok(())
}

const COLUMNS: &str = "apoyo, campaign, title, requester, queued_at, state, tries,
    next_try_at, problem, receipt, receipt_key, status";

struct Columns {
    apoyo: Vec<u8>,
    campaign: String,
    title: String,
    requester: String,
    queued_at_ms: i64,
    state: String,
    tries: u32,
    next_try_at_ms: i64,
    problem: Option<String>,
    receipt: Option<String>,
    receipt_key: Option<String>,
    status: Option<String>,
}

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok(Columns {
        apoyo: row.get(0)?,
        campaign: row.get(1)?,
        title: row.get(2)?,
        requester: row.get(3)?,
        queued_at_ms: row.get(4)?,
        state: row.get(5)?,
        tries: row.get(6)?,
        next_try_at_ms: row.get(7)?,
        problem: row.get(8)?,
        receipt: row.get(9)?,
        receipt_key: row.get(10)?,
        status: row.get(11)?,
    })
}

fn entry(found: Columns) -> Result<Entry, StoreFault> {
    let problem: Option<Problem> = found
        .problem
        .map(|text| from_json(&text, "the problem of an entry"))
        .transpose()?;
    let state = match found.state.as_str() {
        "waiting" => EntryState::Waiting {
            tries: found.tries,
            next_try_at_ms: found.next_try_at_ms,
            problem,
        },
        "refused" => EntryState::Refused {
            problem: problem.ok_or(StoreFault::Corrupt("a refusal"))?,
        },
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
            }))
        }
        _ => return Err(StoreFault::Corrupt("the state of an entry")),
    };
    Ok(Entry {
        apoyo: ApoyoId::from_bytes(id(found.apoyo)?),
        campaign: found
            .campaign
            .parse()
            .map_err(|_| StoreFault::Corrupt("the campaign of an entry"))?,
        title: found.title,
        requester: found.requester,
        queued_at_ms: found.queued_at_ms,
        state,
    })
}

fn id(bytes: Vec<u8>) -> Result<[u8; 16], StoreFault> {
    bytes.try_into().map_err(|_| StoreFault::Corrupt("an id"))
}

/// Every entry, the oldest first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Entry>, StoreFault> {
    let mut statement =
        connection.prepare(&format!("SELECT {COLUMNS} FROM entry ORDER BY place"))?;
    let rows = statement.query_map([], columns)?;
    rows.map(|row| entry(row?)).collect()
}

/// One entry.
pub(crate) fn load(connection: &Connection, apoyo: ApoyoId) -> Result<Option<Entry>, StoreFault> {
    connection
        .query_row(
            &format!("SELECT {COLUMNS} FROM entry WHERE apoyo = ?1"),
            [apoyo.as_bytes()],
            columns,
        )
        .optional()?
        .map(entry)
        .transpose()
}

/// What an entry sends; `None` once it has its receipt.
pub(crate) fn outgoing(
    connection: &Connection,
    apoyo: ApoyoId,
) -> Result<Option<Outgoing>, StoreFault> {
    let row = connection
        .query_row(
            "SELECT device, body, content, signature FROM entry
             WHERE apoyo = ?1 AND body IS NOT NULL",
            [apoyo.as_bytes()],
            |row| {
                Ok((
                    row.get::<_, Vec<u8>>(0)?,
                    row.get::<_, Vec<u8>>(1)?,
                    row.get::<_, Vec<u8>>(2)?,
                    row.get::<_, Vec<u8>>(3)?,
                ))
            },
        )
        .optional()?;
    let Some((device, body, content, signature)) = row else {
        return Ok(None);
    };
    let mut statement =
        connection.prepare("SELECT name, sha256, uploaded FROM entry_part WHERE apoyo = ?1")?;
    let rows = statement.query_map([apoyo.as_bytes()], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, Vec<u8>>(1)?,
            row.get::<_, bool>(2)?,
        ))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let (name, sha256, uploaded) = row?;
        found.push(OutgoingPart {
            name: from_json::<PartName>(&name, "the name of a part")?,
            sha256: hash(sha256)?,
            uploaded,
        });
    }
    found.sort_by_key(|part| part.name);
    Ok(Some(Outgoing {
        device: DeviceId::from_bytes(id(device)?),
        body: Bytes::from(body),
        content: hash(content)?,
        signature: signature
            .try_into()
            .map_err(|_| StoreFault::Corrupt("a signature"))?,
        parts: found,
    }))
}

/// Gives a waiting entry another device and the body that names it.
pub(crate) fn readdress(
    connection: &Connection,
    apoyo: ApoyoId,
    outgoing: &Outgoing,
) -> Result<(), StoreFault> {
    connection.execute(
        "UPDATE entry SET device = ?2, body = ?3, content = ?4, signature = ?5 WHERE apoyo = ?1",
        params![
            apoyo.as_bytes(),
            outgoing.device.as_bytes(),
            outgoing.body.as_ref(),
            outgoing.content.as_bytes(),
            outgoing.signature,
        ],
    )?;
    Ok(())
}

/// Remembers whether the server has a part.
pub(crate) fn set_uploaded(
    connection: &Connection,
    apoyo: ApoyoId,
    sha256: Sha256Hash,
    uploaded: bool,
) -> Result<(), StoreFault> {
    connection.execute(
        "UPDATE entry_part SET uploaded = ?3 WHERE apoyo = ?1 AND sha256 = ?2",
        params![apoyo.as_bytes(), sha256.as_bytes(), uploaded],
    )?;
    Ok(())
}

/// Puts an entry back to wait.
pub(crate) fn set_waiting(
    connection: &Connection,
    apoyo: ApoyoId,
    tries: u32,
    next_try_at_ms: i64,
    problem: Option<&Problem>,
) -> Result<(), StoreFault> {
    connection.execute(
        "UPDATE entry SET state = 'waiting', tries = ?2, next_try_at = ?3, problem = ?4
         WHERE apoyo = ?1 AND body IS NOT NULL",
        params![
            apoyo.as_bytes(),
            tries,
            next_try_at_ms,
            problem.map(to_json).transpose()?
        ],
    )?;
    Ok(())
}

/// The server will never take it as it is. Its parts stay until a person removes it.
pub(crate) fn set_refused(
    connection: &Connection,
    apoyo: ApoyoId,
    problem: &Problem,
) -> Result<(), StoreFault> {
    connection.execute(
        "UPDATE entry SET state = 'refused', problem = ?2 WHERE apoyo = ?1 AND body IS NOT NULL",
        params![apoyo.as_bytes(), to_json(problem)?],
    )?;
    Ok(())
}

/// The receipt was verified: it is kept, and the body and the pictures are forgotten, all in
/// one transaction, so that a crash leaves either everything to send or the receipt.
pub(crate) fn set_receipted(
    connection: &Connection,
    apoyo: ApoyoId,
    signed: &str,
    key: &ReceiptPublicKey,
) -> Result<(), StoreFault> {
    connection.execute(
        "UPDATE entry SET state = 'receipted', receipt = ?2, receipt_key = ?3, body = NULL,
                          problem = NULL
         WHERE apoyo = ?1",
        params![apoyo.as_bytes(), signed, String::from(*key)],
    )?;
    forget_parts(connection, apoyo)
}

/// Where the server says that it stands.
pub(crate) fn set_status(connection: &Connection, status: &ApoyoState) -> Result<(), StoreFault> {
    connection.execute(
        "UPDATE entry SET status = ?2 WHERE apoyo = ?1 AND state = 'receipted'",
        params![status.apoyo.as_bytes(), to_json(status)?],
    )?;
    Ok(())
}

/// Takes a refused entry out, with its pictures. Whether there was one.
pub(crate) fn remove_refused(connection: &Connection, apoyo: ApoyoId) -> Result<bool, StoreFault> {
    let refused: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM entry WHERE apoyo = ?1 AND state = 'refused')",
        [apoyo.as_bytes()],
        |row| row.get(0),
    )?;
    if refused {
        forget_parts(connection, apoyo)?;
        connection.execute("DELETE FROM entry WHERE apoyo = ?1", [apoyo.as_bytes()])?;
    }
    Ok(refused)
}

fn forget_parts(connection: &Connection, apoyo: ApoyoId) -> Result<(), StoreFault> {
    connection.execute(
        "DELETE FROM entry_part WHERE apoyo = ?1",
        [apoyo.as_bytes()],
    )?;
    parts::sweep(connection)
}
