//! Providers that confirm addresses.
//!
//! Every one of them speaks the authorization code flow with PKCE (S256) and a state; OpenID
//! Connect also binds its token to a nonce.

use async_trait::async_trait;
use protocol::{
    activation::Language, environment::Timestamp, ids::ProviderId, sensitive::Sensitive,
    signin::Provider,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// What the server keeps.
    pub secrets: &'a Secrets,
    /// The person's language.
    pub language: Language,
    /// The present.
    pub now: Timestamp,
}

/// What a browser came back with.
pub struct Answered {
    /// The code, worth one token.
    pub code: String,
    /// What the server kept.
    pub secrets: Secrets,
    /// The present.
    pub now: Timestamp,
}

/// An account at a provider: issuer and subject name it, the address never does.
#[derive(Debug)]
pub struct Account {
    /// The provider's issuer.
    pub issuer: String,
    /// The account's subject.
    pub subject: Sensitive<String>,
    /// An address that the provider has seen to be this account's.
    pub email: Option<Sensitive<String>>,
}

/// Why there is no account. The words are for the log and hold nothing of a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigninFault {
    /// The provider does not answer, or says that it cannot now.
    #[error("the provider does not answer: {0}")]
    Unavailable(String),
    /// What the provider says does not hold.
    #[error("what the provider says does not hold: {0}")]
    Untrusted(&'static str),
}

/// One provider. Tokens live in memory for as long as a call lasts, and are never kept.
#[async_trait]
pub trait Vouching: Send + Sync {
    /// The address to open in the browser.
    async fn authorize(&self, asking: &Asking<'_>) -> Result<String, SigninFault>;

    /// Makes an account of a code, believing nothing that is not proved.
    async fn prove(&self, answered: Answered) -> Result<Account, SigninFault>;

    /// What `iss` in a redirect has to say where it says something (RFC 9207).
    fn issuer(&self) -> &str;
}

/// Every provider that may be asked, with the name that people call it.
#[derive(Default)]
pub struct Providers(BTreeMap<ProviderId, (String, Box<dyn Vouching>)>);

impl Providers {
    /// Adds one.
    pub fn add(&mut self, id: ProviderId, name: String, provider: Box<dyn Vouching>) {
        self.0.insert(id, (name, provider));
    }

    /// The name and the provider of this id.
    pub fn get(&self, id: &ProviderId) -> Option<(&str, &dyn Vouching)> {
        let (name, provider) = self.0.get(id)?;
        Some((name, &**provider))
    }

    /// All of them, as the phone lists them.
    pub fn listed(&self) -> Vec<Provider> {
        let listed = self.0.iter().map(|(id, (name, _))| Provider {
            id: id.clone(),
            name: name.clone(),
        });
        listed.collect()
    }
}
