//! Returns a receipt again, byte for byte.

use super::state::{NotYours, state};
use crate::{asking::Signed, core::Core};
use bytes::Bytes;
use protocol::ids::ApoyoId;

/// The receipt of an apoyo, for the phone that sent it.
pub async fn receipt(core: &Core, id: ApoyoId, request: Signed<()>) -> Result<Bytes, NotYours> {
    state(core, id, request).await?;
    core.storage.receipt(id).await?.ok_or(NotYours::Unknown)
}
