//! Proving a mail address with an account at a provider (Google, Apple, Facebook, X).
//!
//! `GET /v1/signins` lists the providers. `POST /v1/signins` begins a sign-in and answers the
//! URL to open in the system's browser. The provider redirects the browser to the server, and
//! the server redirects it to the app with a [`SigninTicket`]. Only the device key that began
//! the sign-in can redeem the ticket: `POST /v1/signins/{id}/redeem`. `POST /v1/activations`
//! then names the sign-in. The code is mailed in every case.

use crate::{
    code::Code, devices::DevicePublicKey, environment::Entropy, environment::Timestamp,
    ids::ProviderId, ids::SigninId, language::Language, sensitive::Sensitive, work::WorkDone,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How long a citizen may stay with the provider, in minutes.
pub const SIGNIN_MINUTES: i64 = 10;
/// How long a ticket may be redeemed, in minutes.
pub const TICKET_MINUTES: i64 = 5;
/// How long a redeemed sign-in may be named in an activation, in minutes.
pub const PROVED_MINUTES: i64 = 10;
/// The path that the browser returns to, at the server (App Link) and on loopback.
pub const APP_LINK_PATH: &str = "/app/signin";
/// The first port that a loopback redirect may name: lower ones need privileges.
pub const FIRST_PORT: u16 = 1024;

/// A provider that can confirm an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Provider {
    /// Its id in the server's configuration.
    pub id: ProviderId,
    /// Its name for people.
    pub name: String,
}

/// The answer to `GET /v1/signins`: empty if the server offers only the code by mail.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Providers {
    /// The providers, in the order in which the screen shows them.
    pub providers: Vec<Provider>,
}

/// How the browser returns to the app. The phone never names a URL: either a port of its own
/// machine, or the app's own link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case", from = "StrictReturnWay")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReturnWay {
    /// By a link of the server that the system opens in this app only.
    AppLink,
    /// To a port of this machine, where the app listens.
    Loopback {
        /// The port, [`FIRST_PORT`] or higher.
        port: u16,
    },
}

/// The same for reading, because a variant without fields would accept any fields.
#[derive(Deserialize)]
#[serde(tag = "way", rename_all = "snake_case", deny_unknown_fields)]
enum StrictReturnWay {
    AppLink {},
    Loopback { port: u16 },
}

impl From<StrictReturnWay> for ReturnWay {
    fn from(way: StrictReturnWay) -> Self {
        match way {
            StrictReturnWay::AppLink {} => ReturnWay::AppLink,
            StrictReturnWay::Loopback { port } => ReturnWay::Loopback { port },
        }
    }
}

/// `POST /v1/signins`, signed by the new device key with an `apoyo-key` of `new`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BeginSignin {
    /// The provider.
    pub provider: ProviderId,
    /// The key that the proof will be bound to.
    pub device_key: DevicePublicKey,
    /// How the browser returns.
    pub return_to: ReturnWay,
    /// The language of the server's pages on the way.
    pub language: Language,
    /// Proof of work for the activation that the sign-in is for, if the server asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<WorkDone>,
}

/// The answer to `POST /v1/signins` (201).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigninBegun {
    /// The sign-in.
    pub signin: SigninId,
    /// The provider's name for people.
    pub name: String,
    /// The URL to open in the system's browser.
    pub authorize: String,
    /// Until when the browser may return.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// `POST /v1/signins/{id}/redeem`, signed by the device key that began, with an `apoyo-key` of
/// `new`. If the answer is lost, the same request gets the same answer again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedeemTicket {
    /// The ticket as the browser brought it.
    pub ticket: SigninTicket,
}

/// The answer to `…/redeem` (200).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigninProved {
    /// The address that the provider confirms. `None` if the provider did not disclose one: then
    /// the person types it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub email: Option<Sensitive<String>>,
    /// Until when an activation may name this sign-in.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// The ticket that the browser brings back: 256 random bits, base64url on the wire. Only the key
/// that began the sign-in can redeem it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct SigninTicket([u8; 32]);

impl SigninTicket {
    /// A new random ticket.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The 32 bytes: the input of the hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The ticket as part of a URL.
    pub fn encoded(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FromStr for SigninTicket {
    type Err = Code;
    fn from_str(text: &str) -> Result<Self, Code> {
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| Code::SigninTicketInvalid)?;
        let bytes = bytes.try_into().map_err(|_| Code::SigninTicketInvalid)?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for SigninTicket {
    type Error = Code;
    fn try_from(text: String) -> Result<Self, Code> {
        text.parse()
    }
}

impl From<SigninTicket> for String {
    fn from(ticket: SigninTicket) -> String {
        ticket.encoded()
    }
}

impl fmt::Debug for SigninTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigninTicket(****)")
    }
}

/// The answer that the browser brings back to the app, as the query of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// The sign-in that it belongs to.
    pub signin: SigninId,
    /// The ticket, or why there is none.
    pub outcome: Result<SigninTicket, Code>,
}

impl Returned {
    /// The query without its question mark. Nothing in it needs escaping.
    pub fn query(&self) -> String {
        let signin = self.signin;
        match &self.outcome {
            Ok(ticket) => format!("signin={signin}&ticket={}", ticket.encoded()),
            Err(code) => format!("signin={signin}&problem={code}"),
        }
    }

    /// Reads such a query; `None` for anything else.
    pub fn read(query: &str) -> Option<Self> {
        let value = |name: &str| {
            let mut values = query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| value);
            // A query of this server names each value once.
            values.next().filter(|_| values.next().is_none())
        };
        let signin = value("signin")?.parse().ok()?;
        let outcome = match (value("ticket"), value("problem")) {
            (Some(ticket), None) => Ok(ticket.parse().ok()?),
            (None, Some(word)) => Err(Code::ALL
                .iter()
                .copied()
                .find(|code| code.as_str() == word)?),
            _ => return None,
        };
        Some(Self { signin, outcome })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_browser_brings_back_is_read_as_it_was_written() {
        let signin = SigninId::from_bytes([7; 16]);
        for outcome in [Ok(SigninTicket([9; 32])), Err(Code::SigninDenied)] {
            let returned = Returned { signin, outcome };
            assert_eq!(Returned::read(&returned.query()), Some(returned));
        }
    }

    #[test]
    fn what_others_write_into_a_link_is_nothing() {
        let id = "07".repeat(16);
        let ticket = SigninTicket([9; 32]).encoded();
        for bad in [
            String::new(),
            format!("signin={id}"),
            format!("signin={id}&ticket=short"),
            format!("signin={id}&problem=<script>"),
            format!("signin={id}&ticket={ticket}&problem=signin_denied"),
            format!("signin={id}&signin={id}&ticket={ticket}"),
            format!("signin=../x&ticket={ticket}"),
        ] {
            assert_eq!(Returned::read(&bad), None, "{bad}");
        }
        assert_eq!(format!("{:?}", SigninTicket([9; 32])), "SigninTicket(****)");
    }
}
