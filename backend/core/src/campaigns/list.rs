//! The campaigns that are open to a citizen.

use crate::{asking::Signed, core::Core};
use protocol::campaigns::{CampaignList, CampaignQuery};
use storage::StorageError;

/// The campaigns that receive apoyos now, and the keys that parts are sealed to.
pub async fn list(
    core: &Core,
    request: Signed<CampaignQuery>,
) -> Result<CampaignList, StorageError> {
    let mut query = request.asked;
    // The number of a sección means something only together with its entidad.
    if query.entidad.is_none() {
        query.seccion = None;
    }
    let now = core.now();
    Ok(CampaignList {
        campaigns: core.storage.open_campaigns(now, query).await?,
        now,
        sealing: Some(core.sealing().announced().clone()),
    })
}
