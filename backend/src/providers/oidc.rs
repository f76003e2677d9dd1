//! OpenID Connect: Google, Apple, and any other provider of the configuration.
//!
//! The configuration names the issuer. Its document and keys are fetched when they are first needed,
//! kept for an hour, and fetched again when a token names an unknown key.

use super::{
    ProviderHttp, Unreachable,
    apple::{AppleKey, BadKey},
};
use crate::config::{AppleProvider, OidcProvider};
use async_trait::async_trait;
use chrono::TimeDelta;
use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
};
use openidconnect::{
    ClaimsVerificationError, DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, LanguageTag, Nonce, SignatureVerificationError, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims,
        CoreJwsSigningAlgorithm as Algorithm, CoreProviderMetadata, CoreTokenResponse,
    },
};
use protocol::{activation::Language, environment::Timestamp, sensitive::Sensitive};
use server_core::ports::{Account, Answered, Asking, SigninFault, Vouching};
use tokio::sync::Mutex;

/// How long a provider's document is kept.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// The least time between two fetches of its keys, so that tokens with invented keys do not cause
/// more.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// How long a failed fetch of the document is remembered.
const FAILURE_KEPT: TimeDelta = TimeDelta::seconds(10);
/// The largest difference between the clocks of provider and server, and the greatest age of a token.
const OLDEST: TimeDelta = TimeDelta::minutes(10);
/// The accepted signatures: only those that the provider alone can make, so neither `none` nor
/// those with a shared secret.
const ALGORITHMS: [Algorithm; 7] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

enum Secret {
    Shared(ClientSecret),
    Apple(Box<AppleKey>),
}

struct Described {
    metadata: CoreProviderMetadata,
    since: Timestamp,
}

/// One provider of OpenID Connect.
pub struct Oidc {
    issuer: String,
    client_id: ClientId,
    secret: Secret,
    redirect: String,
    http: ProviderHttp,
    described: Mutex<Option<Described>>,
    /// Since when its document cannot be fetched.
    failed: Mutex<Option<(Timestamp, SigninFault)>>,
}

impl Oidc {
    /// The configured provider.
    pub fn of(provider: &OidcProvider, redirect: String, http: ProviderHttp) -> Self {
        let secret = provider.client_secret.clone().unwrap_or_default();
        Self {
            issuer: provider.issuer.clone(),
            client_id: ClientId::new(provider.client_id.clone()),
            secret: Secret::Shared(ClientSecret::new(secret.into_exposed())),
            redirect,
            http,
            described: Mutex::default(),
            failed: Mutex::default(),
        }
    }

    /// The configured Sign in with Apple.
    pub fn of_apple(
        provider: &AppleProvider,
        redirect: String,
        http: ProviderHttp,
    ) -> Result<Self, BadKey> {
        Ok(Self {
            issuer: provider.issuer.clone(),
            client_id: ClientId::new(provider.client_id.clone()),
            secret: Secret::Apple(Box::new(AppleKey::of(provider)?)),
            redirect,
            http,
            described: Mutex::default(),
            failed: Mutex::default(),
        })
    }

    /// The provider's document and keys; `newer`: fetched again.
    async fn metadata(
        &self,
        now: Timestamp,
        newer: bool,
    ) -> Result<CoreProviderMetadata, SigninFault> {
        let mut described = self.described.lock().await;
        let patience = if newer { PAUSE } else { KEPT };
        if let Some(known) = described.as_ref()
            && (now - known.since).abs() < patience
        {
            return Ok(known.metadata.clone());
        }
        // Requests that waited for another fetch use its result.
        if let Some((since, fault)) = self.failed.lock().await.as_ref()
            && (now - *since).abs() < FAILURE_KEPT
        {
            return Err(fault.clone());
        }
        let issuer = IssuerUrl::new(self.issuer.clone())
            .map_err(|_| SigninFault::Unavailable("the issuer is no address".to_owned()))?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &self.http)
            .await
            .map_err(undescribed);
        let failed = metadata.as_ref().err().map(|fault| (now, fault.clone()));
        *self.failed.lock().await = failed;
        let metadata = metadata?;
        *described = Some(Described {
            metadata: metadata.clone(),
            since: now,
        });
        Ok(metadata)
    }

    fn client(
        &self,
        metadata: CoreProviderMetadata,
        now: Timestamp,
    ) -> Result<Client, SigninFault> {
        let bad = |what: &str| SigninFault::Unavailable(what.to_owned());
        let (secret, auth) = match &self.secret {
            Secret::Shared(secret) => (secret.clone(), AuthType::BasicAuth),
            Secret::Apple(key) => {
                let secret = key.secret(now).map_err(|_| bad("the key cannot sign"))?;
                (secret, AuthType::RequestBody)
            }
        };
        let redirect = RedirectUrl::new(self.redirect.clone())
            .map_err(|_| bad("the redirect is no address"))?;
        let client =
            CoreClient::from_provider_metadata(metadata, self.client_id.clone(), Some(secret));
        Ok(client.set_redirect_uri(redirect).set_auth_type(auth))
    }

    async fn exchange(
        &self,
        client: &Client,
        code: String,
        verifier: String,
    ) -> Result<CoreTokenResponse, SigninFault> {
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| SigninFault::Unavailable("it has no token endpoint".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let answer = request.request_async(&self.http).await;
        answer.map_err(|error| match error {
            RequestTokenError::Request(error) => error.into(),
            RequestTokenError::ServerResponse(_) => SigninFault::Untrusted("code"),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                SigninFault::Untrusted("token answer")
            }
        })
    }

    fn claims<'t>(
        client: &Client,
        token: &'t CoreIdToken,
        nonce: &Nonce,
        now: Timestamp,
    ) -> Result<&'t CoreIdTokenClaims, ClaimsVerificationError> {
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(move |issued| {
                let fresh = (now - issued).abs() <= OLDEST;
                fresh.then_some(()).ok_or_else(|| "its age".to_owned())
            });
        token.claims(&verifier, nonce)
    }
}

