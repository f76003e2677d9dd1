//! Sign-ins with an account elsewhere.

use super::{
    SqliteStorage,
    fault::Fault,
    values::{self, millis, moment},
};
use crate::{
    StorageError,
    activation::Beginning,
    rules::signin::{self as rule, ProvedRow, SigninStage, StateRow, StateWorth, TicketRow},
    signin::{AskedSignin, MOST_OPEN, NewSignin, Proof, RedeemedSignin, Signins, StateUsed},
};
use async_trait::async_trait;
use protocol::{
    code::Code,
    devices::DevicePublicKey,
    environment::Timestamp,
    ids::{ProviderId, SigninId},
    sensitive::Sensitive,
    signin::ReturnWay,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

fn stage(word: &str) -> Result<SigninStage, Fault> {
    SigninStage::parse(word).ok_or_else(|| Fault::unreadable("stage of a sign-in"))
}

fn begin(db: &Connection, new: &NewSignin) -> Result<bool, Fault> {
    let has_room = db
        .prepare_cached("UPDATE signin_count SET signins = signins + 1 WHERE signins < ?1")?
        .execute([MOST_OPEN])?;
    if has_room == 0 {
        return Ok(false);
    }
    let port = match new.return_to {
        ReturnWay::AppLink => None,
        ReturnWay::Loopback { port } => Some(port),
    };
    db.prepare_cached(
        "INSERT INTO signins (id, provider, device_key, return_port, language, state_hash,
             secrets, stage, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'begun', ?8)",
    )?
    .execute(params![
        new.id.as_bytes(),
        new.provider.as_str(),
        new.device_key.point(),
        port,
        values::word(&new.language)?,
        new.state_hash,
        new.secrets.expose(),
        millis(new.expires_at),
    ])?;
    Ok(true)
}

fn use_state(
    db: &Connection,
    state_hash: [u8; 32],
    provider: &ProviderId,
    now: Timestamp,
) -> Result<StateUsed, Fault> {
    let mut query = db.prepare_cached("SELECT * FROM signins WHERE state_hash = ?1")?;
    let mut rows = query.query([state_hash])?;
    let Some(row) = rows.next()? else {
        return Ok(StateUsed::Unknown);
    };
    let id = SigninId::from_bytes(row.get("id")?);
    let secrets: Option<String> = row.get("secrets")?;
    let state = StateRow {
        used: secrets.is_none(),
        provider: row.get("provider")?,
        expires_at: moment(row.get("expires_at")?)?,
    };
    let worth = rule::use_state(&state, provider, now);
    let used = match (worth, secrets) {
        (StateWorth::Taken, Some(secrets)) => StateUsed::Taken(asked(row, id, secrets)?),
        (StateWorth::Foreign, _) => StateUsed::Unknown,
        (StateWorth::Expired, _) => StateUsed::Expired,
        (StateWorth::Used | StateWorth::Taken, _) => StateUsed::Used,
    };
    drop(rows);
    if let Some(stage) = worth.next_stage() {
        db.prepare_cached("UPDATE signins SET stage = ?2, secrets = NULL WHERE id = ?1")?
            .execute(params![id.as_bytes(), stage.as_str()])?;
    }
    Ok(used)
}

fn asked(row: &Row<'_>, id: SigninId, secrets: String) -> Result<AskedSignin, Fault> {
    Ok(AskedSignin {
        id,
        return_to: match row.get::<_, Option<u16>>("return_port")? {
            None => ReturnWay::AppLink,
            Some(port) => ReturnWay::Loopback { port },
        },
        language: values::from_word(row.get("language")?, "language")?,
        secrets: Sensitive::new(secrets),
    })
}

fn prove(db: &Connection, id: SigninId, proof: &Proof) -> Result<(), Fault> {
    db.prepare_cached(
        "UPDATE signins SET stage = 'proved', ticket_hash = ?2, expires_at = ?3, email = ?4,
             mail_tag = ?5, account_tag = ?6
         WHERE id = ?1 AND stage = 'asking'",
    )?
    .execute(params![
        id.as_bytes(),
        proof.ticket_hash,
        millis(proof.expires_at),
        proof.email.as_ref().map(Sensitive::expose),
        proof.mail_tag,
        proof.account_tag,
    ])?;
    Ok(())
}

fn redeem(
    db: &Connection,
    id: SigninId,
    ticket_hash: [u8; 32],
    until: Timestamp,
    now: Timestamp,
) -> Result<Result<RedeemedSignin, Code>, Fault> {
    let row = db
        .prepare_cached("SELECT stage, ticket_hash, email, expires_at FROM signins WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, Option<[u8; 32]>>(1)?,
                row.get::<_, Option<String>>(2)?,
                row.get::<_, i64>(3)?,
            ))
        })
        .optional()?;
    let Some((word, ticket, email, expires_at)) = row else {
        return Ok(Err(Code::SigninUnknown));
    };
    let row = TicketRow {
        stage: stage(&word)?,
        ticket_hash: ticket,
        expires_at: moment(expires_at)?,
    };
    let redeemed = match rule::redeem(&row, ticket_hash, until, now) {
        Ok(redeemed) => redeemed,
        Err(code) => return Ok(Err(code)),
    };
    if redeemed.first {
        db.prepare_cached("UPDATE signins SET stage = 'redeemed', expires_at = ?2 WHERE id = ?1")?
            .execute(params![id.as_bytes(), millis(until)])?;
    }
    Ok(Ok(RedeemedSignin {
        email: email.map(Sensitive::new),
        expires_at: redeemed.expires_at,
    }))
}

