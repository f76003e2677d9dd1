//! The end of an activated phone: its owner gives it up.

use crate::{asking::Signed, core::Core, refusal::Refusal};
use protocol::{code::Code, ids::DeviceId};
use storage::StorageError;

/// Why a phone was not forgotten.
#[derive(Debug, thiserror::Error)]
pub enum ForgetRefused {
    /// It is not the phone that asks. Whether there is such a phone is not said.
    #[error("it is not the phone that asks")]
    Foreign,
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ForgetRefused> for Refusal {
    fn from(why: ForgetRefused) -> Self {
        match why {
            ForgetRefused::Foreign => Code::NotFound.into(),
            ForgetRefused::Storage(error) => error.into(),
        }
    }
}

/// From now on the phone's requests are refused, as if the operator had revoked it. Its apoyos
/// stay. A phone that is revoked may ask again: the first answer may have been lost.
pub async fn forget(core: &Core, id: DeviceId, request: Signed<()>) -> Result<(), ForgetRefused> {
    if request.device.id != id {
        return Err(ForgetRefused::Foreign);
    }
    // Rows of devices are never deleted: the one whose key verified the request is there.
    core.storage.revoke_device(id, core.now()).await?;
    core.known_devices.forget(id);
    Ok(())
}
