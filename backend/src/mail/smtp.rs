//! The relay, over SMTP.

use super::Transport;
use crate::config::{Smtp, Tls};
use anyhow::Context;
use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls as Protection, TlsParameters},
        extension::ClientId,
    },
};
use server_core::ports::Handed;
use std::time::Duration;
use tokio::time::timeout;

/// The time limit for connecting; after it the mail is tried again later.
const PATIENCE: Duration = Duration::from_secs(30);
/// The time limit for a whole mail. The transport bounds only the connecting, and a relay that hangs
/// would hold up all mail.
const WHOLE: Duration = Duration::from_secs(60);

/// Refusals of this server instead of the mail: no service, or a wrong or missing password. The
/// operator corrects them; until then no mail is given up.
const REFUSALS_OF_US: [u16; 5] = [521, 530, 534, 535, 538];

/// A connection to the relay, opened when there is mail.
pub struct Relay(AsyncSmtpTransport<Tokio1Executor>);

impl Relay {
    /// The relay of the configuration; nothing is connected yet.
    pub fn of(smtp: &Smtp) -> anyhow::Result<Self> {
        let parameters = || -> anyhow::Result<TlsParameters> {
            let mut parameters = TlsParameters::builder(smtp.host.clone());
            if let Some(path) = &smtp.ca_file {
                let pem = std::fs::read(path)
                    .with_context(|| format!("mail.smtp.ca_file: {}", path.display()))?;
                let authority = Certificate::from_pem(&pem)
                    .with_context(|| format!("mail.smtp.ca_file: {}", path.display()))?;
                parameters = parameters.add_root_certificate(authority);
            }
            Ok(parameters.build()?)
        };
        let protection = match smtp.tls {
            Tls::Starttls => Protection::Required(parameters()?),
            Tls::Tls => Protection::Wrapper(parameters()?),
            Tls::None => Protection::None,
        };
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host.clone())
                .port(smtp.port)
                .tls(protection)
                .hello_name(ClientId::default())
                .timeout(Some(PATIENCE));
        if let Some(user) = &smtp.user {
            let password = match (&smtp.password, &smtp.password_file) {
                (Some(password), _) => password.expose().clone(),
                (None, Some(path)) => std::fs::read_to_string(path)
                    .with_context(|| format!("mail.smtp.password_file: {}", path.display()))?
                    .trim_end_matches(['\r', '\n'])
                    .to_owned(),
                (None, None) => String::new(),
            };
            transport = transport.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self(transport.build()))
    }
}

#[async_trait]
impl Transport for Relay {
    async fn hand_over(&self, _name: &str, message: Message) -> Handed {
        // Without SMTPUTF8 the relay will never take it. The parser accepts only ASCII addresses now, but
        // the outbox may hold older ones.
        let letters = message.envelope().to().iter().any(|to| {
            let address: &str = to.as_ref();
            !address.is_ascii()
        });
        let error = match timeout(WHOLE, self.0.send(message)).await {
            Ok(Ok(_)) => return Handed::Taken,
            Ok(Err(error)) => error,
            Err(_) => return Handed::Later("the relay did not answer in time".to_owned()),
        };
        if error.is_client() && letters {
            return Handed::Never("the relay cannot carry the letters of the address".to_owned());
        }
        // The relay's text may repeat the address, so only its number is kept.
        let told = match error.status() {
            Some(code) => format!("the relay answered {code}"),
            None if error.is_timeout() => "the relay did not answer in time".to_owned(),
            None if error.is_tls() => "no protected connection to the relay".to_owned(),
            None if error.is_response() => {
                "the relay answered something other than SMTP".to_owned()
            }
            None if error.is_client() => {
                "the relay does not offer what the configuration asks for".to_owned()
            }
            None => "the relay cannot be reached".to_owned(),
        };
        let refused_us = error
            .status()
            .is_some_and(|code| REFUSALS_OF_US.contains(&code.into()));
        match error.is_permanent() && !refused_us {
            true => Handed::Never(told),
            false => Handed::Later(told),
        }
    }
}
