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
    /// Adds one.
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
