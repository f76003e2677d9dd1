//! Providers that confirm addresses.
//!
//! Every one of them speaks the authorization code flow with PKCE (S256) and a state; OpenID
//! Connect also binds its token to a nonce.

use async_trait::async_trait;
use protocol::{activation::Language, environment::Timestamp, sensitive::Sensitive};
use serde::{Deserialize, Serialize};

/// The secrets of a sign-in that the server keeps until the browser comes back.
#[derive(Serialize, Deserialize)]
pub struct Secrets {
    /// The nonce that the ID token has to name.
    pub nonce: String,
    /// The verifier of PKCE, which the browser never sees.
    pub verifier: String,
}

/// The request that a browser carries to the provider.
pub struct Asking<'a> {
    /// The state that it has to bring back.
    pub state: &'a str,
    /// The secrets that the server keeps.
    pub secrets: &'a Secrets,
    /// The person's language.
    pub language: Language,
    /// Now.
    pub now: Timestamp,
}

/// The answer that a browser brought back.
pub struct Answered {
    /// The authorization code, good for one token.
    pub code: String,
    /// The secrets that the server kept.
    pub secrets: Secrets,
    /// Now.
    pub now: Timestamp,
}

/// An account at a provider: its issuer and subject identify it, its address does not.
#[derive(Debug)]
pub struct Account {
    /// The provider's issuer.
    pub issuer: String,
    /// The account's subject.
    pub subject: Sensitive<String>,
    /// An address that the provider has verified for this account.
    pub email: Option<Sensitive<String>>,
}

/// Why the provider did not confirm an account. The words are for the log and hold no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigninFault {
    /// The provider is not available.
    #[error("the provider does not answer: {0}")]
    Unavailable(String),
    /// The provider's answer is not valid.
    #[error("what the provider says does not hold: {0}")]
    Untrusted(&'static str),
}

/// One provider. Tokens stay in memory during a call and are never stored.
#[async_trait]
pub trait Vouching: Send + Sync {
    /// The address to open in the browser.
    async fn authorize(&self, asking: &Asking<'_>) -> Result<String, SigninFault>;

    /// Exchanges a code for a verified account.
    async fn prove(&self, answered: Answered) -> Result<Account, SigninFault>;

    /// The issuer that `iss` in a redirect has to name, if it is there (RFC 9207).
    fn issuer(&self) -> &str;
}
