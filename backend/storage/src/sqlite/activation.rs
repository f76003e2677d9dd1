//! Activations, from the mailed code to the device.

use super::{
    SqliteStorage, audit, devices,
    fault::Fault,
    mail, signin, tiers,
    values::{self, millis, moment},
};
use crate::{
    StorageError,
    activation::{
        Activation, ActivationStage, Activations, Beginning, Begun, CodeTry, Device, NewActivation,
        NewCode, Renewed, TierCount, Tried,
    },
    audit::Deed,
    mail::MailAllowance,
    rules::{
        activation::{self as rule, BegunWith},
        code_lock::CodeLock,
    },
};
use async_trait::async_trait;
use protocol::{
    activation::CODE_TRIES,
    devices::DevicePublicKey,
    environment::Timestamp,
    ids::{ActivationId, DeviceId, Sha256Hash},
    sensitive::Sensitive,
};
use rusqlite::{Connection, Row, params};

fn stage(word: &str, row: &Row<'_>) -> Result<ActivationStage, Fault> {
    match word {
        "begun" => Ok(ActivationStage::Begun {
            tries_left: row.get("tries_left")?,
        }),
        "completed" => Ok(ActivationStage::Completed {
            device: DeviceId::from_bytes(row.get("device")?),
            attempt: Sha256Hash::from_bytes(row.get("attempt")?),
        }),
        "exhausted" => Ok(ActivationStage::Exhausted),
        _ => Err(Fault::unreadable("stage")),
    }
}

fn lookup<T>(
    db: &Connection,
    id: ActivationId,
    read: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let mut query = db.prepare_cached("SELECT * FROM activations WHERE id = ?1")?;
    let mut rows = query.query([id.as_bytes()])?;
    rows.next()?.map(read).transpose()
}

fn activation(row: &Row<'_>) -> Result<Activation, Fault> {
    let key: Vec<u8> = row.get("device_key")?;
    Ok(Activation {
        id: ActivationId::from_bytes(row.get("id")?),
        device_key: DevicePublicKey::from_point(&key)
            .map_err(|_| Fault::unreadable("device key"))?,
        stage: stage(&row.get::<_, String>("stage")?, row)?,
        language: values::from_word(row.get("language")?, "language")?,
        email: row.get::<_, Option<String>>("email")?.map(Sensitive::new),
        expires_at: moment(row.get("expires_at")?)?,
        resend_at: moment(row.get("resend_at")?)?,
    })
}

fn lock(row: &Row<'_>) -> Result<CodeLock, Fault> {
    let wrong_attempt: Option<[u8; 32]> = row.get("wrong_attempt")?;
    let wrong_code: Option<[u8; 32]> = row.get("wrong_code")?;
    Ok(CodeLock {
        stage: stage(&row.get::<_, String>("stage")?, row)?,
        code_hash: row.get("code_hash")?,
        expires_at: moment(row.get("expires_at")?)?,
        last_wrong: wrong_attempt
            .zip(wrong_code)
            .map(|(attempt, code)| (Sha256Hash::from_bytes(attempt), code)),
    })
}

fn begun_with(row: &Row<'_>) -> Result<BegunWith, Fault> {
    Ok(BegunWith {
        device_key: row.get("device_key")?,
        front: Sha256Hash::from_bytes(row.get("front")?),
        mail_tag: row.get("mail_tag")?,
        notice_version: row.get("notice_version")?,
        language: values::from_word(row.get("language")?, "language")?,
    })
}

