//! The last known campaigns. Encrypted, because the query tells where the citizen votes.

use super::{Rows, StoreFault, cipher::RecordAddress};
use protocol::campaigns::{CampaignList, CampaignQuery};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// The last known campaigns.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Known {
    pub list: CampaignList,
    pub asked: CampaignQuery,
    pub fetched_at_ms: i64,
}

const RECORD: RecordAddress<'_> = RecordAddress::only("campaigns", "record");

/// The last known campaigns, if any.
pub(crate) fn load(rows: &Rows<'_>) -> Result<Option<Known>, StoreFault> {
    let record: Option<Vec<u8>> = rows
        .query_row("SELECT record FROM campaigns", [], |row| row.get(0))
        .optional()?;
    record
        .map(|record| rows.open_json(RECORD, &record, "the campaigns"))
        .transpose()
}

/// Replaces the last known campaigns.
pub(crate) fn save(rows: &Rows<'_>, known: &Known) -> Result<(), StoreFault> {
    rows.execute(
        "INSERT OR REPLACE INTO campaigns (id, record) VALUES (1, ?1)",
        params![rows.seal_json(RECORD, known)?],
    )?;
    Ok(())
}
