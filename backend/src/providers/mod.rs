//! The providers that confirm addresses: one adapter per kind.
//!
//! Every one of them speaks the authorization code flow with PKCE (S256) and a state; OpenID
//! Connect also binds its token to a nonce. Tokens stay in memory during a call and are never
//! stored.

mod apple;
mod facebook;
mod http;
mod oauth;
mod oidc;
mod x;

pub use apple::BadKey;
pub use http::{ProviderHttp, Unreachable};

use crate::config::{Config, SigninProvider};
use server_core::ports::{Providers, SigninFault, Vouching};

/// Why the providers of the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadProviders {
    /// The machine cannot speak TLS.
    #[error("no client for the providers: {0}")]
    NoClient(#[from] Unreachable),
    /// The text is not a key.
    #[error(transparent)]
    BadKey(#[from] BadKey),
}

/// The providers of the configuration, without asking them.
pub fn of(config: &Config) -> Result<Providers, BadProviders> {
    let mut all = Providers::default();
    let Some(ours) = config.public_url.as_deref() else {
        return Ok(all);
    };
    let http = ProviderHttp::new()?;
    for (id, provider) in &config.signin {
        // One address for each, so that one provider's redirect is never taken for another's.
        let redirect = format!("{}/v1/signins/{id}/callback", ours.trim_end_matches('/'));
        let vouching = adapter(provider, redirect, http.clone())?;
        all.add(id.clone(), provider.name().to_owned(), vouching);
    }
    Ok(all)
}

impl From<Unreachable> for SigninFault {
    fn from(error: Unreachable) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// The adapter of a configured provider, which sends browsers back to `redirect`.
fn adapter(
    provider: &SigninProvider,
    redirect: String,
    http: ProviderHttp,
) -> Result<Box<dyn Vouching>, BadKey> {
    Ok(match provider {
        SigninProvider::Oidc(one) => Box::new(oidc::Oidc::of(one, redirect, http)),
        SigninProvider::Apple(one) => Box::new(oidc::Oidc::of_apple(one, redirect, http)?),
        SigninProvider::Facebook(one) => Box::new(facebook::Facebook::of(one, redirect, http)),
        SigninProvider::X(one) => Box::new(x::X::of(one, redirect, http)),
    })
}
