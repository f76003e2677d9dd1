//! The public tally of a campaign.

use super::{compute::ready, refused::ShowRefused};
use crate::{core::Core, tallies::Ready};
use protocol::{
    ids::CampaignId,
    tally::{TallyLevel, TallyQuery},
};
use std::sync::Arc;
use storage::campaigns::TallyPart;

/// The tally of this campaign, at most a moment old.
pub async fn show(
    core: &Core,
    id: &CampaignId,
    query: TallyQuery,
) -> Result<Arc<Ready>, ShowRefused> {
    ready(core, id, part(query)?).await
}

/// The level of the answer: one at a time, and secciones by district, so that no answer is long.
fn part(query: TallyQuery) -> Result<TallyPart, ShowRefused> {
    let level = query.level.unwrap_or_default();
    match (level, query.entidad, query.distrito) {
        (TallyLevel::Entidad, None, None) => Ok(TallyPart::Entidades),
        (TallyLevel::Distrito, None, None) => Ok(TallyPart::Distritos),
        (TallyLevel::Seccion, Some(entidad), Some(distrito)) => {
            Ok(TallyPart::Secciones { entidad, distrito })
        }
        (TallyLevel::Seccion, Some(_), None) => Err(ShowRefused::Place("distrito")),
        (TallyLevel::Seccion, None, _) | (_, Some(_), _) => Err(ShowRefused::Place("entidad")),
        (_, None, Some(_)) => Err(ShowRefused::Place("distrito")),
    }
}