/// The answer to a request that does not begin an activation: the first answer again, or a refusal.
fn not_begun(db: &Connection, new: &Beginning) -> Result<Option<Begun>, Fault> {
    let before = lookup(db, new.id, |row| {
        Ok(if begun_with(row)?.is_repeated_by(new) {
            Begun::Again(activation(row)?)
        } else {
            Begun::Taken
        })
    })?;
    if before.is_some() {
        return Ok(before);
    }
    if let Some(free_at) = mail::free_at(db, &new.counted_as, new.allowance, new.now)? {
        return Ok(Some(Begun::TooMany { free_at }));
    }
    match new
        .signin
        .map(|id| signin::worth(db, id, new))
        .transpose()?
    {
        Some(Err(code)) => Ok(Some(Begun::SigninRefused(code))),
        Some(Ok(_)) | None => Ok(None),
    }
}

fn begin(db: &Connection, new: &NewActivation) -> Result<Begun, Fault> {
    let beginning = new.beginning();
    if let Some(answer) = not_begun(db, &beginning)? {
        return Ok(answer);
    }
    let (provider, account_tag) = match new.signin.map(|id| signin::spend(db, id, &beginning)) {
        None => (None, None),
        Some(spent) => match spent? {
            Ok((provider, account)) => (Some(provider), Some(account)),
            Err(code) => return Ok(Begun::SigninRefused(code)),
        },
    };
    db.prepare_cached(
        "INSERT INTO activations (id, device_key, front, notice_version, language, email, mail_tag,
             code_hash, stage, tries_left, expires_at, resend_at, tier, tier_reason, patch_level,
             evidence, issuers, provider, account_tag)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'begun', ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
             ?18)",
    )?
    .execute(params![
        new.id.as_bytes(),
        new.device_key.point(),
        new.front.as_bytes(),
        new.notice_version,
        values::word(&new.language)?,
        new.email.expose(),
        new.mail_tag,
        new.code_hash,
        CODE_TRIES,
        millis(new.expires_at),
        millis(new.resend_at),
        new.attested.tier.as_str(),
        new.attested.reason,
        new.attested.patch_level,
        new.attested
            .evidence
            .as_ref()
            .map(|hash| hash.as_bytes().as_slice()),
        new.attested.issuers.concat(),
        provider,
        account_tag,
    ])?;
    mail::queue(db, &new.mail, new.now)?;
    lookup(db, new.id, activation)?
        .map(Begun::First)
        .ok_or_else(|| Fault::unreadable("activation"))
}

fn renew(db: &Connection, id: ActivationId, new: &NewCode) -> Result<Renewed, Fault> {
    let may = lookup(db, id, |row| {
        Ok(lock(row)?.may_renew(moment(row.get("resend_at")?)?, new.now))
    })?;
    if may != Some(true) {
        return Ok(Renewed::No);
    }
    if let Some(free_at) = mail::free_at(db, &new.mail.address, new.allowance, new.now)? {
        return Ok(Renewed::TooMany { free_at });
    }
    db.prepare_cached(
        "UPDATE activations SET code_hash = ?2, expires_at = ?3, resend_at = ?4 WHERE id = ?1",
    )?
    .execute(params![
        id.as_bytes(),
        new.code_hash,
        millis(new.expires_at),
        millis(new.resend_at)
    ])?;
    mail::queue(db, &new.mail, new.now)?;
    Ok(Renewed::Done)
}

fn try_code(db: &Connection, id: ActivationId, code_try: &CodeTry) -> Result<Tried, Fault> {
    let Some(before) = lookup(db, id, lock)? else {
        return Ok(Tried::Unknown);
    };
    let (after, tried) = before.clone().try_code(code_try);
    if after == before {
        return Ok(tried);
    }
    let (word, tries_left, device, attempt) = match &after.stage {
        ActivationStage::Begun { tries_left } => ("begun", *tries_left, None, None),
        ActivationStage::Exhausted => ("exhausted", 0, None, None),
        ActivationStage::Completed { device, attempt } => {
            devices::make(db, id, *device, code_try.now)?;
            (
                "completed",
                0,
                Some(*device.as_bytes()),
                Some(*attempt.as_bytes()),
            )
        }
    };
    let (wrong_attempt, wrong_code) = after.last_wrong.unzip();
    let over = word != "begun";
    db.prepare_cached(
        "UPDATE activations SET stage = ?2, tries_left = ?3, device = ?4, attempt = ?5,
             wrong_attempt = ?6, wrong_code = ?7,
             email = CASE WHEN ?8 THEN NULL ELSE email END,
             ended_at = CASE WHEN ?8 THEN ?9 ELSE NULL END
         WHERE id = ?1",
    )?
    .execute(params![
        id.as_bytes(),
        word,
        tries_left,
        device,
        attempt,
        wrong_attempt.map(|attempt| *attempt.as_bytes()),
        wrong_code,
        over,
        millis(code_try.now),
    ])?;
    if over {
        // The code is of no use any more, and neither is the address.
        mail::erase_waiting(db, id, code_try.now)?;
    }
    Ok(tried)
}

