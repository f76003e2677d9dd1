//! E-mail addresses: which ones are taken, and which ones are the same mailbox.

use crate::refusal::Refusal;
use email_address::EmailAddress;
use protocol::{code::Code, sensitive::Sensitive};
use std::net::IpAddr;

/// Longest address that mail systems agree on.
const LONGEST: usize = 254;

/// The text is not an address that a mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an address that a mail can be sent to")]
pub struct NotAnAddress;

impl From<NotAnAddress> for Refusal {
    fn from(_: NotAnAddress) -> Self {
        Code::EmailInvalid.into()
    }
}

/// The address as it is mailed to, without the spaces that keyboards add around it.
pub fn parse(text: &Sensitive<String>) -> Result<Sensitive<String>, NotAnAddress> {
    let text = text.expose().trim();
    let (local, domain) = text.rsplit_once('@').ok_or(NotAnAddress)?;
    let is_address = EmailAddress::is_valid_local_part(local) && is_domain(domain);
    let domain_has_a_dot = domain.trim_end_matches('.').contains('.');
    if !is_address || text.len() > LONGEST || !domain_has_a_dot || text.contains(char::is_control) {
        return Err(NotAnAddress);
    }
    Ok(Sensitive::new(text.to_owned()))
}

/// A name (also one with accents) or a number in brackets.
fn is_domain(domain: &str) -> bool {
    is_ascii_domain(domain)
        || idna::domain_to_ascii(domain).is_ok_and(|domain| is_ascii_domain(&domain))
}

fn is_ascii_domain(domain: &str) -> bool {
    let number = domain
        .strip_prefix('[')
        .and_then(|number| number.strip_suffix(']'))
        .unwrap_or(domain);
    EmailAddress::is_valid_domain(domain) || number.parse::<IpAddr>().is_ok()
}

/// The part after the `@`.
pub fn domain(address: &Sensitive<String>) -> Option<&str> {
    address.expose().rsplit_once('@').map(|(_, domain)| domain)
}

/// One form for all spellings of one mailbox: lower case, without `+tag`, and without the
/// dots that Gmail ignores. For counting mails per mailbox, never for mailing.
pub fn canonical(address: &Sensitive<String>) -> String {
    let lower = address.expose().to_lowercase();
    let Some((local, domain)) = lower.rsplit_once('@') else {
        return lower;
    };
    let local = local.split('+').next().unwrap_or(local);
    match domain {
        "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
        _ => format!("{local}@{domain}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_people_have_are_taken_and_headers_are_not() {
        for good in ["lupita@example.org", " José.Pérez+x@correo.ejemplo.mx "] {
            assert!(parse(&Sensitive::new(good.to_owned())).is_ok(), "{good}");
        }
        for bad in [
            "",
            "lupita",
            "lupita@",
            "@example.org",
            "lupita@localhost",
            "a@b.mx\r\nBcc: c@d.mx",
            "a b@c.mx",
            &format!("{}@example.org", "a".repeat(300)),
        ] {
            assert_eq!(
                parse(&Sensitive::new(bad.to_owned())).err(),
                Some(NotAnAddress),
                "{bad}"
            );
        }
    }

    #[test]
    fn spellings_of_one_mailbox_are_one() {
        let canonical = |text: &str| canonical(&Sensitive::new(text.to_owned()));
        assert_eq!(canonical("Lu.Pita+a@GMail.com"), "lupita@gmail.com");
        assert_eq!(canonical("Lu.Pita+a@example.org"), "lu.pita@example.org");
    }
}
