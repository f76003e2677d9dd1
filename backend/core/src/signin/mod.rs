//! Proving an address with an account elsewhere: `/v1/signins`, and the page in between.
//!
//! The app asks ([`begin`]), the system's browser goes to the provider and comes back
//! ([`callback`]), the app redeems what the browser brought ([`redeem`]), and the activation
//! names the sign-in. What the provider says opens nothing by itself: the code is mailed all
//! the same.

pub mod begin;
pub mod callback;
pub mod list;
pub mod page;
mod provider;
pub mod redeem;

pub use provider::BadKey;

use crate::config::Config;
use protocol::{
    activation::Language,
    context::{Context, signed_bytes},
    ids::{ProviderId, Sha256Hash, SigninId},
    signin::{Provider, SigninTicket},
};
use provider::{Adapter, ProviderHttp, Unreachable};
use std::collections::BTreeMap;

/// Why the providers of the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadProviders {
    /// The machine cannot speak TLS.
    #[error("no client for the providers: {0}")]
    NoClient(#[from] Unreachable),
    /// A key is none.
    #[error(transparent)]
    BadKey(#[from] BadKey),
}

/// Everybody who may be asked.
#[derive(Default)]
pub struct Providers(BTreeMap<ProviderId, (String, Box<dyn Adapter>)>);

impl Providers {
    /// Those of the configuration; nobody is asked anything yet.
    pub fn of(config: &Config) -> Result<Self, BadProviders> {
        let Some(ours) = config.public_url.as_deref() else {
            return Ok(Self::default());
        };
        let http = ProviderHttp::new()?;
        let mut all = BTreeMap::new();
        for (id, provider) in &config.signin {
            // One address for each: what one provider sends back is never another's.
            let redirect = format!("{}/v1/signins/{id}/callback", ours.trim_end_matches('/'));
            let adapter = provider::adapter(provider, redirect, http.clone())?;
            all.insert(id.clone(), (provider.name().to_owned(), adapter));
        }
        Ok(Self(all))
    }

    fn adapter(&self, id: &ProviderId) -> Option<(&str, &dyn Adapter)> {
        let (name, adapter) = self.0.get(id)?;
        Some((name, &**adapter))
    }

    fn listed(&self) -> Vec<Provider> {
        let listed = self.0.iter().map(|(id, (name, _))| Provider {
            id: id.clone(),
            name: name.clone(),
        });
        listed.collect()
    }
}

/// What stands in the database for a state.
fn state_hash(state: &str) -> [u8; 32] {
    let bytes = signed_bytes(Context::SigninState, &[state.as_bytes()]);
    *Sha256Hash::of(&bytes).as_bytes()
}

/// What stands in the database for a ticket.
fn ticket_hash(signin: SigninId, ticket: &SigninTicket) -> [u8; 32] {
    let fields: [&[u8]; 2] = [signin.as_bytes(), ticket.as_bytes()];
    let bytes = signed_bytes(Context::SigninTicket, &fields);
    *Sha256Hash::of(&bytes).as_bytes()
}

/// The part of an address that says the language.
const fn lang_query(language: Language) -> &'static str {
    match language {
        Language::EsMx => "",
        Language::En => "&lang=en",
    }
}
