//! Proving the address with an account elsewhere.
//!
//! `SigningIn → Proved → Asked → CodeSent`. The key of the activation is made before the browser
//! is opened, since the proof belongs to it. What the browser brings back is kept before it is
//! redeemed, so that a network that drops in that moment costs nothing. Every way in which
//! nothing comes of it leads back to the choice, with the word that says why.

use crate::{
    app::App,
    store::{
        parts,
        phone::{Activation, Asked, Proved, SigningIn},
    },
    views::AppState,
};
use protocol::{
    code::{Code, Problem, Remedy},
    ids::{ActivationId, ProviderId},
    signin::{BeginSignin, Provider, ReturnWay, Returned},
};
use std::time::Duration;

/// How long one door waits for the browser: the screen asks again.
const ONE_WAIT: Duration = Duration::from_secs(20);

impl App {
    /// [`crate::Door::Providers`].
    pub(crate) async fn providers(&self) -> Result<Vec<Provider>, Problem> {
        Ok(self.api.providers().await?.providers)
    }

    /// [`crate::Door::BeginSignin`].
    pub(crate) async fn begin_signin(&self, provider: ProviderId) -> Result<AppState, Problem> {
        let _one = self.activating.lock().await;
        self.require_notice().await?;
        let front = self.store.read(parts::activation_front).await?;
        front.ok_or(Code::StepOutOfOrder)?;
        let phone = self.phone().await?;
        if matches!(
            phone.activation,
            Activation::CodeSent(_) | Activation::Active(_)
        ) {
            return Err(Code::StepOutOfOrder.into());
        }
        // The key that is about to be replaced names nothing any more.
        self.change_phone(|phone| phone.activation = Activation::default())
            .await?;
        let browser = &self.ports.browser;
        let return_to = browser.expect_return().await.map_err(no_browser)?;
        let activation = ActivationId::random(self.ports.entropy.as_ref());
        let (device_key, attested, _) = self.new_key(activation).await?;
        let begin = BeginSignin {
            provider,
            device_key: device_key.clone(),
            return_to,
            language: phone.language,
        };
        let begun = self.api.begin_signin(&begin).await?;
        if !is_web(&begun.authorize) {
            return Err(Code::AnswerMalformed.into());
        }
        let url = begun.authorize.clone();
        self.change_phone(move |phone| {
            phone.activation = Activation::SigningIn(SigningIn {
                activation,
                device_key,
                attested,
                signin: begun.signin,
                provider: begun.name,
                url: begun.authorize,
                loopback: matches!(return_to, ReturnWay::Loopback { .. }),
                until: begun.expires_at,
                ticket: None,
            });
        })
        .await?;
        if let Err(fault) = browser.open(&url).await {
            let problem = no_browser(fault);
            self.end_signin(problem.code).await?;
            return Err(problem);
        }
        self.state().await
    }

    /// [`crate::Door::OpenSigninAgain`].
    pub(crate) async fn open_signin_again(&self) -> Result<AppState, Problem> {
        let Activation::SigningIn(waiting) = self.phone().await?.activation else {
            return Err(Code::StepOutOfOrder.into());
        };
        let opened = self.ports.browser.open(&waiting.url).await;
        opened.map_err(no_browser)?;
        self.state().await
    }

    /// [`crate::Door::AwaitSignin`].
    pub(crate) async fn await_signin(&self) -> Result<AppState, Problem> {
        let Activation::SigningIn(waiting) = self.phone().await?.activation else {
            return self.state().await;
        };
        if waiting.ticket.is_some() {
            return self.redeem().await;
        }
        let left = waiting.until - self.server_now();
        let Some(left) = left.to_std().ok().filter(|left| !left.is_zero()) else {
            return self.end_signin(Code::SigninTimedOut).await;
        };
        tokio::select! {
            query = self.ports.browser.returned() => self.came_back(&query).await,
            () = tokio::time::sleep(left.min(ONE_WAIT)) => self.state().await,
        }
    }

    /// The browser is back. What belongs to another sign-in is nobody's.
    async fn came_back(&self, query: &str) -> Result<AppState, Problem> {
        let Activation::SigningIn(waiting) = self.phone().await?.activation else {
            return self.state().await;
        };
        let returned = Returned::read(query).filter(|one| one.signin == waiting.signin);
        match returned.map(|one| one.outcome) {
            None => self.state().await,
            Some(Err(code)) => self.end_signin(code).await,
            Some(Ok(ticket)) => {
                self.change_phone(move |phone| {
                    if let Activation::SigningIn(waiting) = &mut phone.activation {
                        waiting.ticket = Some(ticket);
                    }
                })
                .await?;
                self.redeem().await
            }
        }
    }

