//! Why no tally is shown.

use crate::refusal::Refusal;
use protocol::code::{Code, Problem};
use storage::StorageError;

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
            ShowRefused::Place(field) => Problem::in_field(Code::NotFound, field).into(),
            ShowRefused::Unwritten(_) => Code::ServerFault.into(),
            ShowRefused::Storage(error) => error.into(),
        }
    }
}
