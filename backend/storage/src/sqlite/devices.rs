//! Devices: the result of an activation.

use super::{
    fault::Fault,
    values::{millis, moment},
};
use crate::activation::Device;
use protocol::{
    devices::DevicePublicKey,
    environment::Timestamp,
    ids::{ActivationId, DeviceId},
};
use rusqlite::{Connection, OptionalExtension, params};

/// Creates the device of a completed activation. An older device with the same key is revoked.
/// So is one with the same mailbox and the same photograph of a credential: it is the same
/// person, whose phone has lost its key. (One mailbox alone may serve two people.)
pub(super) fn make(
    db: &Connection,
    activation: ActivationId,
    device: DeviceId,
    now: Timestamp,
) -> Result<(), Fault> {
    // One statement each: an `OR` of the two would look at every device there is.
    for same in [
        "key = (SELECT device_key FROM activations WHERE id = ?1)",
        "(mail_tag, front) = (SELECT mail_tag, front FROM activations WHERE id = ?1)",
    ] {
        let revoke =
            format!("UPDATE devices SET revoked_at = ?2 WHERE revoked_at IS NULL AND {same}");
        db.prepare_cached(&revoke)?
            .execute(params![activation.as_bytes(), millis(now)])?;
    }
    db.prepare_cached(
        "INSERT INTO devices (id, key, activation, front, mail_tag, notice_version, activated_at,
             tier, tier_reason, patch_level, evidence, issuers, provider, account_tag)
         SELECT ?2, device_key, id, front, mail_tag, notice_version, ?3,
             tier, tier_reason, patch_level, evidence, issuers, provider, account_tag
         FROM activations WHERE id = ?1",
    )?
    .execute(params![
        activation.as_bytes(),
        device.as_bytes(),
        millis(now)
    ])?;
    Ok(())
}

/// Looks up a device.
pub(super) fn lookup(db: &Connection, id: DeviceId) -> Result<Option<Device>, Fault> {
    let row = db
        .prepare_cached("SELECT key, revoked_at, tier FROM devices WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| {
            Ok((
                row.get::<_, Vec<u8>>(0)?,
                row.get::<_, Option<i64>>(1)?,
                row.get::<_, String>(2)?,
            ))
        })
        .optional()?;
    let Some((key, revoked_at, tier)) = row else {
        return Ok(None);
    };
    Ok(Some(Device {
        id,
        key: DevicePublicKey::from_point(&key).map_err(|_| Fault::unreadable("device key"))?,
        revoked_at: revoked_at.map(moment).transpose()?,
        tier: super::tiers::read(&tier)?,
    }))
}

/// Revokes it; the first moment is kept. `false`: it does not exist.
pub(super) fn revoke(db: &Connection, id: DeviceId, now: Timestamp) -> Result<bool, Fault> {
    let touched = db
        .prepare_cached("UPDATE devices SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1")?
        .execute(params![id.as_bytes(), millis(now)])?;
    Ok(touched == 1)
}