/// The provider and account of the sign-in that an activation names, or the refusal.
pub(super) fn worth(
    db: &Connection,
    id: SigninId,
    new: &Beginning,
) -> Result<Result<(String, [u8; 32]), Code>, Fault> {
    let row = db
        .prepare_cached(
            "SELECT stage, device_key, expires_at, mail_tag, provider, account_tag
             FROM signins WHERE id = ?1",
        )?
        .query_row([id.as_bytes()], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, Vec<u8>>(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, Option<[u8; 32]>>(3)?,
                row.get::<_, String>(4)?,
                row.get::<_, Option<[u8; 32]>>(5)?,
            ))
        })
        .optional()?;
    let Some((word, device_key, expires_at, mail_tag, provider, Some(account_tag))) = row else {
        return Ok(Err(Code::SigninUnknown));
    };
    let row = ProvedRow {
        stage: stage(&word)?,
        device_key,
        expires_at: moment(expires_at)?,
        mail_tag,
    };
    if let Err(code) = rule::spend(&row, new.device_key.point(), &new.mail_tag, new.now) {
        return Ok(Err(code));
    }
    Ok(Ok((provider, account_tag)))
}

/// Spends the sign-in that an activation names; returns its provider and account, or the refusal.
pub(super) fn spend(
    db: &Connection,
    id: SigninId,
    new: &Beginning,
) -> Result<Result<(String, [u8; 32]), Code>, Fault> {
    let worth = match worth(db, id, new)? {
        Ok(worth) => worth,
        Err(code) => return Ok(Err(code)),
    };
    db.prepare_cached(
        "UPDATE signins SET stage = 'spent', email = NULL, mail_tag = NULL, activation = ?2
         WHERE id = ?1",
    )?
    .execute(params![id.as_bytes(), new.id.as_bytes()])?;
    Ok(Ok(worth))
}

#[async_trait]
impl Signins for SqliteStorage {
    async fn begin_signin(&self, new: NewSignin) -> Result<bool, StorageError> {
        self.write(move |tx| begin(tx.db, &new)).await
    }

    async fn has_state(&self, state_hash: [u8; 32]) -> Result<bool, StorageError> {
        self.read(move |reader| {
            Ok(reader
                .db
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM signins WHERE state_hash = ?1)")?
                .query_row([state_hash], |row| row.get(0))?)
        })
        .await
    }

    async fn use_state(
        &self,
        state_hash: [u8; 32],
        provider: ProviderId,
        now: Timestamp,
    ) -> Result<StateUsed, StorageError> {
        self.write(move |tx| use_state(tx.db, state_hash, &provider, now))
            .await
    }

    async fn fail_signin(&self, id: SigninId) -> Result<(), StorageError> {
        self.write(move |tx| {
            tx.db
                .prepare_cached(
                    "UPDATE signins SET stage = 'failed' WHERE id = ?1 AND stage = 'asking'",
                )?
                .execute([id.as_bytes()])?;
            Ok(())
        })
        .await
    }

    async fn prove_signin(&self, id: SigninId, proof: Proof) -> Result<(), StorageError> {
        self.write(move |tx| prove(tx.db, id, &proof)).await
    }

    async fn signin_key(&self, id: SigninId) -> Result<Option<DevicePublicKey>, StorageError> {
        self.read(move |reader| {
            let key: Option<Vec<u8>> = reader
                .db
                .prepare_cached("SELECT device_key FROM signins WHERE id = ?1")?
                .query_row([id.as_bytes()], |row| row.get(0))
                .optional()?;
            key.map(|key| DevicePublicKey::from_point(&key))
                .transpose()
                .map_err(|_| Fault::unreadable("device key"))
        })
        .await
    }

    async fn redeem_ticket(
        &self,
        id: SigninId,
        ticket_hash: [u8; 32],
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Result<RedeemedSignin, Code>, StorageError> {
        self.write(move |tx| redeem(tx.db, id, ticket_hash, until, now))
            .await
    }

    async fn sweep_signins(&self, now: Timestamp) -> Result<u64, StorageError> {
        self.write(move |tx| {
            let removed = tx.db.execute(
                "DELETE FROM signins WHERE expires_at <= ?1",
                [millis(rule::deleted_before(now))],
            )?;
            tx.db.execute(
                "UPDATE signin_count SET signins = max(signins - ?1, 0)",
                [i64::try_from(removed).unwrap_or(i64::MAX)],
            )?;
            u64::try_from(removed).map_err(|_| Fault::unreadable("count"))
        })
        .await
    }
}
