//! The outbox.

use super::{
    SqliteStorage, bounces,
    fault::Fault,
    values::{self, millis, moment, unsigned, word},
};
use crate::{
    StorageError,
    mail::{Bounced, DueMail, Mail, MailAllowance, MailRecord, MailToken, NewMail},
    rules::mail::{self as rule, MailState, shortened},
};
use async_trait::async_trait;
use protocol::{
    activation::MailFate, environment::Timestamp, ids::ActivationId, sensitive::Sensitive,
};
use rusqlite::{Connection, Row, params};

/// Queues a mail; unsent older ones of the same activation are erased.
pub(super) fn queue(db: &Connection, mail: &NewMail, now: Timestamp) -> Result<(), Fault> {
    erase_waiting(db, mail.activation, now)?;
    db.prepare_cached(
        "INSERT INTO mails (activation, recipient, subject, body, useful_until, state, next_try,
             queued_at, token, address, language)
         VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        mail.activation.as_bytes(),
        mail.to.expose(),
        mail.subject,
        mail.text.expose(),
        millis(mail.useful_until),
        millis(now),
        mail.token.as_bytes(),
        mail.address,
        word(&mail.language)?,
    ])?;
    Ok(())
}

/// When this address may get a mail again; `None`: now.
pub(super) fn free_at(
    db: &Connection,
    address: &[u8; 32],
    allowance: MailAllowance,
    now: Timestamp,
) -> Result<Option<Timestamp>, Fault> {
    let (after, most) = rule::recent(allowance, now);
    let mut query = db.prepare_cached(
        "SELECT queued_at FROM mails WHERE address = ?1 AND queued_at > ?2
         ORDER BY queued_at DESC LIMIT ?3",
    )?;
    let mut rows = query.query(params![address, millis(after), most])?;
    let mut queued = Vec::new();
    while let Some(row) = rows.next()? {
        queued.push(moment(row.get(0)?)?);
    }
    Ok(rule::free_at(&queued, allowance, now))
}

/// Erases the waiting mails of an activation.
pub(super) fn erase_waiting(
    db: &Connection,
    activation: ActivationId,
    now: Timestamp,
) -> Result<(), Fault> {
    db.prepare_cached(
        "UPDATE mails SET state = 'given_up', recipient = NULL, body = NULL, ended_at = ?2
         WHERE activation = ?1 AND state = 'waiting'",
    )?
    .execute(params![activation.as_bytes(), millis(now)])?;
    Ok(())
}

fn end(
    db: &Connection,
    id: i64,
    state: MailState,
    now: Timestamp,
    error: Option<&str>,
) -> Result<(), Fault> {
    db.prepare_cached(
        "UPDATE mails SET state = ?2, recipient = NULL, body = NULL, ended_at = ?3,
         tries = tries + 1, error = ?4 WHERE id = ?1 AND state = 'waiting'",
    )?
    .execute(params![id, state.as_str(), millis(now), error])?;
    Ok(())
}

fn due_mail(row: &Row<'_>) -> Result<DueMail, Fault> {
    Ok(DueMail {
        id: row.get(0)?,
        tries: row.get(1)?,
        mail: NewMail {
            activation: ActivationId::from_bytes(row.get(2)?),
            to: Sensitive::new(row.get(3)?),
            subject: row.get(4)?,
            text: Sensitive::new(row.get(5)?),
            useful_until: moment(row.get(6)?)?,
            token: MailToken::from_bytes(row.get(7)?),
            // A mail whose activation is deleted counts towards no allowance.
            address: row.get::<_, Option<_>>(8)?.unwrap_or_default(),
            language: values::from_word(row.get(9)?, "language")?,
        },
    })
}

#[async_trait]
impl Mail for SqliteStorage {
    async fn due_mails(&self, now: Timestamp, limit: u32) -> Result<Vec<DueMail>, StorageError> {
        let read = self.read(move |reader| {
            let mut query = reader.db.prepare_cached(
                "SELECT id, tries, activation, recipient, subject, body, useful_until, token,
                     address, language FROM mails
                 WHERE state = 'waiting' AND next_try <= ?1 ORDER BY id LIMIT ?2",
            )?;
            let mut rows = query.query(params![millis(now), limit])?;
            let (mut due, mut unreadable) = (Vec::new(), Vec::new());
            while let Some(row) = rows.next()? {
                match due_mail(row) {
                    Ok(mail) => due.push(mail),
                    Err(Fault::Failed(why)) => unreadable.push((row.get::<_, i64>(0)?, why)),
                    Err(fault) => return Err(fault),
                }
            }
            Ok((due, unreadable))
        });
        let (due, unreadable) = read.await?;
        for (id, why) in unreadable {
            // It would be met at every turn, and those behind it would wait.
            tracing::error!(mail = id, why, "the row of a mail cannot be read");
            self.mail_given_up(id, now, &why).await?;
        }
        Ok(due)
    }

    async fn mail_sent(&self, id: i64, now: Timestamp) -> Result<(), StorageError> {
        self.write(move |tx| end(tx.db, id, MailState::Sent, now, None))
            .await
    }

    async fn mail_failed(
        &self,
        id: i64,
        next_try: Timestamp,
        error: &str,
    ) -> Result<(), StorageError> {
        let error = shortened(error);
        self.write(move |tx| {
            tx.db
                .prepare_cached(
                    "UPDATE mails SET tries = tries + 1, next_try = ?2, error = ?3
                     WHERE id = ?1 AND state = 'waiting'",
                )?
                .execute(params![id, millis(next_try), error])?;
            Ok(())
        })
        .await
    }

    async fn mail_given_up(
        &self,
        id: i64,
        now: Timestamp,
        error: &str,
    ) -> Result<(), StorageError> {
        let error = shortened(error);
        self.write(move |tx| end(tx.db, id, MailState::GivenUp, now, Some(&error)))
            .await
    }

    async fn mail_bounced(
        &self,
        token: MailToken,
        now: Timestamp,
        status: &str,
    ) -> Result<Bounced, StorageError> {
        let status = shortened(status);
        self.write(move |tx| bounces::note(tx.db, token, now, &status))
            .await
    }

    async fn mail_fate(&self, activation: ActivationId) -> Result<Option<MailFate>, StorageError> {
        self.read(move |reader| bounces::newest_fate(&reader.db, activation))
            .await
    }

    async fn mails(&self, ill: bool, limit: u32) -> Result<Vec<MailRecord>, StorageError> {
        self.read(move |reader| bounces::list(&reader.db, ill, limit))
            .await
    }

    async fn mail_backlog(&self) -> Result<(u64, Option<Timestamp>), StorageError> {
        self.read(|reader| {
            let (count, oldest): (i64, Option<i64>) = reader
                .db
                .prepare_cached(
                    "SELECT count(*), min(queued_at) FROM mails WHERE state = 'waiting'",
                )?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok((unsigned(count)?, oldest.map(moment).transpose()?))
        })
        .await
    }
}
