//! The end of an activated phone: its owner gives it up.

use crate::{asking::Signed, core::Core, refusal::Refusal};
use protocol::{code::Code, ids::DeviceId};
use storage::StorageError;

/// Why a phone was not forgotten.
#[derive(Debug, thiserror::Error)]
pub enum ForgetRefused {
    /// The request does not come from that phone. The answer does not tell whether the phone exists.
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

/// Revokes the phone, as the operator can: from now on its requests are refused. Its apoyos stay.
/// A revoked phone may ask again, because the first answer may have been lost.
pub async fn forget(core: &Core, id: DeviceId, request: Signed<()>) -> Result<(), ForgetRefused> {
    if request.device.id != id {
        return Err(ForgetRefused::Foreign);
    }
    // Rows of devices are never deleted, so the device whose key verified the request exists.
    core.storage.revoke_device(id, core.now()).await?;
    core.known_devices.forget(id);
    Ok(())
}
