//! Sign-ins with an account elsewhere.

use super::{
    SqliteStorage,
    fault::Fault,
    values::{self, millis, moment},
};
use crate::{
    StorageError,
    activations::NewActivation,
    signins::{
        AskedSignin, KEPT_MINUTES, MOST_OPEN, NewSignin, Proof, RedeemedSignin, Signins, StateUsed,
    },
};
use async_trait::async_trait;
use chrono::TimeDelta;
use protocol::{
    code::Code,
    device::DevicePublicKey,
    environment::Timestamp,
    ids::{ProviderId, SigninId},
    sensitive::Sensitive,
    signin::ReturnWay,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

fn begin(db: &Connection, new: &NewSignin) -> Result<bool, Fault> {
    let open: u32 = db
        .prepare_cached("SELECT count(*) FROM signins")?
        .query_row([], |row| row.get(0))?;
    if open >= MOST_OPEN {
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
    let found = {
        let mut query = db.prepare_cached("SELECT * FROM signins WHERE state_hash = ?1")?;
        let mut rows = query.query([state_hash])?;
        rows.next()?
            .map(|row| asked(row, provider, now))
            .transpose()?
    };
    let Some((id, used)) = found else {
        return Ok(StateUsed::Unknown);
    };
    // Used by whoever brings it: a state that went astray opens nothing any more.
    let stage = match &used {
        StateUsed::Taken(_) => "asking",
        StateUsed::Unknown | StateUsed::Expired => "failed",
        StateUsed::Used => return Ok(used),
    };
    db.prepare_cached("UPDATE signins SET stage = ?2, secrets = NULL WHERE id = ?1")?
        .execute(params![id.as_bytes(), stage])?;
    Ok(used)
}

/// What this row's state is worth with this provider.
fn asked(
    row: &Row<'_>,
    provider: &ProviderId,
    now: Timestamp,
) -> Result<(SigninId, StateUsed), Fault> {
    let id = SigninId::from_bytes(row.get("id")?);
    let secrets: Option<String> = row.get("secrets")?;
    let Some(secrets) = secrets else {
        return Ok((id, StateUsed::Used));
    };
    if row.get::<_, String>("provider")? != provider.as_str() {
        return Ok((id, StateUsed::Unknown));
    }
    if millis(now) >= row.get("expires_at")? {
        return Ok((id, StateUsed::Expired));
    }
    let taken = AskedSignin {
        id,
        return_to: match row.get::<_, Option<u16>>("return_port")? {
            None => ReturnWay::AppLink,
            Some(port) => ReturnWay::Loopback { port },
        },
        language: values::from_word(row.get("language")?, "language")?,
        secrets: Sensitive::new(secrets),
    };
    Ok((id, StateUsed::Taken(taken)))
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
    let Some((stage, ticket, email, expires_at)) = row else {
        return Ok(Err(Code::SigninUnknown));
    };
    // Both are hashes of 256 random bits: how long the comparison takes tells nothing.
    if ticket != Some(ticket_hash) {
        return Ok(Err(Code::SigninTicketInvalid));
    }
    if stage == "spent" {
        return Ok(Err(Code::SigninUsed));
    }
    if millis(now) >= expires_at {
        return Ok(Err(Code::SigninExpired));
    }
    let expires_at = if stage == "proved" {
        db.prepare_cached("UPDATE signins SET stage = 'redeemed', expires_at = ?2 WHERE id = ?1")?
            .execute(params![id.as_bytes(), millis(until)])?;
        until
    } else {
        moment(expires_at)?
    };
    Ok(Ok(RedeemedSignin {
        email: email.map(Sensitive::new),
        expires_at,
    }))
}

/// Spends the sign-in that an activation names; its provider and account, or why not.
pub(super) fn spend(
    db: &Connection,
    id: SigninId,
    new: &NewActivation,
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
    let Some((stage, key, expires_at, mail_tag, provider, Some(account_tag))) = row else {
        return Ok(Err(Code::SigninUnknown));
    };
    if key != new.device_key.point() {
        return Ok(Err(Code::SigninForeign));
    }
    match stage.as_str() {
        "redeemed" => {}
        "spent" => return Ok(Err(Code::SigninUsed)),
        // Its ticket has not come back yet.
        _ => return Ok(Err(Code::SigninUnknown)),
    }
    if millis(new.now) >= expires_at {
        return Ok(Err(Code::SigninExpired));
    }
    if mail_tag.is_some_and(|proved| proved != new.mail_tag) {
        return Ok(Err(Code::SigninEmailDiffers));
    }
    db.prepare_cached(
        "UPDATE signins SET stage = 'spent', email = NULL, mail_tag = NULL, activation = ?2
         WHERE id = ?1",
    )?
    .execute(params![id.as_bytes(), new.id.as_bytes()])?;
    Ok(Ok((provider, account_tag)))
}

#[async_trait]
impl Signins for SqliteStorage {
    async fn begin_signin(&self, new: NewSignin) -> Result<bool, StorageError> {
        self.write(move |within| begin(within.db, &new)).await
    }

    async fn use_state(
        &self,
        state_hash: [u8; 32],
        provider: ProviderId,
        now: Timestamp,
    ) -> Result<StateUsed, StorageError> {
        self.write(move |within| use_state(within.db, state_hash, &provider, now))
            .await
    }

    async fn fail_signin(&self, id: SigninId) -> Result<(), StorageError> {
        self.write(move |within| {
            within
                .db
                .prepare_cached(
                    "UPDATE signins SET stage = 'failed' WHERE id = ?1 AND stage = 'asking'",
                )?
                .execute([id.as_bytes()])?;
            Ok(())
        })
        .await
    }

    async fn prove_signin(&self, id: SigninId, proof: Proof) -> Result<(), StorageError> {
        self.write(move |within| prove(within.db, id, &proof)).await
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
        self.write(move |within| redeem(within.db, id, ticket_hash, until, now))
            .await
    }

    async fn sweep_signins(&self, now: Timestamp) -> Result<u64, StorageError> {
        self.write(move |within| {
            let before = millis(now - TimeDelta::minutes(KEPT_MINUTES));
            let removed = within
                .db
                .execute("DELETE FROM signins WHERE expires_at <= ?1", [before])?;
            u64::try_from(removed).map_err(|_| Fault::unreadable("count"))
        })
        .await
    }
}
