//! The providers that may be asked, each behind its gate.

use super::{
    gate::Gate,
    vouching::{Account, Answered, Asking, SigninFault, Vouching},
};
use protocol::{ids::ProviderId, signin::Provider};
use std::collections::BTreeMap;

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
