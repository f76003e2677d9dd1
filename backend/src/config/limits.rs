//! How much the server takes on at once.

use super::ConfigError;
use serde::Deserialize;

/// `[limits]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections that are open at once; more wait in the system's queue.
    pub connections: usize,
    /// Pictures that are received at once.
    pub uploads_at_once: usize,
    /// Pictures that may wait for their turn; more are answered `server_busy`.
    pub uploads_waiting: usize,
    /// Below this much free disk the server is not ready (MiB).
    pub disk_reserve_mib: u64,
    /// Pictures that are opened at once to check their QR. 0: nothing is validated by this
    /// process; apoyos are received and wait.
    pub validators: usize,
    /// Mails with a code that one address may get in a day.
    pub mails_per_address_per_day: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            uploads_at_once: 256,
            uploads_waiting: 512,
            disk_reserve_mib: 256,
            validators: 2,
            mails_per_address_per_day: 20,
        }
    }
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, value) in [
            ("limits.connections", self.connections),
            ("limits.uploads_at_once", self.uploads_at_once),
        ] {
            if value == 0 {
                return Err(ConfigError::Value {
                    key,
                    why: "should be at least 1".to_owned(),
                });
            }
        }
        if self.validators > 64 {
            return Err(ConfigError::Value {
                key: "limits.validators",
                why: "should be at most 64: each one is a process with up to 512 MiB".to_owned(),
            });
        }
        Ok(())
    }
}
