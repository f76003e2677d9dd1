//! `apoyo device revoke ID`

use super::{Failure, block_on, open::open_existing};
use clap::Subcommand;
use protocol::{
    environment::{Clock, SystemClock},
    ids::DeviceId,
};
use std::path::Path;

#[derive(Debug, Subcommand)]
pub enum Device {
    /// Refuse everything that this phone sends from now on. What it sent before stays.
    #[command(after_help = "Example: apoyo device revoke 0123456789abcdef0123456789abcdef")]
    Revoke {
        /// The phone's id.
        id: String,
    },
}

impl Device {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let Device::Revoke { id } = self;
        let unknown = || Failure::Refused(format!("there is no device {id}"));
        let device: DeviceId = id.parse().map_err(|_| unknown())?;
        let storage = open_existing(data)?.storage;
        let now = SystemClock.now();
        match block_on(async { Ok(storage.revoke_device(device, now).await?) })? {
            true => println!("device {device} is revoked"),
            false => return Err(unknown()),
        }
        Ok(())
    }
}
