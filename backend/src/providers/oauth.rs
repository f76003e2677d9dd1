//! OAuth 2.0 as Facebook and X speak it: a code becomes a token, and a token becomes an account.

use super::ProviderHttp;
use crate::config::OauthProvider;
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    TokenResponse, TokenUrl, basic::BasicClient, http,
};
use reqwest::Url;
use serde::de::DeserializeOwned;
use server_core::ports::{Asking, SigninFault};

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// A provider's endpoints.
pub struct Places {
    /// The authorization endpoint.
    pub authorize: &'static str,
    /// The token endpoint.
    pub token: &'static str,
    /// The account endpoint.
    pub account: &'static str,
}

/// A provider of OAuth 2.0.
pub struct Oauth {
    client_id: String,
    secret: String,
    authorize: String,
    token: String,
    account: String,
    redirect: String,
    auth: AuthType,
    http: ProviderHttp,
}

impl Oauth {
    /// The configured provider, with the `usual` endpoints where the configuration has none.
    pub fn of(
        provider: &OauthProvider,
        usual: &Places,
        auth: AuthType,
        redirect: String,
        http: ProviderHttp,
    ) -> Self {
        let place = |configured: &Option<String>, usual: &str| {
            configured.clone().unwrap_or_else(|| usual.to_owned())
        };
        let secret = provider.client_secret.clone().unwrap_or_default();
        Self {
            client_id: provider.client_id.clone(),
            secret: secret.into_exposed(),
            authorize: place(&provider.authorize_url, usual.authorize),
            token: place(&provider.token_url, usual.token),
            account: place(&provider.account_url, usual.account),
            redirect,
            auth,
            http,
        }
    }

    /// The client secret.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    fn client(&self) -> Result<Client, SigninFault> {
        let bad = |_| SigninFault::Unavailable("an address of the configuration is none".into());
        Ok(BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.secret.clone()))
            .set_auth_uri(AuthUrl::new(self.authorize.clone()).map_err(bad)?)
            .set_token_uri(TokenUrl::new(self.token.clone()).map_err(bad)?)
            .set_redirect_uri(RedirectUrl::new(self.redirect.clone()).map_err(bad)?)
            .set_auth_type(self.auth.clone()))
    }

    /// The address to open in the browser.
    pub fn authorize(&self, asking: &Asking<'_>, scopes: &[&str]) -> Result<String, SigninFault> {
        let client = self.client()?;
        let verifier = PkceCodeVerifier::new(asking.secrets.verifier.clone());
        let state = asking.state.to_owned();
        let scopes = scopes.iter().map(|scope| Scope::new((*scope).to_owned()));
        let (url, _) = client
            .authorize_url(move || CsrfToken::new(state))
            .add_scopes(scopes)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url.into())
    }

    /// The token for a code.
    pub async fn token(&self, code: String, verifier: String) -> Result<String, SigninFault> {
        let client = self.client()?;
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&self.http)
            .await;
        match answer {
            Ok(tokens) => Ok(tokens.access_token().secret().clone()),
            Err(RequestTokenError::Request(error)) => Err(error.into()),
            Err(RequestTokenError::ServerResponse(_)) => Err(SigninFault::Untrusted("code")),
            Err(RequestTokenError::Parse(..) | RequestTokenError::Other(_)) => {
                Err(SigninFault::Untrusted("token answer"))
            }
        }
    }

    /// The account of the token's owner.
    pub async fn account<T: DeserializeOwned>(
        &self,
        token: &str,
        query: &[(&str, &str)],
    ) -> Result<T, SigninFault> {
        let mut url = Url::parse(&self.account)
            .map_err(|_| SigninFault::Unavailable("the account's address is none".into()))?;
        url.query_pairs_mut().extend_pairs(query);
        let request = http::Request::get(url.as_str())
            .header(http::header::AUTHORIZATION, format!("Bearer {token}"))
            .header(http::header::ACCEPT, "application/json")
            .body(Vec::new())
            .map_err(|_| SigninFault::Untrusted("token"))?;
        let answer = self.http.send(request).await?;
        if answer.status().is_server_error() {
            return Err(SigninFault::Unavailable(answer.status().to_string()));
        }
        if !answer.status().is_success() {
            return Err(SigninFault::Untrusted("token"));
        }
        serde_json::from_slice(answer.body()).map_err(|_| SigninFault::Untrusted("account"))
    }
}
