//! The public tally of a campaign.

use crate::{core::Core, refusal::Refusal};
use protocol::{code::Code, ids::CampaignId, tally::Tally};
use storage::StorageError;

/// Why no tally is shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowRefused {
    /// The campaign does not exist.
    #[error("there is no such campaign")]
    Unknown,
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ShowRefused> for Refusal {
    fn from(why: ShowRefused) -> Self {
        match why {
            ShowRefused::Unknown => Code::CampaignUnknown.into(),
            ShowRefused::Storage(error) => error.into(),
        }
    }
}

/// The tally of this campaign, at this moment.
pub async fn show(core: &Core, id: &CampaignId) -> Result<Tally, ShowRefused> {
    let tally = core.storage.tally(id, core.now()).await?;
    tally.ok_or(ShowRefused::Unknown)
}
