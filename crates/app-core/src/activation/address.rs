//! Mail addresses: parsed from what people type, and masked for the screen.

use crate::{app::App, code::Problem, views::AddressView};
use protocol::{
    mailbox::{AddressFault, MailAddress},
    sensitive::Sensitive,
};

/// The address as it is sent.
pub(super) fn parse_email(typed: &Sensitive<String>) -> Result<String, Problem> {
    MailAddress::parse(typed.expose())
        .map(|address| address.as_str().to_owned())
        .map_err(in_email)
}

/// Whether this is the same address, in any spelling.
pub(super) fn is_same(typed: &Sensitive<String>, email: &str) -> bool {
    MailAddress::parse(typed.expose()).is_ok_and(|address| address.as_str() == email)
}

fn in_email(fault: AddressFault) -> Problem {
    Problem::in_field(fault.code(), "email")
}

impl App {
    /// [`crate::Door::LookAtAddress`].
    pub(crate) fn look_at_address(&self, typed: &Sensitive<String>) -> AddressView {
        match MailAddress::parse(typed.expose()) {
            Ok(address) => AddressView {
                problem: None,
                meant: address.suggestion().map(Sensitive::new),
            },
            Err(fault) => AddressView {
                problem: Some(in_email(fault)),
                meant: None,
            },
        }
    }
}

/// The masked address: enough to recognise it (`l•••@ejemplo.mx`).
pub(super) fn mask(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or(("", email));
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_shows_one_letter() {
        assert_eq!(mask("lupita@ejemplo.mx"), "l•••@ejemplo.mx");
        assert_eq!(mask("ñandú@ejemplo.mx"), "ñ•••@ejemplo.mx");
    }
}
