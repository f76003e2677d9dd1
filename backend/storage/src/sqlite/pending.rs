//! Apoyos as the worker takes them up.

use super::{
    fault::Fault,
    settle, tiers,
    values::{self, moment, unsigned},
};
use crate::apoyos::{CardTags, PendingApoyo};
use protocol::ids::{ApoyoId, DeviceId, Sha256Hash};
use rusqlite::{Connection, Row, Rows};

/// What [`all`] reads, and from where.
pub(super) const COLUMNS: &str = "a.sequence, a.id, c.process, c.id, e.card, e.front, e.back,
    e.selfie, e.drawn, a.received_at, coalesce(d.tier, 'T0'), a.device,
    a.verdict, a.verdict_reasons,
    EXISTS (SELECT 1 FROM unread_pictures r WHERE r.sequence = a.sequence)
    FROM apoyos a JOIN campaigns c ON c.number = a.campaign
    JOIN evidence e ON e.sequence = a.sequence
    LEFT JOIN devices d ON d.id = a.device";

/// Apoyos that were taken up.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// Those whose row was read.
    pub(super) apoyos: Vec<PendingApoyo>,
    /// The others, and what is wrong with them.
    pub(super) unreadable: Vec<(ApoyoId, String)>,
    /// The last of them all, in the order of arrival.
    pub(super) furthest: Option<u64>,
}

/// Every row. One that cannot be read costs no other.
pub(super) fn all(mut rows: Rows<'_>) -> Result<Taken, Fault> {
    let mut taken = Taken::default();
    while let Some(row) = rows.next()? {
        taken.furthest = taken.furthest.max(Some(unsigned(row.get(0)?)?));
        match one(row) {
            Ok(apoyo) => taken.apoyos.push(apoyo),
            Err(Fault::Failed(why)) => {
                let id = ApoyoId::from_bytes(row.get(1)?);
                taken.unreadable.push((id, why));
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(taken)
}

/// Apoyos without a verdict that are looked at to find whose turn it is: more than one phone can
/// have at the front.
const LOOKED_AT: u32 = 4_096;

/// Those without a verdict, phones by turns.
pub(super) fn by_turns(db: &Connection, limit: u32) -> Result<Taken, Fault> {
    let mut query = db.prepare_cached(&format!(
        "WITH waiting AS (
             SELECT w.sequence, w.device FROM apoyos w WHERE w.status = 'received'
             AND NOT EXISTS (SELECT 1 FROM judging_pauses p WHERE p.sequence = w.sequence)
             ORDER BY w.sequence LIMIT ?2),
         turns AS (
             SELECT sequence, row_number() OVER (PARTITION BY device ORDER BY sequence) AS turn
             FROM waiting)
         SELECT {COLUMNS} JOIN turns t ON t.sequence = a.sequence
         ORDER BY t.turn, a.sequence LIMIT ?1"
    ))?;
    all(query.query([limit, limit.max(LOOKED_AT)])?)
}

fn one(row: &Row<'_>) -> Result<PendingApoyo, Fault> {
    let tags: Option<[u8; 32]> = row.get(4)?;
    Ok(PendingApoyo {
        id: ApoyoId::from_bytes(row.get(1)?),
        sequence: unsigned(row.get(0)?)?,
        device: DeviceId::from_bytes(row.get(11)?),
        process: values::slug(&row.get::<_, String>(2)?)?,
        campaign: values::slug(&row.get::<_, String>(3)?)?,
        tier: tiers::read(&row.get::<_, String>(10)?)?,
        card: tags.as_ref().map(card),
        pictures: [row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?].map(Sha256Hash::from_bytes),
        received_at: moment(row.get(9)?)?,
        before: settle::recorded(row, 12)?,
        unopened: row.get(14)?,
    })
}

/// Both tags of a card in one column.
pub(super) fn card_bytes(card: &CardTags) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&card.roll_key);
    bytes[16..].copy_from_slice(&card.qr);
    bytes
}

fn card(bytes: &[u8; 32]) -> CardTags {
    let (mut roll_key, mut qr) = ([0; 16], [0; 16]);
    roll_key.copy_from_slice(&bytes[..16]);
    qr.copy_from_slice(&bytes[16..]);
    CardTags { roll_key, qr }
}
