//! Which secret the records were written with, and what is left when it is lost.
//!
//! A phone loses its secret when its lock screen is taken away, when it is restored from a
//! backup of another phone, or when its key store is reset. What only that secret opened is
//! then noise, and is thrown away in one transaction: the draft, the pictures, the front of the
//! activation and one that was under way, the citizen's place. The activation in force, apoyos
//! that are sealed, and receipts do not depend on it.

use super::{Rows, StoreFault, from_json, to_json};
use protocol::code::{Code, Problem};
use rusqlite::{OptionalExtension, params};

/// Notes the secret in use; where another one was in use before, throws away what nobody can
/// open any more, and remembers that for the person.
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
    let problem = to_json(&Problem::new(Code::StorageKeyLost))?;
    // Only somebody who had something in preparation has lost anything worth telling.
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

/// What was thrown away with a lost secret, until the person has read it.
pub(crate) fn lost(rows: &Rows<'_>) -> Result<Option<Problem>, StoreFault> {
    let lost: Option<Option<String>> = rows
        .query_row("SELECT lost FROM phone", [], |row| row.get(0))
        .optional()?;
    lost.flatten()
        .map(|text| from_json(&text, "what was lost"))
        .transpose()
}

/// The person has read it.
pub(crate) fn lost_was_read(rows: &Rows<'_>) -> Result<(), StoreFault> {
    rows.execute("UPDATE phone SET lost = NULL", params![])?;
    Ok(())
}
