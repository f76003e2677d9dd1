//! The network that a request comes from.
//!
//! `X-Forwarded-For` is believed from the right, as far as the operator's own proxies wrote it. Entries
//! to the left of the first foreign address may be invented.

use axum::http::{Extensions, HeaderMap, HeaderName};
use ipnet::IpNet;
use server_core::limits::network::Network;
use std::net::{IpAddr, SocketAddr};

/// The header in which a proxy names its client.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The peer of a connection, put into its requests by the listener.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The network that a request comes from; `None` if it cannot be known. A proxy on this machine
/// that is not in the configuration would make one network of all citizens.
pub fn network_of(
    extensions: &Extensions,
    headers: &HeaderMap,
    proxies: &[IpNet],
) -> Option<Network> {
    let peer = extensions.get::<Peer>()?.0.ip().to_canonical();
    let client = client(peer, headers, proxies);
    (!client.is_loopback()).then(|| Network::containing(client))
}

/// The client's address, as far as it can be believed.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let ours = |address: &IpAddr| proxies.iter().any(|net| net.contains(address));
    if !ours(&peer) {
        return peer;
    }
    let written: Vec<_> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .collect();
    let mut believed = peer;
    for word in written.into_iter().rev() {
        // An entry that does not parse was not written by one of our proxies.
        let Some(address) = parse(word.trim()) else {
            break;
        };
        believed = address;
        if !ours(&address) {
            break;
        }
    }
    believed
}

/// Some proxies write a port too.
fn parse(word: &str) -> Option<IpAddr> {
    let address: IpAddr = word
        .parse()
        .or_else(|_| word.parse::<SocketAddr>().map(|whole| whole.ip()))
        .ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, forwarded: &[&str], proxies: &[&str]) -> Option<Network> {
        let mut extensions = Extensions::new();
        extensions.insert(Peer(SocketAddr::new(peer.parse().unwrap(), 1)));
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let proxies: Vec<IpNet> = proxies.iter().map(|net| net.parse().unwrap()).collect();
        network_of(&extensions, &headers, &proxies)
    }

    const PROXIES: [&str; 2] = ["127.0.0.1/32", "10.0.0.0/8"];
    const ROBERTA: Option<Network> = Some(Network::V4([203, 0, 113]));

    #[test]
    fn a_stranger_who_writes_the_header_moves_nothing() {
        for forged in ["1.2.3.4", "1.2.3.4, 5.6.7.8", "10.0.0.1", "::1", "x"] {
            assert_eq!(of("203.0.113.9", &[forged], &PROXIES), ROBERTA, "{forged}");
            assert_eq!(of("203.0.113.9", &[forged], &[]), ROBERTA, "{forged}");
            // A proxy appends its client to the entries before.
            let through = format!("{forged}, 203.0.113.9");
            assert_eq!(of("127.0.0.1", &[&through], &PROXIES), ROBERTA, "{forged}");
            assert_eq!(
                of("127.0.0.1", &[forged, "203.0.113.9, 10.1.1.1"], &PROXIES),
                ROBERTA
            );
        }
    }

    #[test]
    fn what_proxies_write_is_read_with_ports_and_in_both_families() {
        assert_eq!(of("10.9.9.9", &["203.0.113.200:4711"], &PROXIES), ROBERTA);
        assert_eq!(
            of("::ffff:10.9.9.9", &["::ffff:203.0.113.1"], &PROXIES),
            ROBERTA
        );
        let six = of("2001:db8:1:2:3:4:5:6", &[], &PROXIES);
        assert_eq!(six, of("10.0.0.1", &["[2001:db8:1:2::9]:443"], &PROXIES));
        assert_ne!(six, of("2001:db8:1:3::1", &[], &PROXIES));
    }

    #[test]
    fn an_unnamed_proxy_on_this_machine_is_nobodys_network() {
        assert_eq!(of("127.0.0.1", &["203.0.113.9"], &[]), None);
        assert_eq!(of("::1", &["203.0.113.9"], &["10.0.0.0/8"]), None);
        // A broken header from our own proxy: use the proxy's network, not an invented one.
        let own = Some(Network::V4([10, 0, 0]));
        assert_eq!(of("10.0.0.1", &["203.0.113.9, unknown"], &PROXIES), own);
        assert_eq!(network_of(&Extensions::new(), &HeaderMap::new(), &[]), None);
    }
}
