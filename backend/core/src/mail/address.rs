//! E-mail addresses: which are accepted, and which are the same mailbox. The app has the same rules,
//! from [`protocol::mailbox`].

use crate::refusal::Refusal;
use protocol::{
    mailbox::{AddressFault, MailAddress},
    sensitive::Sensitive,
};

impl From<AddressFault> for Refusal {
    fn from(fault: AddressFault) -> Self {
        fault.code().into()
    }
}

/// The address that mails are sent to.
pub fn parse(text: &Sensitive<String>) -> Result<Sensitive<String>, AddressFault> {
    MailAddress::parse(text.expose()).map(|address| Sensitive::new(address.as_str().to_owned()))
}

/// The part after the `@`.
pub fn domain(address: &Sensitive<String>) -> Option<&str> {
    address.expose().rsplit_once('@').map(|(_, domain)| domain)
}

/// One form for all spellings of one mailbox: see [`MailAddress::mailbox`]. An address from before
/// these rules is counted as it is written.
pub fn canonical(address: &Sensitive<String>) -> String {
    match MailAddress::parse(address.expose()) {
        Ok(address) => address.mailbox(),
        Err(_) => address.expose().to_lowercase(),
    }
}

/// The spelling that its mails are counted under ([`MailAddress::counted_as`]).
pub fn counted_as(address: &Sensitive<String>) -> String {
    match MailAddress::parse(address.expose()) {
        Ok(address) => address.counted_as(),
        Err(_) => address.expose().to_lowercase(),
    }
}
