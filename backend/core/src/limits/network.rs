//! A network by its prefix: `/24` of IPv4, `/64` and `/48` of IPv6. The rest of an address is not
//! used, and no part of it is in a log or on a disk.

use std::net::IpAddr;

/// A network by its prefix.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    /// The first 24 bits.
    V4([u8; 3]),
    /// The first 64 bits; the first 48 are a site's.
    V6([u8; 8]),
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network(****)")
    }
}

impl Network {
    /// The network that this address is in.
    pub fn containing(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}