/// A provider with an invalid document counts as unavailable.
fn undescribed(error: DiscoveryError<Unreachable>) -> SigninFault {
    match error {
        DiscoveryError::Request(error) => error.into(),
        DiscoveryError::Validation(_) => SigninFault::Untrusted("description"),
        other => SigninFault::Unavailable(other.to_string()),
    }
}

/// The rule that a token breaks, in one word.
fn broken_promise(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "time",
        ClaimsVerificationError::InvalidAudience(_) => "audience",
        ClaimsVerificationError::InvalidIssuer(_) => "issuer",
        ClaimsVerificationError::InvalidNonce(_) => "nonce",
        ClaimsVerificationError::InvalidSubject(_) => "subject",
        ClaimsVerificationError::SignatureVerification(_) => "signature",
        _ => "token",
    }
}

fn is_unknown_key(error: &ClaimsVerificationError) -> bool {
    use SignatureVerificationError::NoMatchingKey;
    matches!(
        error,
        ClaimsVerificationError::SignatureVerification(NoMatchingKey)
    )
}

#[async_trait]
impl Vouching for Oidc {
    async fn authorize(&self, asking: &Asking<'_>) -> Result<String, SigninFault> {
        let metadata = self.metadata(asking.now, false).await?;
        let client = self.client(metadata, asking.now)?;
        let verifier = PkceCodeVerifier::new(asking.secrets.verifier.clone());
        let (state, nonce) = (asking.state.to_owned(), asking.secrets.nonce.clone());
        let language = match asking.language {
            Language::EsMx => "es-MX",
            Language::En => "en",
        };
        let request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        let request = match &self.secret {
            // Apple gives addresses only in this way.
            Secret::Apple(_) => request.add_extra_param("response_mode", "form_post"),
            Secret::Shared(_) => request.add_ui_locale(LanguageTag::new(language.to_owned())),
        };
        Ok(request.url().0.into())
    }

    async fn prove(&self, answered: Answered) -> Result<Account, SigninFault> {
        let now = answered.now;
        let client = self.client(self.metadata(now, false).await?, now)?;
        let Answered { code, secrets, .. } = answered;
        let tokens = self.exchange(&client, code, secrets.verifier).await?;
        let token = tokens
            .id_token()
            .ok_or(SigninFault::Untrusted("no token"))?;
        let nonce = Nonce::new(secrets.nonce);
        let newer;
        let claims = match Self::claims(&client, token, &nonce, now) {
            // Its keys may have been replaced since they were fetched.
            Err(error) if is_unknown_key(&error) => {
                newer = self.client(self.metadata(now, true).await?, now)?;
                Self::claims(&newer, token, &nonce, now)
            }
            judged => judged,
        };
        let claims = claims.map_err(|error| SigninFault::Untrusted(broken_promise(&error)))?;
        // An address that the provider has not verified is left out.
        let email = claims
            .email()
            .filter(|_| claims.email_verified() == Some(true))
            .map(|email| Sensitive::new(email.as_str().to_owned()));
        Ok(Account {
            issuer: self.issuer.clone(),
            subject: Sensitive::new(claims.subject().as_str().to_owned()),
            email,
        })
    }

    fn issuer(&self) -> &str {
        &self.issuer
    }
}
