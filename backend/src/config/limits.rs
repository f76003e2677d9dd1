//! How much the server takes on at once.

use super::ConfigError;
use ipnet::IpNet;
use serde::Deserialize;
use server_core::limits::{self, parts::Most, uploads::Turns};
use std::num::NonZeroU32;

/// Bytes.
const MIB: u64 = 1024 * 1024;
/// The pictures of an apoyo; with a lower limit a phone could not give any.
const PARTS: u32 = 4;
/// The longest apoyo, in MiB.
const APOYO_MIB: u64 = 33;
/// The most tries that a phone ends in time.
const MOST_TRIES: u32 = 20_000;

/// `[limits]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Connections that are open at once; more wait in the system's queue.
    pub connections: usize,
    /// Pictures that are received at once.
    pub uploads_at_once: usize,
    /// Pictures that may wait for their turn; more are answered `server_busy`.
    pub uploads_waiting: usize,
    /// Uploads that one phone may have running or waiting.
    pub uploads_per_device: usize,
    /// Uploads that one network (`/24`, `/64`) may have running or waiting.
    pub uploads_per_network: usize,
    /// Connections that one network may have open.
    pub connections_per_network: usize,
    /// Pictures of one phone without a receipt...
    pub unnamed_parts_per_device: u32,
    /// ...and their size together (MiB).
    pub unnamed_mib_per_device: u64,
    /// Apoyos that one phone may give in a day: a technical ceiling.
    pub apoyos_per_device_per_day: u32,
    /// Below this much free disk pictures are refused, and the server is not ready (MiB).
    pub disk_reserve_mib: u64,
    /// Pictures that are moved to the kept ones together, once their apoyos are durable.
    pub pictures_kept_together: usize,
    /// Pictures that are opened at once to check their QR. 0: nothing is validated by this
    /// process; apoyos are received and wait.
    pub validators: usize,
    /// Mails with a code that one address may get in an hour...
    pub mails_per_address_per_hour: u32,
    /// ...and in a day.
    pub mails_per_address_per_day: u32,
    /// Mails that all clients together may ask for in a second.
    pub mails_per_second: NonZeroU32,
    /// Activations that one device key may begin in a day.
    pub activations_per_device_per_day: u32,
    /// Requests of an activation that one network (`/24`, `/48`) may make in a minute.
    pub requests_per_network_per_minute: NonZeroU32,
    /// Tries of a phone's proof of work on a quiet server. 0: none is asked for.
    pub work_tries: u32,
    /// The most tries, on a busy server.
    pub work_tries_most: u32,
    /// The operator's own proxies, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Domains that are not mailed, such as those of mailboxes that live for ten minutes.
    pub blocked_domains: Vec<String>,
}

/// `NonZeroU32` in a const; the argument is never 0.
const fn number(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            connections: 4096,
            uploads_at_once: 256,
            uploads_waiting: 512,
            uploads_per_device: 16,
            uploads_per_network: 128,
            connections_per_network: 1024,
            unnamed_parts_per_device: 16,
            unnamed_mib_per_device: 64,
            apoyos_per_device_per_day: 500,
            disk_reserve_mib: 256,
            pictures_kept_together: 512,
            validators: 2,
            mails_per_address_per_hour: 3,
            mails_per_address_per_day: 6,
            mails_per_second: number(50),
            activations_per_device_per_day: 5,
            requests_per_network_per_minute: number(600),
            work_tries: 64,
            work_tries_most: 768,
            trusted_proxies: Vec::new(),
            blocked_domains: Vec::new(),
        }
    }
}

impl LimitsConfig {
    /// The limits for the server's core.
    pub fn numbers(&self) -> limits::Limits {
        limits::Limits {
            uploads: Turns {
                at_once: self.uploads_at_once,
                waiting: self.uploads_waiting,
                per_device: self.uploads_per_device,
                per_network: self.uploads_per_network,
            },
            unnamed_parts: Most {
                files: self.unnamed_parts_per_device,
                bytes: self.unnamed_mib_per_device.saturating_mul(MIB),
            },
            apoyos_per_device_per_day: self.apoyos_per_device_per_day,
            disk_reserve_bytes: self.disk_reserve_mib.saturating_mul(MIB),
            mails_per_second: self.mails_per_second,
            activations_per_device_per_day: self.activations_per_device_per_day,
            requests_per_network_per_minute: self.requests_per_network_per_minute,
            work_tries: self.work_tries,
            work_tries_most: self.work_tries_most,
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, value) in [
            ("limits.connections", self.connections),
            ("limits.uploads_at_once", self.uploads_at_once),
            ("limits.uploads_per_device", self.uploads_per_device),
            ("limits.uploads_per_network", self.uploads_per_network),
            (
                "limits.connections_per_network",
                self.connections_per_network,
            ),
        ] {
            if value == 0 {
                return Err(ConfigError::Value {
                    key,
                    why: "should be at least 1".to_owned(),
                });
            }
        }
        for (key, value) in [
            (
                "limits.mails_per_address_per_hour",
                self.mails_per_address_per_hour,
            ),
            (
                "limits.mails_per_address_per_day",
                self.mails_per_address_per_day,
            ),
            (
                "limits.activations_per_device_per_day",
                self.activations_per_device_per_day,
            ),
        ] {
            if value == 0 {
                return Err(ConfigError::Value {
                    key,
                    why: "should be at least 1: nobody could activate a phone".to_owned(),
                });
            }
        }
        if self.work_tries.max(self.work_tries_most) > MOST_TRIES {
            return Err(ConfigError::Value {
                key: "limits.work_tries_most",
                why: format!("should be at most {MOST_TRIES}: a phone gives up after a minute"),
            });
        }
        if self.unnamed_parts_per_device < PARTS || self.unnamed_mib_per_device < APOYO_MIB {
            return Err(ConfigError::Value {
                key: "limits.unnamed_parts_per_device",
                why: format!(
                    "should be at least {PARTS}, and unnamed_mib_per_device {APOYO_MIB}: an apoyo \
                     has so many pictures"
                ),
            });
        }
        if self.apoyos_per_device_per_day == 0 {
            return Err(ConfigError::Value {
                key: "limits.apoyos_per_device_per_day",
                why: "should be at least 1: nobody could give an apoyo".to_owned(),
            });
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
