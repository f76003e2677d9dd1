//! Apoyos whose pictures are not yet opened, because their key was not here.

use super::{fault::Fault, values::unsigned};
use protocol::ids::ApoyoId;
use rusqlite::Connection;

/// Notes that the pictures of an apoyo are not yet opened.
pub(super) fn note(db: &Connection, id: ApoyoId) -> Result<(), Fault> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO unread_pictures SELECT sequence FROM apoyos WHERE id = ?1",
    )?
    .execute([id.as_bytes()])?;
    Ok(())
}

/// Removes the note: they were opened.
pub(super) fn forget(db: &Connection, id: ApoyoId) -> Result<(), Fault> {
    db.prepare_cached(
        "DELETE FROM unread_pictures WHERE sequence = (SELECT sequence FROM apoyos WHERE id = ?1)",
    )?
    .execute([id.as_bytes()])?;
    Ok(())
}

/// Counts apoyos whose pictures are not yet opened.
pub(super) fn count(db: &Connection) -> Result<u64, Fault> {
    let count = db
        .prepare_cached("SELECT count(*) FROM unread_pictures")?
        .query_row([], |row| row.get(0))?;
    unsigned(count)
}
