//! Devices that were looked up a moment ago.
//!
//! A phone sends the parts of an apoyo one after the other, so its row need not be read from the
//! database each time. No promise rests on this cache: the apoyo itself asks the database.

use protocol::{environment::Timestamp, ids::DeviceId};
use quick_cache::sync::Cache;
use storage::activation::Device;

/// How long a device is believed, in milliseconds. A revoked phone may send parts for that long,
/// but no apoyo that names them.
const BELIEVED: i64 = 1_000;
/// Devices in the cache; beyond that the least used are looked up again.
const MOST: usize = 10_000;

/// The cache.
pub struct KnownDevices(Cache<DeviceId, (Device, Timestamp)>);

impl Default for KnownDevices {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl KnownDevices {
    /// The device, if it was looked up within the last second.
    pub fn get(&self, id: DeviceId, now: Timestamp) -> Option<Device> {
        let (device, since) = self.0.get(&id)?;
        let age = (now - since).num_milliseconds();
        (0..BELIEVED).contains(&age).then_some(device)
    }

    /// Remembers a row that was read at `now`.
    pub fn remember(&self, device: &Device, now: Timestamp) {
        self.0.insert(device.id, (device.clone(), now));
    }

    /// Forgets a device that was revoked since.
    pub fn forget(&self, id: DeviceId) {
        self.0.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Duration};
    use protocol::devices::DevicePublicKey;

    #[test]
    fn a_device_is_believed_for_a_second_whichever_way_the_clock_moves() {
        let now = DateTime::from_timestamp_millis(1_795_000_000_000).unwrap();
        let mut point = [7; 65];
        point[0] = 4;
        let device = Device {
            id: DeviceId::from_bytes([1; 16]),
            key: DevicePublicKey::from_point(&point).unwrap(),
            revoked_at: None,
            tier: protocol::attestation::Tier::T0,
        };
        let known = KnownDevices::default();
        assert!(known.get(device.id, now).is_none());
        known.remember(&device, now);
        let later = |millis| known.get(device.id, now + Duration::milliseconds(millis));
        assert!(later(0).is_some() && later(999).is_some());
        assert!(later(1_000).is_none() && later(-1).is_none());
        known.forget(device.id);
        assert!(known.get(device.id, now).is_none());
    }
}
