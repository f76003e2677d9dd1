//! The state of the mail with the code. Only the phone that asked for the code learns it.

use crate::{
    asking::{FromHolder, NotHeld, begun_by},
    core::Core,
    refusal::Refusal,
};
use protocol::{activation::ActivationState, code::Code, ids::ActivationId};
use storage::StorageError;

/// Why the state of an activation is not answered.
#[derive(Debug, thiserror::Error)]
pub enum StateRefused {
    /// The request is not from the phone that began the activation.
    #[error(transparent)]
    NotHeld(#[from] NotHeld),
    /// The activation does not exist.
    #[error("there is no such activation")]
    Unknown,
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<StateRefused> for Refusal {
    fn from(why: StateRefused) -> Self {
        match why {
            StateRefused::NotHeld(why) => why.into(),
            StateRefused::Unknown => Code::ActivationUnknown.into(),
            StateRefused::Storage(error) => error.into(),
        }
    }
}

/// The state of the activation's newest mail.
pub async fn state(
    core: &Core,
    id: ActivationId,
    request: FromHolder<()>,
) -> Result<ActivationState, StateRefused> {
    begun_by(core, id, &request).await?;
    let fate = core.storage.mail_fate(id).await?;
    Ok(ActivationState {
        activation: id,
        mail: fate.ok_or(StateRefused::Unknown)?,
    })
}
