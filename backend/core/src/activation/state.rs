//! The state of the mail with the code. Only the phone that asked for the code learns it.

use crate::{
    asking::{FromStranger, NotProved},
    core::Core,
    refusal::Refusal,
};
use protocol::{activation::ActivationState, code::Code, ids::ActivationId};
use storage::StorageError;

/// Why the state of an activation is not answered.
#[derive(Debug, thiserror::Error)]
pub enum StateRefused {
    /// The activation does not exist.
    #[error("there is no such activation")]
    Unknown,
    /// The request is not proved to come from the phone that began the activation.
    #[error(transparent)]
    NotProved(#[from] NotProved),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<StateRefused> for Refusal {
    fn from(why: StateRefused) -> Self {
        match why {
            StateRefused::Unknown => Code::ActivationUnknown.into(),
            StateRefused::NotProved(why) => why.into(),
            StateRefused::Storage(error) => error.into(),
        }
    }
}

/// The state of the activation's newest mail.
pub async fn state(
    core: &Core,
    id: ActivationId,
    request: FromStranger<()>,
) -> Result<ActivationState, StateRefused> {
    let activation = core.storage.activation(id).await?;
    let activation = activation.ok_or(StateRefused::Unknown)?;
    request.proof.in_name(&id.to_string())?;
    request.proof.signed_by(&activation.device_key)?;
    let fate = core.storage.mail_fate(id).await?;
    Ok(ActivationState {
        activation: id,
        mail: fate.ok_or(StateRefused::Unknown)?,
    })
}
