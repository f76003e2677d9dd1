//! Facebook: OAuth 2.0, and the Graph API for the account.
//!
//! Facebook gives an address only if it has a working one, and the person may withhold it.

use super::{
    ProviderHttp,
    oauth::{Oauth, Places},
};
use crate::config::OauthProvider;
use async_trait::async_trait;
use aws_lc_rs::hmac;
use oauth2::AuthType;
use protocol::sensitive::Sensitive;
use serde::Deserialize;
use server_core::ports::{Account, Answered, Asking, SigninFault, Vouching};

const PLACES: Places = Places {
    authorize: "https://www.facebook.com/v23.0/dialog/oauth",
    token: "https://graph.facebook.com/v23.0/oauth/access_token",
    account: "https://graph.facebook.com/v23.0/me",
};
const ISSUER: &str = "https://www.facebook.com";

/// The Facebook adapter.
pub struct Facebook(Oauth);

#[derive(Deserialize)]
struct Me {
    id: Sensitive<String>,
    email: Option<Sensitive<String>>,
}

impl Facebook {
    /// Reads the configuration.
    pub fn of(provider: &OauthProvider, redirect: String, http: ProviderHttp) -> Self {
        let auth = AuthType::RequestBody;
        Self(Oauth::of(provider, &PLACES, auth, redirect, http))
    }

    /// The Graph API's proof that the token's user is this server and not a thief.
    fn proof(&self, token: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.secret().as_bytes());
        hex::encode(hmac::sign(&key, token.as_bytes()))
    }
}

#[async_trait]
impl Vouching for Facebook {
    async fn authorize(&self, asking: &Asking<'_>) -> Result<String, SigninFault> {
        self.0.authorize(asking, &["email"])
    }

    async fn prove(&self, answered: Answered) -> Result<Account, SigninFault> {
        let Answered { code, secrets, .. } = answered;
        let token = self.0.token(code, secrets.verifier).await?;
        let proof = self.proof(&token);
        let query = [("fields", "id,email"), ("appsecret_proof", proof.as_str())];
        let me: Me = self.0.account(&token, &query).await?;
        Ok(Account {
            issuer: ISSUER.to_owned(),
            subject: me.id,
            email: me.email,
        })
    }

    fn issuer(&self) -> &str {
        ISSUER
    }
}
