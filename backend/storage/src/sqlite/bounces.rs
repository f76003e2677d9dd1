//! The fate of mails after the relay has taken them.

use super::{
    fault::Fault,
    values::{millis, moment},
};
use crate::{
    mail::{Bounced, MailRecord, MailToken},
    rules::mail::{self as rule, MailState},
};
use protocol::{activation::MailFate, environment::Timestamp, ids::ActivationId};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Notes that a mail came back. The first report counts.
pub(super) fn note(
    db: &Connection,
    token: MailToken,
    now: Timestamp,
    status: &str,
) -> Result<Bounced, Fault> {
    let known: Option<bool> = db
        .prepare_cached("SELECT bounced_at IS NOT NULL FROM mails WHERE token = ?1")?
        .query_row([token.as_bytes()], |row| row.get(0))
        .optional()?;
    let bounced = rule::bounce(known);
    if bounced == Bounced::Noted {
        db.prepare_cached("UPDATE mails SET bounced_at = ?2, bounce_status = ?3 WHERE token = ?1")?
            .execute(params![token.as_bytes(), millis(now), status])?;
    }
    Ok(bounced)
}

/// The fate of an activation's newest mail.
pub(super) fn newest_fate(
    db: &Connection,
    activation: ActivationId,
) -> Result<Option<MailFate>, Fault> {
    let mut query = db.prepare_cached(
        "SELECT state, bounced_at IS NOT NULL AS bounced FROM mails
         WHERE activation = ?1 ORDER BY id DESC LIMIT 1",
    )?;
    let mut rows = query.query([activation.as_bytes()])?;
    rows.next()?.map(fate).transpose()
}

/// The newest mails, the newest first.
pub(super) fn list(db: &Connection, ill: bool, limit: u32) -> Result<Vec<MailRecord>, Fault> {
    let mut query = db.prepare_cached(
        "SELECT id, queued_at, state, tries, coalesce(bounce_status, error) AS told,
             bounced_at IS NOT NULL AS bounced
         FROM mails
         WHERE NOT ?1 OR bounced_at IS NOT NULL OR (state = 'given_up' AND error IS NOT NULL)
         ORDER BY id DESC LIMIT ?2",
    )?;
    let mut rows = query.query(params![ill, limit])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(MailRecord {
            id: row.get("id")?,
            queued_at: moment(row.get("queued_at")?)?,
            fate: fate(row)?,
            tries: row.get("tries")?,
            told: row.get("told")?,
        });
    }
    Ok(records)
}

fn fate(row: &Row<'_>) -> Result<MailFate, Fault> {
    let state = MailState::parse(&row.get::<_, String>("state")?)
        .ok_or_else(|| Fault::unreadable("state of a mail"))?;
    Ok(rule::fate(state, row.get("bounced")?))
}
