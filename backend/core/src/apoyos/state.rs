//! The state of an apoyo, for the phone that sent it.

use crate::{asking::Signed, core::Core, refusal::Refusal};
use protocol::{apoyos::ApoyoState, code::Code, ids::ApoyoId};
use storage::StorageError;

/// Why the state of an apoyo is not answered. An apoyo of another phone is answered like an
/// unknown one.
#[derive(Debug, thiserror::Error)]
pub enum NotYours {
    /// This phone did not send this apoyo.
    #[error("this phone sent no such apoyo")]
    Unknown,
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<NotYours> for Refusal {
    fn from(why: NotYours) -> Self {
        match why {
            NotYours::Unknown => Code::ApoyoUnknown.into(),
            NotYours::Storage(error) => error.into(),
        }
    }
}

/// The state of an apoyo, for the phone that sent it.
pub async fn state(core: &Core, id: ApoyoId, request: Signed<()>) -> Result<ApoyoState, NotYours> {
    match core.storage.apoyo_state(id).await? {
        Some((owner, state)) if owner == request.device.id => Ok(state),
        _ => Err(NotYours::Unknown),
    }
}
