//! Tiers of phones: how many are where, and what a revoked certificate means.

use super::{fault::Fault, values};
use crate::{activation::TierCount, rules::tier};
use protocol::attestation::Tier;
use rusqlite::{Connection, params};
use std::collections::HashSet;

/// The tier with this word.
pub(super) fn read(word: &str) -> Result<Tier, Fault> {
    Tier::parse(word).ok_or_else(|| Fault::unreadable("tier"))
}

/// How many phones are in which tier, and why.
pub(super) fn counts(db: &Connection) -> Result<Vec<TierCount>, Fault> {
    let mut query = db.prepare_cached(
        "SELECT tier, tier_reason, count(*) FROM devices WHERE revoked_at IS NULL
         GROUP BY tier, tier_reason ORDER BY tier, tier_reason",
    )?;
    let mut rows = query.query([])?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        counts.push(TierCount {
            tier: read(&row.get::<_, String>(0)?)?,
            reason: row.get(1)?,
            devices: values::unsigned(row.get(2)?)?,
        });
    }
    Ok(counts)
}

/// Puts into T0 what one of these certificates vouched for. Reads every phone that is not in
/// T0: an operator does this once a day, a request never does.
pub(super) fn lower(db: &Connection, revoked: Vec<[u8; 16]>) -> Result<u64, Fault> {
    let revoked: HashSet<[u8; 16]> = revoked.into_iter().collect();
    let mut lowered = 0;
    for table in ["devices", "activations"] {
        let mut found: Vec<[u8; 16]> = Vec::new();
        let mut query = db.prepare(&format!(
            "SELECT id, issuers FROM {table} WHERE tier <> 'T0'"
        ))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let issuers: Vec<u8> = row.get(1)?;
            if tier::is_lowered(&issuers, &revoked) {
                found.push(row.get(0)?);
            }
        }
        let mut change = db.prepare(&format!(
            "UPDATE {table} SET tier = 'T0', tier_reason = ?2 WHERE id = ?1"
        ))?;
        for id in &found {
            change.execute(params![id, tier::REVOKED_REASON])?;
        }
        if table == "devices" {
            lowered = u64::try_from(found.len()).unwrap_or(u64::MAX);
        }
    }
    Ok(lowered)
}
