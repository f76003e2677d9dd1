//! Domains that mail from the internet does not reach.

use std::net::IpAddr;

/// Top-level names that are reserved or used inside of networks (RFC 2606, 6761, 6762, 7686, 8375).
const INSIDE: [&str; 15] = [
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mail",
    "onion",
    "private",
    "test",
    "workgroup",
];

/// Providers that document that `name+anything` is delivered to `name`.
const TAGS_ASIDE: [&str; 13] = [
    "fastmail.com",
    "gmail.com",
    "hotmail.com",
    "hotmail.es",
    "icloud.com",
    "live.com",
    "live.com.mx",
    "me.com",
    "msn.com",
    "outlook.com",
    "outlook.es",
    "proton.me",
    "protonmail.com",
];

/// Whether the part after a `+` is known to be ignored in addresses of this domain.
pub(super) fn puts_tags_aside(domain: &str) -> bool {
    TAGS_ASIDE.contains(&domain)
}

/// Whether this domain is an IP address, or a name of one network.
pub(super) fn is_private(domain: &str) -> bool {
    let top = domain.rsplit('.').next().unwrap_or_default();
    // Any number as the last label makes it an IPv4 address for some resolvers: `127.1`, `0x7f.1`.
    let number = !top.is_empty()
        && (top.bytes().all(|byte| byte.is_ascii_digit())
            || top
                .strip_prefix("0x")
                .is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit())));
    domain.parse::<IpAddr>().is_ok() || number || INSIDE.contains(&top)
}
