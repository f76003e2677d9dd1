//! Where mail goes.

use super::ConfigError;
use protocol::sensitive::Sensitive;
use serde::Deserialize;
use std::path::PathBuf;

/// `[mail]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// Who mails are from: `Apoyo <apoyo@example.org>`.
    pub from: String,
    /// The relay; without it mails become files in `DIR/outbox/`.
    pub smtp: Option<Smtp>,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            from: "Apoyo <apoyo@localhost.localdomain>".to_owned(),
            smtp: None,
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
    /// Who we are to the relay.
    #[serde(default)]
    pub user: Option<String>,
    /// The password itself...
    #[serde(default)]
    pub password: Option<Sensitive<String>>,
    /// ...or a file that holds it.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// A certificate authority of our own (PEM), beside the public ones.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
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
    /// None: only for a relay on this very machine.
    None,
}

fn submission_port() -> u16 {
    587
}

impl MailConfig {
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
