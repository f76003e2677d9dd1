//! Providers that may confirm an address, in addition to the code by mail.

use super::ConfigError;
use protocol::{ids::ProviderId, sensitive::Sensitive};
use reqwest::Url;
use serde::Deserialize;
use std::{collections::BTreeMap, path::PathBuf};

/// `[signin.*]`: the providers, by the word that names them in addresses. Empty: only the code by
/// mail.
pub type SigninConfig = BTreeMap<ProviderId, SigninProvider>;

/// `[signin.NAME]`
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum SigninProvider {
    /// Google, and every other provider of OpenID Connect.
    Oidc(OidcProvider),
    /// Sign in with Apple: OpenID Connect with a client secret that is signed for each request.
    Apple(AppleProvider),
    /// Facebook: OAuth 2.0 and the Graph API.
    Facebook(OauthProvider),
    /// X: OAuth 2.0 and its own API; the address only where X grants it.
    X(OauthProvider),
}

/// `kind = "oidc"`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcProvider {
    /// Its display name.
    pub name: String,
    /// Its issuer, exactly as its tokens say.
    pub issuer: String,
    /// Our client id at the provider.
    pub client_id: String,
    /// The secret itself...
    #[serde(default)]
    pub client_secret: Option<Sensitive<String>>,
    /// ...or a file that holds it.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
}

/// `kind = "apple"`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppleProvider {
    /// Its display name.
    #[serde(default = "apple_name")]
    pub name: String,
    /// Its issuer.
    #[serde(default = "apple_issuer")]
    pub issuer: String,
    /// The Services ID.
    pub client_id: String,
    /// The team that the key belongs to.
    pub team_id: String,
    /// The key's identifier.
    pub key_id: String,
    /// The key (PKCS #8 in PEM, as Apple hands it out).
    pub private_key_file: PathBuf,
    /// The key as it was read.
    #[serde(skip)]
    pub private_key: Sensitive<String>,
}

/// `kind = "facebook"` and `kind = "x"`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthProvider {
    /// Its display name; by default the kind's own.
    #[serde(default)]
    pub name: Option<String>,
    /// Our client id at the provider.
    pub client_id: String,
    /// The secret itself...
    #[serde(default)]
    pub client_secret: Option<Sensitive<String>>,
    /// ...or a file that holds it.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// The authorization endpoint; by default the provider's own.
    #[serde(default)]
    pub authorize_url: Option<String>,
    /// The token endpoint.
    #[serde(default)]
    pub token_url: Option<String>,
    /// The account endpoint.
    #[serde(default)]
    pub account_url: Option<String>,
}

fn apple_name() -> String {
    "Apple".to_owned()
}

fn apple_issuer() -> String {
    "https://appleid.apple.com".to_owned()
}

fn wrong(why: String) -> ConfigError {
    ConfigError::Value { key: "signin", why }
}

/// Whether the address is protected by TLS, or on this machine.
fn is_private(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

/// Checks all of them.
pub(super) fn check(all: &SigninConfig, public_url: Option<&str>) -> Result<(), ConfigError> {
    if all.is_empty() {
        return Ok(());
    }
    if !public_url.is_some_and(is_private) {
        return Err(wrong(
            "providers send browsers back: `public_url` is needed, and https".to_owned(),
        ));
    }
    for (id, provider) in all {
        provider
            .check()
            .map_err(|why| wrong(format!("{id}: {why}")))?;
    }
    Ok(())
}

/// Reads the files that hold secrets.
pub(super) fn read_secrets(all: &mut SigninConfig) -> Result<(), ConfigError> {
    for provider in all.values_mut() {
        match provider {
            SigninProvider::Oidc(one) => {
                read(&mut one.client_secret, one.client_secret_file.as_ref())?;
            }
            SigninProvider::Facebook(one) | SigninProvider::X(one) => {
                read(&mut one.client_secret, one.client_secret_file.as_ref())?;
            }
            SigninProvider::Apple(one) => {
                let mut key = None;
                read(&mut key, Some(&one.private_key_file))?;
                one.private_key = key.unwrap_or_default();
            }
        }
    }
    Ok(())
}

fn read(into: &mut Option<Sensitive<String>>, from: Option<&PathBuf>) -> Result<(), ConfigError> {
    let Some(path) = from else {
        return Ok(());
    };
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
        path: path.display().to_string(),
        source,
    })?;
    *into = Some(Sensitive::new(text.trim().to_owned()));
    Ok(())
}

impl SigninProvider {
    /// Its display name.
    pub fn name(&self) -> &str {
        match self {
            Self::Oidc(one) => &one.name,
            Self::Apple(one) => &one.name,
            Self::Facebook(one) => one.name.as_deref().unwrap_or("Facebook"),
            Self::X(one) => one.name.as_deref().unwrap_or("X"),
        }
    }

    fn check(&self) -> Result<(), String> {
        let (secret, file, urls) = match self {
            Self::Oidc(one) => (
                one.client_secret.is_some(),
                one.client_secret_file.is_some(),
                vec![Some(one.issuer.as_str())],
            ),
            Self::Apple(one) => (false, true, vec![Some(one.issuer.as_str())]),
            Self::Facebook(one) | Self::X(one) => (
                one.client_secret.is_some(),
                one.client_secret_file.is_some(),
                vec![
                    one.authorize_url.as_deref(),
                    one.token_url.as_deref(),
                    one.account_url.as_deref(),
                ],
            ),
        };
        if secret == file {
            return Err("give `client_secret` or `client_secret_file`, and not both".to_owned());
        }
        match urls.into_iter().flatten().find(|url| !is_private(url)) {
            Some(url) => Err(format!("\"{url}\" is no address with https")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const GOOGLE: &str = "[signin.google]\nkind = \"oidc\"\nname = \"Google\"\n\
        issuer = \"https://accounts.google.com\"\nclient_id = \"x\"\n";

    #[test]
    fn a_provider_needs_a_way_back_a_secret_and_privacy() {
        let ours = "public_url = \"https://apoyo.example.org\"\n";
        let good = format!("{ours}{GOOGLE}client_secret = \"s\"\n");
        assert!(Config::parse("apoyo.toml", &good).is_ok());
        for bad in [
            format!("{GOOGLE}client_secret = \"s\"\n"),
            format!("{ours}{GOOGLE}"),
            good.replace("https://accounts", "http://accounts"),
            good.replace("https://apoyo", "http://apoyo"),
            good.replace("issuer", "isuer"),
            good.replace("\"oidc\"", "\"openid\""),
            good.replace("signin.google", "signin.Google"),
        ] {
            assert!(Config::parse("apoyo.toml", &bad).is_err(), "{bad}");
        }
    }
}
