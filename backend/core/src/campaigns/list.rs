//! What is open to this citizen.

use crate::{asking::Signed, core::Core, refusal::Refusal};
use protocol::{
    activation::Language,
    campaign::{CampaignList, CampaignQuery},
    code::{Code, Problem},
};
use storage::StorageError;

/// Why campaigns are not listed.
#[derive(Debug, thiserror::Error)]
pub enum ListRefused {
    /// A sección was named without its entidad.
    #[error("a sección was named without its entidad")]
    SeccionAlone,
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ListRefused> for Refusal {
    fn from(why: ListRefused) -> Self {
        match why {
            ListRefused::SeccionAlone => {
                Problem::in_field(Code::RequestMalformed, "entidad").into()
            }
            ListRefused::Storage(error) => error.into(),
        }
    }
}

/// The campaigns that receive apoyos now, and the keys that parts are sealed to.
pub async fn list(
    core: &Core,
    request: Signed<CampaignQuery>,
    language: Language,
) -> Result<CampaignList, ListRefused> {
    let query = request.asked;
    if query.seccion.is_some() && query.entidad.is_none() {
        return Err(ListRefused::SeccionAlone);
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
