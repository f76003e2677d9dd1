//! The audit record and the proposals.

use super::{
    SqliteStorage,
    fault::Fault,
    values::{millis, moment, signed, unsigned},
};
use crate::{
    StorageError,
    audit::{
        Approved, Audit, AuditRecord, Deed, Operator, OperatorName, PROPOSAL_HOURS, Proposal,
        ProposalId,
    },
    rules::audit as rule,
};
use async_trait::async_trait;
use chrono::TimeDelta;
use protocol::environment::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Records the operator's deed in its own transaction. Without an operator, a phone or the server itself
/// acts, and there is no record.
pub(super) fn record(
    db: &Connection,
    operator: Option<&Operator>,
    mut deed: Deed,
) -> Result<(), Fault> {
    let Some(operator) = operator else {
        return Ok(());
    };
    if let Some(about) = &operator.about {
        deed.subject = format!("{}; {about}", deed.subject);
    }
    let second = match &operator.approved {
        Some(id) => Some(use_up(db, id, operator.at)?),
        None => None,
    };
    let who = operator.name.as_str();
    append(db, who, second, deed, &operator.why, operator.at)
}

fn append(
    db: &Connection,
    who: &str,
    second: Option<String>,
    deed: Deed,
    why: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    let last = db
        .prepare_cached("SELECT number, chain FROM audit ORDER BY number DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (number, before) = match last {
        Some((number, chain)) => (unsigned(number)?, chain),
        None => (0, rule::BEGINNING),
    };
    let mut record = AuditRecord {
        number: number + 1,
        // As it is stored, because the chain covers the values that are read again.
        at: moment(millis(now))?,
        who: who.to_owned(),
        second,
        deed,
        why: why.to_owned(),
        chain: rule::BEGINNING,
    };
    record.chain = rule::chain(&before, &record);
    db.prepare_cached("INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
        .execute(params![
            signed(record.number)?,
            millis(record.at),
            record.who,
            record.second,
            record.deed.what,
            record.deed.subject,
            record.why,
            record.chain,
        ])?;
    Ok(())
}

/// Uses an approved proposal; returns the operator who approved it.
fn use_up(db: &Connection, id: &ProposalId, now: Timestamp) -> Result<String, Fault> {
    let used = db
        .prepare_cached(
            "UPDATE proposals SET done_at = ?2
             WHERE id = ?1 AND approved_by IS NOT NULL AND done_at IS NULL RETURNING approved_by",
        )?
        .query_row(params![id.as_str(), millis(now)], |row| row.get(0))
        .optional()?;
    used.ok_or_else(|| Fault::Failed("the proposal was used already".into()))
}

fn audit_record(row: &Row<'_>) -> Result<AuditRecord, Fault> {
    Ok(AuditRecord {
        number: unsigned(row.get(0)?)?,
        at: moment(row.get(1)?)?,
        who: row.get(2)?,
        second: row.get(3)?,
        deed: Deed {
            what: row.get(4)?,
            subject: row.get(5)?,
        },
        why: row.get(6)?,
        chain: row.get(7)?,
    })
}

fn name(text: &str) -> Result<OperatorName, Fault> {
    text.parse().map_err(|_| Fault::unreadable("operator"))
}

fn proposal(row: &Row<'_>) -> Result<Proposal, Fault> {
    let id: String = row.get(0)?;
    let approved: Option<String> = row.get(6)?;
    Ok(Proposal {
        id: id.parse().map_err(|_| Fault::unreadable("proposal"))?,
        deed: Deed {
            what: row.get(1)?,
            subject: row.get(2)?,
        },
        why: row.get(3)?,
        who: name(&row.get::<_, String>(4)?)?,
        at: moment(row.get(5)?)?,
        approved_by: approved.as_deref().map(name).transpose()?,
        done: row.get(7)?,
    })
}

/// Proposals by a condition that this file writes.
fn proposals(
    db: &Connection,
    which: &str,
    with: impl rusqlite::Params,
) -> Result<Vec<Proposal>, Fault> {
    let mut query = db.prepare_cached(&format!(
        "SELECT id, what, subject, why, who, at, approved_by, done_at IS NOT NULL
         FROM proposals WHERE {which}"
    ))?;
    let mut rows = query.query(with)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(proposal(row)?);
    }
    Ok(found)
}

