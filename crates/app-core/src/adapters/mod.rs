//! Ports for a computer, and for a phone until it lends better ones.

mod http;
mod software_key;

pub use http::ReqwestHttp;
pub use software_key::SoftwareKey;

use crate::ports::Ports;
use protocol::environment::{SystemClock, SystemEntropy};
use std::{path::Path, sync::Arc};

/// The ports of an ordinary computer: the key in a file of `folder`, the real network, clock
/// and generator.
pub fn computer(folder: &Path) -> Result<Ports, crate::ports::Unreachable> {
    Ok(Ports {
        device_key: Arc::new(SoftwareKey::in_folder(folder)),
        http: Arc::new(ReqwestHttp::new()?),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    })
}
