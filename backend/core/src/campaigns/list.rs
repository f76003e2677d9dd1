//! What is open to this citizen.

use crate::{asking::Signed, core::Core};
use protocol::{
    activation::Language,
    campaign::{CampaignList, CampaignQuery},
};
use storage::StorageError;

/// The campaigns that receive apoyos now, and the keys that parts are sealed to.
pub async fn list(
    core: &Core,
    request: Signed<CampaignQuery>,
    language: Language,
) -> Result<CampaignList, StorageError> {
    let mut query = request.asked;
    // A sección is one only together with its entidad: alone it says nothing.
    if query.entidad.is_none() {
        query.seccion = None;
    }
    let now = core.now();
    let mut campaigns = core.storage.open_campaigns(now, query).await?;
    for campaign in &mut campaigns {
        let rules = core.storage.campaign_rules(&campaign.id).await?;
        let within_process =
            rules.is_some_and(|rules| rules.exclusivity_group.starts_with("process/"));
        campaign.exclusive_note = exclusive_note(within_process, language).to_owned();
    }
    Ok(CampaignList {
        campaigns,
        now,
        sealing: Some(core.sealing().announced().clone()),
    })
}

/// What giving this apoyo rules out, in words.
fn exclusive_note(within_process: bool, language: Language) -> &'static str {
    match (within_process, language) {
        (true, Language::EsMx) => {
            "En este proceso solo cuenta un apoyo por persona: el primero que se presente."
        }
        (true, Language::En) => {
            "Only one apoyo per person counts in this process: the first one presented."
        }
        (false, Language::EsMx) => {
            "Puede apoyar también otras solicitudes; para esta cuenta un apoyo por persona."
        }
        (false, Language::En) => {
            "You may back other requests as well; for this one, one apoyo per person counts."
        }
    }
}