fn propose(db: &Connection, new: &Proposal) -> Result<(), Fault> {
    db.prepare_cached("INSERT INTO proposals VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, NULL, NULL)")?
        .execute(params![
            new.id.as_str(),
            new.deed.what,
            new.deed.subject,
            new.why,
            new.who.as_str(),
            millis(new.at),
        ])?;
    let subject = format!("{}: {} {}", new.id, new.deed.what, new.deed.subject);
    append(
        db,
        new.who.as_str(),
        None,
        Deed::of("propose", subject),
        &new.why,
        new.at,
    )
}

fn approve(
    db: &Connection,
    id: &ProposalId,
    by: &OperatorName,
    now: Timestamp,
) -> Result<Approved, Fault> {
    let Some(found) = proposals(db, "id = ?1", [id.as_str()])?.pop() else {
        return Ok(Approved::Unknown);
    };
    let outcome = rule::approval(found, by, now);
    if let Approved::Now(proposal) = &outcome {
        db.prepare_cached("UPDATE proposals SET approved_by = ?2, approved_at = ?3 WHERE id = ?1")?
            .execute(params![id.as_str(), by.as_str(), millis(now)])?;
        let subject = format!("{id}: {} {}", proposal.deed.what, proposal.deed.subject);
        append(db, by.as_str(), None, Deed::of("approve", subject), "", now)?;
    }
    Ok(outcome)
}

#[async_trait]
impl Audit for SqliteStorage {
    async fn record_deed(&self, deed: Deed) -> Result<(), StorageError> {
        let operator = self.operator();
        self.write(move |tx| record(tx.db, operator.as_ref(), deed))
            .await
    }

    async fn audit_records(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StorageError> {
        self.read(move |reader| {
            let mut query = reader.db.prepare_cached(
                "SELECT number, at, who, second, what, subject, why, chain FROM audit
                 WHERE number > ?1 ORDER BY number LIMIT ?2",
            )?;
            let mut rows = query.query(params![signed(after)?, limit])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(audit_record(row)?);
            }
            Ok(found)
        })
        .await
    }

    async fn propose(&self, new: Proposal) -> Result<(), StorageError> {
        self.write(move |tx| propose(tx.db, &new)).await
    }

    async fn approve(
        &self,
        id: ProposalId,
        by: OperatorName,
        now: Timestamp,
    ) -> Result<Approved, StorageError> {
        self.write(move |tx| approve(tx.db, &id, &by, now)).await
    }

    async fn open_proposals(&self, now: Timestamp) -> Result<Vec<Proposal>, StorageError> {
        let since = now - TimeDelta::hours(PROPOSAL_HOURS);
        self.read(move |reader| {
            let which = "done_at IS NULL AND at > ?1 ORDER BY at";
            let mut open = proposals(&reader.db, which, [millis(since)])?;
            open.retain(|one| !rule::is_over(one, now));
            Ok(open)
        })
        .await
    }

    async fn two_names(&self) -> Result<bool, StorageError> {
        self.read(|reader| {
            let mut query = reader
                .db
                .prepare_cached("SELECT two_names FROM operators")?;
            Ok(query.query_row([], |row| row.get(0))?)
        })
        .await
    }

    async fn set_two_names(&self, two: bool) -> Result<(), StorageError> {
        let operator = self.operator();
        self.write(move |tx| {
            tx.db
                .execute("UPDATE operators SET two_names = ?1", [two])?;
            let deed = Deed::of("operators.names", if two { "two" } else { "one" });
            record(tx.db, operator.as_ref(), deed)
        })
        .await
    }

    async fn has_apoyos(&self) -> Result<bool, StorageError> {
        self.read(|reader| {
            let any = "SELECT EXISTS (SELECT 1 FROM evidence)";
            Ok(reader.db.query_row(any, [], |row| row.get(0))?)
        })
        .await
    }
}
