//! Apoyos as the worker takes them up.

use super::{
    fault::Fault,
    tiers,
    values::{self, moment, unsigned},
};
use crate::apoyos::{CardTags, PendingApoyo};
use protocol::ids::{ApoyoId, Sha256Hash};
use rusqlite::{Row, Rows};

/// What [`all`] reads, and from where.
pub(super) const COLUMNS: &str = "a.sequence, a.id, c.process, c.id, e.card, e.front, e.back,
    e.selfie, e.drawn, a.received_at, coalesce(d.tier, 'T0')
    FROM apoyos a JOIN campaigns c ON c.number = a.campaign
    JOIN evidence e ON e.sequence = a.sequence
    LEFT JOIN devices d ON d.id = a.device";

/// Every row.
pub(super) fn all(mut rows: Rows<'_>) -> Result<Vec<PendingApoyo>, Fault> {
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(one(row)?);
    }
    Ok(found)
}

fn one(row: &Row<'_>) -> Result<PendingApoyo, Fault> {
    let tags: Option<[u8; 32]> = row.get(4)?;
    Ok(PendingApoyo {
        id: ApoyoId::from_bytes(row.get(1)?),
        sequence: unsigned(row.get(0)?)?,
        process: values::slug(&row.get::<_, String>(2)?)?,
        campaign: values::slug(&row.get::<_, String>(3)?)?,
        tier: tiers::read(&row.get::<_, String>(10)?)?,
        card: tags.as_ref().map(card),
        pictures: [row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?].map(Sha256Hash::from_bytes),
        received_at: moment(row.get(9)?)?,
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
