//! E-mail addresses: which ones are taken, and which ones are the same mailbox.

use protocol::{code::Code, sensitive::Sensitive};

/// Longest address that mail systems agree on.
const LONGEST: usize = 254;

/// The address as it is mailed to, without the spaces that keyboards add around it.
pub fn parse(text: &Sensitive<String>) -> Result<Sensitive<String>, Code> {
    let text = text.expose().trim();
    let address: lettre::Address = text.parse().map_err(|_| Code::EmailInvalid)?;
    let domain_has_a_dot = address.domain().trim_end_matches('.').contains('.');
    if text.len() > LONGEST || !domain_has_a_dot || text.contains(char::is_control) {
        return Err(Code::EmailInvalid);
    }
    Ok(Sensitive::new(text.to_owned()))
}

/// What stands behind the `@`.
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
                Some(Code::EmailInvalid),
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
