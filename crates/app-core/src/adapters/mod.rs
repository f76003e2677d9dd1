//! Ports for a computer, and for a phone until it lends better ones.

mod http;
mod private_file;
mod software_key;
mod software_storage_key;
mod told_network;

pub use http::ReqwestHttp;
pub use software_key::SoftwareKey;
pub use software_storage_key::SoftwareStorageKey;
pub use told_network::ToldNetwork;

use crate::ports::{NetworkKind, Ports};
use protocol::environment::{SystemClock, SystemEntropy};
use std::{path::Path, sync::Arc};

/// The ports of an ordinary computer: the keys in files of `folder`, the real network, clock
/// and generator. Its network is taken for one that is not paid by the byte.
pub fn computer(folder: &Path) -> Result<Ports, crate::ports::Unreachable> {
    Ok(Ports {
        device_key: Arc::new(SoftwareKey::in_folder(folder)),
        storage_key: Arc::new(SoftwareStorageKey::in_folder(folder)),
        http: Arc::new(ReqwestHttp::new()?),
        network: Arc::new(ToldNetwork::taken_for(NetworkKind::Unmetered)),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    })
}
