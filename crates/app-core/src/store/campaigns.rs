//! The campaigns as the server last told them.

use super::{StoreFault, from_json, to_json};
use protocol::campaign::{CampaignList, CampaignQuery};
use rusqlite::{Connection, OptionalExtension, params};

/// The last known campaigns.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub list: CampaignList,
    pub asked: CampaignQuery,
    pub fetched_at_ms: i64,
}

/// The last known campaigns, where any are known.
pub(crate) fn load(connection: &Connection) -> Result<Option<Known>, StoreFault> {
    let row = connection
        .query_row("SELECT list, asked, fetched_at FROM campaigns", [], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, i64>(2)?,
            ))
        })
        .optional()?;
    row.map(|(list, asked, fetched_at_ms)| {
        Ok(Known {
            list: from_json(&list, "the campaigns")?,
            asked: from_json(&asked, "the question for campaigns")?,
            fetched_at_ms,
        })
    })
    .transpose()
}

/// Replaces the last known campaigns.
pub(crate) fn save(connection: &Connection, known: &Known) -> Result<(), StoreFault> {
    connection.execute(
        "INSERT OR REPLACE INTO campaigns (id, list, asked, fetched_at) VALUES (1, ?1, ?2, ?3)",
        params![
            to_json(&known.list)?,
            to_json(&known.asked)?,
            known.fetched_at_ms
        ],
    )?;
    Ok(())
}
