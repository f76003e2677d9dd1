//! The secret of the records, and its loss.
//!
//! A phone loses its secret when its lock screen is removed, when it is restored from a backup of
//! another phone, or when its key store is reset. One transaction then deletes the data that only that
//! secret decrypts: the draft, the pictures, the front of the activation, an unfinished activation,
//! the citizen's entidad and sección. The activation in force, sealed apoyos and receipts do not
//! depend on the secret.

use super::{Rows, StoreFault, from_json, to_json};
use crate::code::{PhoneCode, Problem};
use rusqlite::{OptionalExtension, params};

/// Notes the name of the secret in use. If it changed, deletes what can no longer be decrypted, and
/// stores a problem that the person will see.
pub(crate) fn check(rows: &Rows<'_>) -> Result<(), StoreFault> {
    let known: Option<Vec<u8>> = rows
        .query_row("SELECT name FROM secret", [], |row| row.get(0))
        .optional()?;
    let name = rows.cipher().name().0;
    match known {
        Some(known) if known == name => return Ok(()),
        Some(_) => forget_unreadable(rows)?,
        None => {}
    }
    rows.execute(
        "INSERT OR REPLACE INTO secret (id, name) VALUES (1, ?1)",
        [&name[..]],
    )?;
    Ok(())
}

fn forget_unreadable(rows: &Rows<'_>) -> Result<(), StoreFault> {
    tracing::warn!("the storage secret is another one: what it hid is thrown away");
    let problem = to_json(&Problem::new(PhoneCode::StorageKeyLost))?;
    // A message is shown only if something in preparation was lost.
    rows.execute(
        "UPDATE phone SET record = NULL,
           lost = CASE WHEN EXISTS (SELECT 1 FROM draft) OR active IS NULL THEN ?1 ELSE lost END",
        [&problem],
    )?;
    rows.execute_batch(
        "DELETE FROM draft_part; DELETE FROM draft; DELETE FROM activation_front;
         DELETE FROM picture; DELETE FROM campaigns;
         DELETE FROM entry_part WHERE apoyo IN (SELECT apoyo FROM entry WHERE state = 'unsealed');",
    )?;
    rows.execute(
        "UPDATE entry SET state = 'refused', problem = ?1, body = NULL WHERE state = 'unsealed'",
        [&problem],
    )?;
    Ok(())
}

/// What was lost with a secret, until the person has read the message.
pub(crate) fn lost(rows: &Rows<'_>) -> Result<Option<Problem>, StoreFault> {
    let lost: Option<Option<String>> = rows
        .query_row("SELECT lost FROM phone", [], |row| row.get(0))
        .optional()?;
    lost.flatten()
        .map(|text| from_json(&text, "what was lost"))
        .transpose()
}

/// Notes that the person has read the message.
pub(crate) fn lost_was_read(rows: &Rows<'_>) -> Result<(), StoreFault> {
    rows.execute("UPDATE phone SET lost = NULL", params![])?;
    Ok(())
}