    /// Asks the server what the ticket is worth; may be repeated.
    async fn redeem(&self) -> Result<AppState, Problem> {
        let _one = self.activating.lock().await;
        let Activation::SigningIn(waiting) = self.phone().await?.activation else {
            return self.state().await;
        };
        let Some(ticket) = waiting.ticket.clone() else {
            return self.state().await;
        };
        match self.api.redeem_ticket(waiting.signin, ticket).await {
            Ok(worth) => {
                self.ports.browser.expect_nothing();
                self.change_phone(move |phone| {
                    phone.activation = Activation::Proved(Proved {
                        activation: waiting.activation,
                        device_key: waiting.device_key,
                        attested: waiting.attested,
                        signin: waiting.signin,
                        provider: waiting.provider,
                        email: worth.email,
                        until: worth.expires_at,
                    });
                })
                .await?;
                self.state().await
            }
            Err(problem) if problem.code.remedy() == Remedy::Person => {
                self.end_signin(problem.code).await
            }
            // The ticket is kept: the next try redeems it.
            Err(problem) => Err(problem),
        }
    }

    /// [`crate::Door::SendToProved`].
    pub(crate) async fn send_to_proved(&self) -> Result<AppState, Problem> {
        let _one = self.activating.lock().await;
        let proved = match self.phone().await?.activation {
            Activation::Proved(proved) => proved,
            // The answer was lost: the same is asked for again.
            Activation::Asked(asked) if asked.proved.is_some() => {
                let work = self.work_of(asked.activation).await?;
                return self.ask(asked, work).await;
            }
            _ => return Err(Code::StepOutOfOrder.into()),
        };
        let email = proved.email.clone().ok_or(Code::StepOutOfOrder)?;
        let asked = self.asked_with(proved, email).await?;
        let work = self.work_of(asked.activation).await?;
        self.ask(asked, work).await
    }

    /// What is asked for with a proof; kept, so that the same is asked for again.
    pub(super) async fn asked_with(
        &self,
        proved: Proved,
        email: protocol::sensitive::Sensitive<String>,
    ) -> Result<Asked, Problem> {
        self.require_notice().await?;
        let front = self.store.read(parts::activation_front).await?;
        let front = front.ok_or(Code::StepOutOfOrder)?.sha256;
        if self.server_now() >= proved.until {
            self.end_signin(Code::SigninExpired).await?;
            return Err(Code::SigninExpired.into());
        }
        let asked = Asked {
            activation: proved.activation,
            email,
            device_key: proved.device_key.clone(),
            front,
            notice_version: crate::notice::version().to_owned(),
            language: self.phone().await?.language,
            attested: Some(proved.attested.clone()),
            proved: Some(Box::new(proved)),
        };
        let kept = asked.clone();
        self.change_phone(move |phone| phone.activation = Activation::Asked(kept))
            .await?;
        Ok(asked)
    }

    /// Back to the choice, with the word that says why.
    pub(super) async fn end_signin(&self, code: Code) -> Result<AppState, Problem> {
        self.ports.browser.expect_nothing();
        self.change_phone(move |phone| {
            if matches!(
                phone.activation,
                Activation::SigningIn(_) | Activation::Proved(_)
            ) {
                phone.activation = Activation::None {
                    ended: Some(code.into()),
                };
            }
        })
        .await?;
        self.state().await
    }

    /// After a start: a browser that is sent to a port of this machine finds nobody there any
    /// more. A link of the server still finds the app.
    pub(crate) async fn check_signin(&self) -> Result<(), Problem> {
        if let Activation::SigningIn(waiting) = self.phone().await?.activation
            && waiting.loopback
            && waiting.ticket.is_none()
        {
            self.end_signin(Code::SigninInterrupted).await?;
        }
        Ok(())
    }

    /// The server's time, as far as it is known.
    pub(crate) fn server_now(&self) -> protocol::environment::Timestamp {
        let behind = chrono::TimeDelta::milliseconds(self.api.clock_behind_ms());
        self.ports.clock.now() + behind
    }
}

fn no_browser(fault: crate::ports::NoBrowser) -> Problem {
    tracing::warn!(%fault, "no browser");
    Code::BrowserMissing.into()
}

/// Whether this is an address for a browser: a server can have the system open no program.
fn is_web(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else {
        return false;
    };
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

#[cfg(test)]
mod tests {
    use super::is_web;

    #[test]
    fn the_system_is_asked_to_open_addresses_of_the_web_only() {
        assert!(is_web("https://accounts.google.com/o/oauth2/v2/auth?x=y"));
        assert!(is_web("http://127.0.0.1:3000/auth"));
        for bad in [
            "http://accounts.google.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "mailto:x@y.mx",
            "vnc://host",
            "",
        ] {
            assert!(!is_web(bad), "{bad}");
        }
    }
}
