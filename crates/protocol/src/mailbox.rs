//! Mail addresses: one parser for app and server, so that the server can mail every address that the
//! phone accepts.
//!
//! One mailbox has one form here: no quotes, no invisible characters, and a domain in lower case
//! and A-labels (`muñoz.mx` is `xn--muoz-hqa.mx`).

mod hosts;
mod suggest;

use crate::code::Code;
use credential::typed;
use icu_normalizer::ComposingNormalizerBorrowed;
use idna::{
    AsciiDenyList,
    uts46::{DnsLength, Hyphens, Uts46},
};
use std::fmt;

/// Longest address that mail systems agree on, and longest part in front of the `@`.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;

/// Why a text is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// It has another form than `name@domain`.
    #[error("this is not an address that a mail can be sent to")]
    Form,
    /// There is a letter in front of the `@` that most mail systems cannot carry.
    #[error("there is a letter in the address that most mail systems cannot carry")]
    Letters,
    /// The domain is an IP address or a name that exists inside of a network only.
    #[error("the address belongs to no mail system of the internet")]
    Host,
}

impl AddressFault {
    /// The word for it on the wire.
    pub const fn code(self) -> Code {
        match self {
            AddressFault::Form => Code::EmailInvalid,
            AddressFault::Letters => Code::EmailLetters,
            AddressFault::Host => Code::EmailHost,
        }
    }
}

/// An address that mail can be sent to over the internet.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MailAddress {
    text: String,
    at: usize,
}

impl MailAddress {
    /// Reads an address as people type or paste it.
    pub fn parse(typed: &str) -> Result<Self, AddressFault> {
        if typed.len() > 4 * LONGEST {
            return Err(AddressFault::Form);
        }
        let visible: String = typed.chars().filter(|c| !typed::is_invisible(*c)).collect();
        let text = ComposingNormalizerBorrowed::new_nfkc().normalize(&visible);
        let (local, domain) = bare(&text).rsplit_once('@').ok_or(AddressFault::Form)?;
        let local = unquoted(local)?;
        // The form first: an address with spaces or brackets is not refused for its letters.
        let domain = domain_of(domain)?;
        if !local.is_ascii() {
            return Err(AddressFault::Letters);
        }
        let text = format!("{local}@{domain}");
        if text.len() > LONGEST {
            return Err(AddressFault::Form);
        }
        Ok(Self {
            at: local.len(),
            text,
        })
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part in front of the `@`.
    pub fn local(&self) -> &str {
        &self.text[..self.at]
    }

    /// The domain, in lower case and A-labels.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// One form for all spellings of one mailbox: lower case, without `+tag`, and without the dots
    /// that Gmail ignores. For counting mails per mailbox, never for mailing.
    pub fn mailbox(&self) -> String {
        let local = self.local().to_ascii_lowercase();
        let local = match local.split_once('+') {
            Some((name, _)) if !name.is_empty() => name,
            _ => &local,
        };
        match self.domain() {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
            domain => format!("{local}@{domain}"),
        }
    }

    /// The spelling that its mails are counted under. If the provider is known to ignore the part after a
    /// `+`, this is the mailbox. Elsewhere `+` may be an ordinary letter, and `lupita+x` another person or
    /// none. So all spellings of one name with a `+` are counted together, separately from the plain one,
    /// whose allowance they cannot use up.
    pub fn counted_as(&self) -> String {
        let mailbox = self.mailbox();
        let is_tagged = self.local().find('+').is_some_and(|at| at > 0);
        match mailbox.split_once('@') {
            Some((name, domain)) if is_tagged && !hosts::puts_tags_aside(domain) => {
                format!("{name}+*@{domain}")
            }
            _ => mailbox,
        }
    }

    /// The address that was probably meant, if the domain is a misspelling of a known one.
    pub fn suggestion(&self) -> Option<String> {
        suggest::domain(self.domain()).map(|domain| format!("{}@{domain}", self.local()))
    }
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(****)")
    }
}

/// The address without the signs that address books and sentences put around it.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let inside = match text.rsplit_once('<') {
        Some((_, rest)) if rest.ends_with('>') => &rest[..rest.len() - 1],
        _ => text,
    };
    let scheme = inside
        .get(..7)
        .filter(|start| start.eq_ignore_ascii_case("mailto:"));
    inside[scheme.map_or(0, str::len)..]
        .trim()
        .trim_end_matches([',', ';'])
}

/// The part in front of the `@` without quotes. Addresses that need their quotes are refused: they
/// are not in use, and each way of writing one would be a mailbox with a count of its own.
fn unquoted(local: &str) -> Result<String, AddressFault> {
    let plain = match local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        Some(quoted) => {
            let mut plain = String::with_capacity(quoted.len());
            let mut characters = quoted.chars();
            while let Some(c) = characters.next() {
                let c = if c == '\\' {
                    characters.next()
                } else {
                    Some(c)
                };
                plain.push(c.ok_or(AddressFault::Form)?);
            }
            plain
        }
        None => local.to_owned(),
    };
    let fits = (1..=LONGEST_LOCAL).contains(&plain.len())
        && !plain.starts_with('.')
        && !plain.ends_with('.')
        && !plain.contains("..")
        && plain
            .chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && !"@\"<>()[]\\,;:".contains(c));
    if fits {
        Ok(plain)
    } else {
        Err(AddressFault::Form)
    }
}

fn domain_of(typed: &str) -> Result<String, AddressFault> {
    if typed.starts_with('[') {
        return Err(AddressFault::Host);
    }
    // A domain may end with the root's dot; in a pasted sentence it is a full stop.
    let typed = typed.strip_suffix('.').unwrap_or(typed);
    let ascii = Uts46::new()
        .to_ascii(
            typed.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .map_err(|_| AddressFault::Form)?;
    if hosts::is_private(&ascii) {
        return Err(AddressFault::Host);
    }
    let top = ascii.rsplit('.').next().unwrap_or_default();
    let fits =
        ascii.contains('.') && top.len() >= 2 && !top.starts_with(|c: char| c.is_ascii_digit());
    if fits {
        Ok(ascii.into_owned())
    } else {
        Err(AddressFault::Form)
    }
}

#[cfg(test)]
mod tests;
