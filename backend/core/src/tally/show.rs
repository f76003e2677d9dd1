//! The public tally of a campaign.

use super::ready::{Ready, ready};
use crate::{core::Core, refusal::Refusal};
use protocol::{
    code::{Code, Problem},
    ids::CampaignId,
    tally::{TallyLevel, TallyQuery},
};
use std::sync::Arc;
use storage::{StorageError, campaigns::TallyPart};

/// Why no tally is shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowRefused {
    /// The campaign does not exist.
    #[error("there is no such campaign")]
    Unknown,
    /// Secciones are asked for by their district, and only they are.
    #[error("{0} does not belong to the level, or is missing")]
    Place(&'static str),
    /// The tally cannot be written.
    #[error("the tally cannot be written: {0}")]
    Unwritten(serde_json::Error),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ShowRefused> for Refusal {
    fn from(why: ShowRefused) -> Self {
        match why {
            ShowRefused::Unknown => Code::CampaignUnknown.into(),
            ShowRefused::Place(field) => Problem::in_field(Code::RequestMalformed, field).into(),
            ShowRefused::Unwritten(_) => Code::ServerFault.into(),
            ShowRefused::Storage(error) => error.into(),
        }
    }
}

/// The tally of this campaign, at this moment or the moment before.
pub async fn show(
    core: &Core,
    id: &CampaignId,
    query: TallyQuery,
) -> Result<Arc<Ready>, ShowRefused> {
    ready(core, id, part(query)?).await
}

/// One level at a time; secciones by their district, so that no answer is long.
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
