//! Those who vouch for addresses: one adapter per kind.
//!
//! Every one of them speaks the authorization code flow with PKCE (S256) and a state; OpenID
//! Connect also binds its token to a nonce. Tokens live in memory for as long as an adapter
//! asks, and are never kept.

mod apple;
mod facebook;
mod http;
mod oauth;
mod oidc;
mod x;

pub use apple::BadKey;
pub use http::{ProviderHttp, Unreachable};

use crate::config::SigninProvider;
use async_trait::async_trait;
use protocol::{activation::Language, environment::Timestamp, sensitive::Sensitive};
use serde::{Deserialize, Serialize};

/// What only this server knows of a sign-in until the browser comes back.
#[derive(Serialize, Deserialize)]
pub struct Secrets {
    /// What an ID token has to name.
    pub nonce: String,
    /// The half of PKCE that the browser never sees.
    pub verifier: String,
}

/// What a browser is sent away with.
pub struct Asking<'a> {
    /// What it has to bring back.
    pub state: &'a str,
    /// What stays here.
    pub secrets: &'a Secrets,
    /// The language that the person speaks.
    pub language: Language,
    /// Now.
    pub now: Timestamp,
}

/// What a browser came back with.
pub struct Answered {
    /// The code, worth one token.
    pub code: String,
    /// What stayed here.
    pub secrets: Secrets,
    /// Now.
    pub now: Timestamp,
}

/// Somebody's account: issuer and subject name it, the address never does.
#[derive(Debug)]
pub struct Account {
    /// Who vouches.
    pub issuer: String,
    /// For whom.
    pub subject: Sensitive<String>,
    /// An address that the provider has seen to be theirs.
    pub email: Option<Sensitive<String>>,
}

/// Why there is no account. The words are for the log and hold nothing of a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigninFault {
    /// The provider does not answer, or says that it cannot now.
    #[error("the provider does not answer: {0}")]
    Unavailable(String),
    /// What it says does not hold.
    #[error("what the provider says does not hold: {0}")]
    Untrusted(&'static str),
}

impl From<Unreachable> for SigninFault {
    fn from(error: Unreachable) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// One who vouches.
#[async_trait]
pub trait Adapter: Send + Sync {
    /// The address to open in the browser.
    async fn authorize(&self, asking: &Asking<'_>) -> Result<String, SigninFault>;

    /// Makes an account of a code, believing nothing that is not proved.
    async fn prove(&self, answered: Answered) -> Result<Account, SigninFault>;

    /// What `iss` in a redirect has to say where it says something (RFC 9207).
    fn issuer(&self) -> &str;
}

/// The adapter of a provider as configured; `redirect` is where it sends browsers back to.
pub fn adapter(
    provider: &SigninProvider,
    redirect: String,
    http: ProviderHttp,
) -> Result<Box<dyn Adapter>, BadKey> {
    Ok(match provider {
        SigninProvider::Oidc(one) => Box::new(oidc::Oidc::of(one, redirect, http)),
        SigninProvider::Apple(one) => Box::new(oidc::Oidc::of_apple(one, redirect, http)?),
        SigninProvider::Facebook(one) => Box::new(facebook::Facebook::of(one, redirect, http)),
        SigninProvider::X(one) => Box::new(x::X::of(one, redirect, http)),
    })
}
