//! The operator's configuration: one TOML file, in which every key is optional.
//!
//! `apoyo.example.toml` shows all keys. A test reads it, so it cannot become stale.

mod attestation;
mod limits;
mod mail;
mod review;
mod sealing;
mod signin;
mod tags;

pub use attestation::AttestationConfig;
pub use limits::LimitsConfig;
pub use mail::{Bounces, MailConfig, Smtp, Tls};
pub use review::{ReviewConfig, TierReview};
pub use sealing::{ReviewKey, SealingConfig};
pub use signin::{AppleProvider, OauthProvider, OidcProvider, SigninConfig, SigninProvider};
pub use tags::TagsConfig;

use serde::Deserialize;
use server_core::rules::{Rules, is_notice_version};
use std::{net::SocketAddr, path::Path, time::Duration};
use storage::mail::MailAllowance;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the server listens; `--listen` wins over it.
    pub listen: SocketAddr,
    /// The address of `/metrics` and `/readyz` for operators; `--operators` overrides it.
    pub operators: SocketAddr,
    /// The public address, for links; without it pages use relative links only.
    pub public_url: Option<String>,
    /// How long a tally is used before the server checks whether it has moved, in milliseconds.
    pub tally_kept_ms: u64,
    /// The versions of the privacy notice that may be accepted; empty: any well-formed one.
    pub notices: Vec<String>,
    /// Mail.
    pub mail: MailConfig,
    /// The operator's apps, as attestations of phones name them.
    pub attestation: AttestationConfig,
    /// How much the server takes on at once.
    pub limits: LimitsConfig,
    /// Which apoyos are reviewed first.
    pub review: ReviewConfig,
    /// The machine that has the review key.
    pub sealing: SealingConfig,
    /// Providers that may confirm an address, in addition to the code by mail.
    pub signin: SigninConfig,
    /// Who names people.
    pub tags: TagsConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            operators: SocketAddr::from(([127, 0, 0, 1], 9090)),
            public_url: None,
            tally_kept_ms: 1_000,
            notices: Vec::new(),
            mail: MailConfig::default(),
            attestation: AttestationConfig::default(),
            limits: LimitsConfig::default(),
            review: ReviewConfig::default(),
            sealing: SealingConfig::default(),
            signin: SigninConfig::default(),
            tags: TagsConfig::default(),
        }
    }
}

/// A fault of the configuration, for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// The system's error.
        source: std::io::Error,
    },
    /// The file is not TOML, or a key is unknown or of another type.
    #[error("{path}: {source}")]
    Parse {
        /// The file.
        path: String,
        /// Where it is wrong and how.
        source: Box<toml::de::Error>,
    },
    /// A value that makes no sense.
    #[error("`{key}`: {why}")]
    Value {
        /// The key.
        key: &'static str,
        /// The reason.
        why: String,
    },
}

impl Config {
    /// Reads and checks the file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: shown.clone(),
            source,
        })?;
        let mut config = Self::parse(&shown, &text)?;
        config.attestation.read_roots()?;
        config.mail.read_secrets()?;
        signin::read_secrets(&mut config.signin)?;
        Ok(config)
    }

    /// Checks a file's text.
    pub fn parse(path: &str, text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|source| ConfigError::Parse {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, why: &str| {
            Err(ConfigError::Value {
                key,
                why: why.to_owned(),
            })
        };
        if let Some(url) = &self.public_url
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            return wrong(
                "public_url",
                "should begin with https:// (or http:// for a test)",
            );
        }
        if let Some(bad) = self.notices.iter().find(|v| !is_notice_version(v)) {
            return wrong(
                "notices",
                &format!("\"{bad}\" is no version: 16 lower-case hexadecimal digits"),
            );
        }
        self.mail.check()?;
        self.attestation.check()?;
        signin::check(&self.signin, self.public_url.as_deref())?;
        self.review.check()?;
        self.limits.check()
    }

    /// The operator's rules, for the server's core.
    pub fn rules(&self) -> Rules {
        Rules {
            notices: self.notices.clone(),
            blocked_domains: self.limits.blocked_domains.clone(),
            mails_per_address: MailAllowance {
                per_hour: self.limits.mails_per_address_per_hour,
                per_day: self.limits.mails_per_address_per_day,
            },
            opened_at_once: self.limits.validators.max(1),
            review: self.review.rules(),
            tally_kept: Duration::from_millis(self.tally_kept_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_shows_every_key_and_is_read() {
        let text = include_str!("../../apoyo.example.toml");
        let config = Config::parse("apoyo.example.toml", text).unwrap();
        assert!(config.mail.smtp.is_none(), "the example mails nobody");
        // The example also parses with its keys uncommented: so those keys exist.
        let all: String = text
            .lines()
            .map(|line| line.strip_prefix("#: ").unwrap_or(line))
            .fold(String::new(), |all, line| all + line + "\n");
        let config = Config::parse("apoyo.example.toml", &all).unwrap();
        let smtp = config.mail.smtp.unwrap();
        assert_eq!((smtp.port, smtp.tls), (587, Tls::Starttls));
    }

    #[test]
    fn the_operator_is_told_which_key_is_wrong() {
        for (text, told) in [
            ("listne = \"0.0.0.0:80\"", "listne"),
            ("public_url = \"apoyo.mx\"", "public_url"),
            ("notices = [\"v1\"]", "notices"),
            ("[limits]\nuploads_at_once = 0", "limits.uploads_at_once"),
            ("[mail]\nfrom = \"nobody\"", "mail.from"),
            ("[mail]\ncontact = \"nobody\"", "mail.contact"),
            (
                "[mail.bounces]\nwebhook_secret = \"short\"",
                "mail.bounces.webhook_secret",
            ),
            ("[limits]\nmails_per_second = 0", "mails_per_second"),
            ("[limits]\ntrusted_proxies = [\"proxy\"]", "trusted_proxies"),
            (
                "[limits]\nwork_tries_most = 99999",
                "limits.work_tries_most",
            ),
            (
                "[attestation]\nandroid_signers = [\"00\"]",
                "attestation.android_signers",
            ),
            (
                "[mail.smtp]\nhost = \"mail.example.org\"\ntls = \"none\"",
                "mail.smtp.tls",
            ),
            (
                "[mail.smtp]\nhost = \"mail.example.org\"\nuser = \"u\"",
                "mail.smtp.password",
            ),
        ] {
            let error = Config::parse("apoyo.toml", text).unwrap_err().to_string();
            assert!(error.contains(told), "{text} -> {error}");
        }
    }
}
