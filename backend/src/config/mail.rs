//! `[mail]`: the relay, the sender, bounces.

use super::ConfigError;
use protocol::sensitive::Sensitive;
use serde::Deserialize;
use std::path::PathBuf;

/// `[mail]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// The sender of mails: `Apoyo <apoyo@example.org>`.
    pub from: String,
    /// The address for citizens who do not want mail; without it, the sender's.
    pub contact: Option<String>,
    /// The relay; without it mails become files in `DIR/outbox/`.
    pub smtp: Option<Smtp>,
    /// Whether a server without a relay may start.
    pub no_relay: bool,
    /// The address that mails bounce to.
    pub bounces: Option<Bounces>,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            from: "Apoyo <apoyo@localhost.localdomain>".to_owned(),
            contact: None,
            smtp: None,
            no_relay: false,
            bounces: None,
        }
    }
}

/// `[mail.smtp]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// The relay's name, as in its certificate.
    pub host: String,
    /// Its port.
    #[serde(default = "submission_port")]
    pub port: u16,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: Tls,
    /// Our user name at the relay.
    #[serde(default)]
    pub user: Option<String>,
    /// The password itself...
    #[serde(default)]
    pub password: Option<Sensitive<String>>,
    /// ...or a file that holds it.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// A further certificate authority (PEM), in addition to the public ones.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

/// `[mail.bounces]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bounces {
    /// The address of our envelopes; mails come back to it with `+` and a token before the `@`.
    pub address: Option<String>,
    /// The maildir into which that address is delivered.
    pub maildir: Option<PathBuf>,
    /// The secret of the webhook for reports...
    pub webhook_secret: Option<Sensitive<String>>,
    /// ...or a file that holds it.
    pub webhook_secret_file: Option<PathBuf>,
}

/// A shorter secret could be guessed.
const SHORTEST_SECRET: usize = 24;

impl Bounces {
    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, why: &str| {
            Err(ConfigError::Value {
                key,
                why: why.to_owned(),
            })
        };
        if let Some(address) = &self.address
            && address.parse::<lettre::Address>().is_err()
        {
            return wrong(
                "mail.bounces.address",
                "should be an address without a name",
            );
        }
        if self.webhook_secret.is_some() && self.webhook_secret_file.is_some() {
            return wrong(
                "mail.bounces.webhook_secret",
                "give `webhook_secret` or `webhook_secret_file`, not both",
            );
        }
        let secret = self.webhook_secret.as_ref();
        if secret.is_some_and(|secret| secret.expose().len() < SHORTEST_SECRET) {
            return wrong(
                "mail.bounces.webhook_secret",
                "should have at least 24 characters: `openssl rand -hex 24` makes one",
            );
        }
        Ok(())
    }
}

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// TLS after a plain greeting; refused if the relay does not offer it. Port 587.
    #[default]
    Starttls,
    /// TLS from the first byte. Port 465.
    Tls,
    /// No TLS: only for a relay on this machine.
    None,
}

fn submission_port() -> u16 {
    587
}

impl MailConfig {
    /// Reads the secrets that have files of their own.
    pub(super) fn read_secrets(&mut self) -> Result<(), ConfigError> {
        let Some(bounces) = &mut self.bounces else {
            return Ok(());
        };
        if let Some(path) = bounces.webhook_secret_file.take() {
            let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::Read {
                path: path.display().to_string(),
                source,
            })?;
            bounces.webhook_secret = Some(Sensitive::new(text.trim().to_owned()));
        }
        bounces.check()
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, why: &str| {
            Err(ConfigError::Value {
                key,
                why: why.to_owned(),
            })
        };
        if self.from.parse::<lettre::message::Mailbox>().is_err() {
            return wrong("mail.from", "should be an address, or `Name <address>`");
        }
        if let Some(contact) = &self.contact
            && contact.parse::<lettre::Address>().is_err()
        {
            return wrong("mail.contact", "should be an address without a name");
        }
        if let Some(bounces) = &self.bounces {
            bounces.check()?;
        }
        let Some(smtp) = &self.smtp else {
            return Ok(());
        };
        let local = matches!(smtp.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        if smtp.tls == Tls::None && !local {
            return wrong(
                "mail.smtp.tls",
                "\"none\" would send codes and addresses readable over the network: use \"starttls\" or \"tls\"",
            );
        }
        match (&smtp.user, &smtp.password, &smtp.password_file) {
            (Some(_), None, None) => wrong(
                "mail.smtp.password",
                "there is a user, so `password` or `password_file` is needed",
            ),
            (_, Some(_), Some(_)) => wrong(
                "mail.smtp.password",
                "give `password` or `password_file`, not both",
            ),
            _ => Ok(()),
        }
    }
}
