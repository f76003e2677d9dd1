//! X: OAuth 2.0, and its own API for the account.
//!
//! X gives an address only to apps that may have it, and only if the person has confirmed one.
//! Otherwise the account has no address: the person types one, and the mailed code proves it.

use super::{
    ProviderHttp,
    oauth::{Oauth, Places},
};
use crate::config::OauthProvider;
use async_trait::async_trait;
use oauth2::AuthType;
use protocol::sensitive::Sensitive;
use serde::Deserialize;
use server_core::ports::{Account, Answered, Asking, SigninFault, Vouching};

const PLACES: Places = Places {
    authorize: "https://x.com/i/oauth2/authorize",
    token: "https://api.x.com/2/oauth2/token",
    account: "https://api.x.com/2/users/me",
};
const ISSUER: &str = "https://x.com";
/// X grants `users.read` only together with `tweet.read`.
const SCOPES: [&str; 3] = ["users.read", "tweet.read", "users.email"];

/// The X adapter.
pub struct X(Oauth);

#[derive(Deserialize)]
struct Me {
    data: User,
}

#[derive(Deserialize)]
struct User {
    id: Sensitive<String>,
    confirmed_email: Option<Sensitive<String>>,
}

impl X {
    /// Reads the configuration.
    pub fn of(provider: &OauthProvider, redirect: String, http: ProviderHttp) -> Self {
        let auth = AuthType::BasicAuth;
        Self(Oauth::of(provider, &PLACES, auth, redirect, http))
    }
}

#[async_trait]
impl Vouching for X {
    async fn authorize(&self, asking: &Asking<'_>) -> Result<String, SigninFault> {
        self.0.authorize(asking, &SCOPES)
    }

    async fn prove(&self, answered: Answered) -> Result<Account, SigninFault> {
        let Answered { code, secrets, .. } = answered;
        let token = self.0.token(code, secrets.verifier).await?;
        let query = [("user.fields", "confirmed_email")];
        let me: Me = self.0.account(&token, &query).await?;
        Ok(Account {
            issuer: ISSUER.to_owned(),
            subject: me.data.id,
            email: me.data.confirmed_email,
        })
    }

    fn issuer(&self) -> &str {
        ISSUER
    }
}
