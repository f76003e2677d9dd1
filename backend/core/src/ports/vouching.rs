//! Providers that confirm addresses.
//!
//! Every one of them speaks the authorization code flow with PKCE (S256) and a state; OpenID
//! Connect also binds its token to a nonce.

use super::gate::Gate;
use async_trait::async_trait;
use protocol::{
    activation::Language, environment::Timestamp, ids::ProviderId, sensitive::Sensitive,
    signin::Provider,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// One provider, behind its gate.
pub struct AskedProvider {
    name: String,
    provider: Box<dyn Vouching>,
    gate: Gate,
}

impl AskedProvider {
    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// [`Vouching::authorize`], unless the provider is known to hang or to fail.
    pub async fn authorize(&self, asking: &Asking<'_>) -> Result<String, SigninFault> {
        self.gate.ask(self.provider.authorize(asking)).await
    }

    /// [`Vouching::prove`], in the same way.
    pub async fn prove(&self, answered: Answered) -> Result<Account, SigninFault> {
        self.gate.ask(self.provider.prove(answered)).await
    }

    /// [`Vouching::issuer`].
    pub fn issuer(&self) -> &str {
        self.provider.issuer()
    }
}

/// Every provider that may be asked.
#[derive(Default)]
pub struct Providers(BTreeMap<ProviderId, AskedProvider>);

impl Providers {
    /// Adds a provider.
    pub fn add(&mut self, id: ProviderId, name: String, provider: Box<dyn Vouching>) {
        let gate = Gate::default();
        let asked = AskedProvider {
            name,
            provider,
            gate,
        };
        self.0.insert(id, asked);
    }

    /// The provider of this id.
    pub fn get(&self, id: &ProviderId) -> Option<&AskedProvider> {
        self.0.get(id)
    }

    /// All of them, as the phone lists them.
    pub fn listed(&self) -> Vec<Provider> {
        let listed = self.0.iter().map(|(id, asked)| Provider {
            id: id.clone(),
            name: asked.name.clone(),
        });
        listed.collect()
    }
}
