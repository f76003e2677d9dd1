//! The ports of a computer. A phone replaces some of them.

mod browser;
mod http;
mod private_file;
mod software_key;
mod software_storage_key;
mod told_network;

pub use browser::LoopbackBrowser;
pub use http::ReqwestHttp;
pub use software_key::SoftwareKey;
pub use software_storage_key::SoftwareStorageKey;
pub use told_network::{ComputerNetwork, ToldNetwork};

use crate::ports::{Network, NetworkKind, Ports};
use protocol::environment::{SystemClock, SystemEntropy};
use std::{path::Path, sync::Arc};

/// The ports of a computer: keys in files of `folder`, the real network, clock and generator. On
/// a phone the screen tells the kind of network. The page opens the browser, which returns over
/// loopback.
pub fn computer(folder: &Path) -> Result<Ports, crate::ports::Unreachable> {
    Ok(Ports {
        device_key: Arc::new(SoftwareKey::in_folder(folder)),
        storage_key: Arc::new(SoftwareStorageKey::in_folder(folder)),
        http: Arc::new(ReqwestHttp::new()?),
        network: network(),
        browser: Arc::new(LoopbackBrowser::opened_by_the_page()),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    })
}

fn network() -> Arc<dyn Network> {
    if cfg!(any(target_os = "android", target_os = "ios")) {
        Arc::new(ToldNetwork::taken_for(NetworkKind::Metered))
    } else {
        Arc::new(ComputerNetwork)
    }
}