fn sweep(db: &Connection, now: Timestamp) -> Result<u64, Fault> {
    let deleted_before = millis(rule::deleted_before(now));
    let erased = db.execute(
        "UPDATE activations SET email = NULL
         WHERE expires_at <= ?1 AND email IS NOT NULL",
        [millis(now)],
    )?;
    let removed = db.execute(
        "DELETE FROM activations WHERE expires_at <= ?1 AND coalesce(ended_at, expires_at) <= ?1",
        [deleted_before],
    )?;
    let mails = db.execute(
        "DELETE FROM mails WHERE state <> 'waiting' AND ended_at <= ?1",
        [deleted_before],
    )?;
    u64::try_from(erased + removed + mails).map_err(|_| Fault::unreadable("count"))
}

#[async_trait]
impl Activations for SqliteStorage {
    async fn not_begun(&self, beginning: Beginning) -> Result<Option<Begun>, StorageError> {
        self.read(move |reader| not_begun(&reader.db, &beginning))
            .await
    }

    async fn mail_free_at(
        &self,
        counted_as: [u8; 32],
        allowance: MailAllowance,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StorageError> {
        self.read(move |reader| mail::free_at(&reader.db, &counted_as, allowance, now))
            .await
    }

    async fn begin_activation(&self, new: NewActivation) -> Result<Begun, StorageError> {
        self.write(move |tx| begin(tx.db, &new)).await
    }

    async fn activation(&self, id: ActivationId) -> Result<Option<Activation>, StorageError> {
        self.read(move |reader| lookup(&reader.db, id, activation))
            .await
    }

    async fn renew_code(&self, id: ActivationId, new: NewCode) -> Result<Renewed, StorageError> {
        self.write(move |tx| renew(tx.db, id, &new)).await
    }

    async fn try_code(&self, id: ActivationId, code_try: CodeTry) -> Result<Tried, StorageError> {
        self.write(move |tx| try_code(tx.db, id, &code_try)).await
    }

    async fn device(&self, id: DeviceId) -> Result<Option<Device>, StorageError> {
        self.read(move |reader| devices::lookup(&reader.db, id))
            .await
    }

    async fn revoke_device(&self, id: DeviceId, now: Timestamp) -> Result<bool, StorageError> {
        let operator = self.operator();
        self.write(move |tx| {
            let known = devices::revoke(tx.db, id, now)?;
            if known {
                let deed = Deed::of("device.revoke", id.to_string());
                audit::record(tx.db, operator.as_ref(), deed)?;
            }
            Ok(known)
        })
        .await
    }

    async fn tiers(&self) -> Result<Vec<TierCount>, StorageError> {
        self.read(|reader| tiers::counts(&reader.db)).await
    }

    async fn lower_tiers(&self, issuers: Vec<[u8; 16]>) -> Result<u64, StorageError> {
        self.write(move |tx| tiers::lower(tx.db, issuers)).await
    }

    async fn sweep_activations(&self, now: Timestamp) -> Result<u64, StorageError> {
        self.write(move |tx| sweep(tx.db, now)).await
    }
}
