//! The secret of Sign in with Apple: a token that we sign ourselves (ES256) for a few minutes.

use crate::config::AppleProvider;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use openidconnect::ClientSecret;
use protocol::environment::Timestamp;
use serde_json::json;

/// How long a secret is valid. It is used at once; Apple would accept half a year.
const SECONDS: i64 = 300;

/// The file does not hold a private key of P-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key of Sign in with Apple is no PKCS #8 of P-256 in PEM")]
pub struct BadKey;

/// The key that signs the secrets.
pub struct AppleKey {
    key: EcdsaKeyPair,
    key_id: String,
    team: String,
    client: String,
    audience: String,
}

impl AppleKey {
    /// Reads the key.
    pub fn of(provider: &AppleProvider) -> Result<Self, BadKey> {
        let body: String = provider
            .private_key
            .expose()
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect();
        let der = STANDARD.decode(body.trim()).map_err(|_| BadKey)?;
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).map_err(|_| BadKey)?;
        Ok(Self {
            key,
            key_id: provider.key_id.clone(),
            team: provider.team_id.clone(),
            client: provider.client_id.clone(),
            audience: provider.issuer.clone(),
        })
    }

    /// Makes a secret.
    #[expect(
        clippy::disallowed_methods,
        reason = "the signing call wants a generator of its own for the signature's nonce"
    )]
    pub fn secret(&self, now: Timestamp) -> Result<ClientSecret, BadKey> {
        let now = now.timestamp();
        let head = json!({ "alg": "ES256", "kid": self.key_id });
        let claims = json!({
            "iss": self.team,
            "iat": now,
            "exp": now + SECONDS,
            "aud": self.audience,
            "sub": self.client,
        });
        let encode = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(head), encode(claims));
        let signature = self
            .key
            .sign(&aws_lc_rs::rand::SystemRandom::new(), signed.as_bytes())
            .map_err(|_| BadKey)?;
        Ok(ClientSecret::new(format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(signature.as_ref())
        )))
    }
}
