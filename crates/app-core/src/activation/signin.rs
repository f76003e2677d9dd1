//! Proving the address with an account at a provider.
//!
//! `SigningIn → Proved → Asked → CodeSent`. The key of the activation is made before the browser
//! opens, because the proof is bound to it. The ticket is stored before it is redeemed, so that a
//! network failure does not lose it. Every failure leads back to the choice of a proof, with a code
//! for the reason.

use crate::{
    app::App,
    code::{AppCode, PhoneCode, Problem},
    store::{
        parts,
        phone::{Activation, Asked, Proved, SigningIn},
    },
    views::AppState,
};
use protocol::{
    code::{Code, Remedy},
    ids::{ActivationId, ProviderId},
    signin::{BeginSignin, Provider, ReturnWay, Returned},
};
use std::time::Duration;

/// Longest wait of one door for the browser. The screen opens the door again.
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
        front.ok_or(PhoneCode::StepOutOfOrder)?;
        let phone = self.phone().await?;
        if matches!(
            phone.activation,
            Activation::CodeSent(_) | Activation::Active(_)
        ) {
            return Err(PhoneCode::StepOutOfOrder.into());
        }
        // The old activation ends here: its key is about to be replaced.
        self.change_phone(|phone| phone.activation = Activation::default())
            .await?;
        let browser = &self.ports.browser;
        let return_to = browser.expect_return().await.map_err(no_browser)?;
        let activation = ActivationId::random(self.ports.entropy.as_ref());
        let (device_key, attested, work) = self.new_key(activation).await?;
        let begin = BeginSignin {
            provider,
            device_key: device_key.clone(),
            return_to,
            language: phone.language,
            work: None,
        };
        let begun = self.begin_signin_with_work(activation, begin, work).await?;
        if !is_web(&begun.authorize) {
            return Err(PhoneCode::AnswerMalformed.into());
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
            return Err(PhoneCode::StepOutOfOrder.into());
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
            return self.end_signin(PhoneCode::SigninTimedOut).await;
        };
        tokio::select! {
            query = self.ports.browser.returned() => self.came_back(&query).await,
            () = tokio::time::sleep(left.min(ONE_WAIT)) => self.state().await,
        }
    }

    /// The browser has returned. The query of another sign-in is ignored.
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

    /// Redeems the ticket; may be repeated.
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
            // The ticket is still stored: the next try redeems it.
            Err(problem) => Err(problem),
        }
    }

    /// [`crate::Door::SendToProved`].
    pub(crate) async fn send_to_proved(&self) -> Result<AppState, Problem> {
        let _one = self.activating.lock().await;
        let proved = match self.phone().await?.activation {
            Activation::Proved(proved) => proved,
            // The answer was lost: the same request is repeated.
            Activation::Asked(asked) if asked.proved.is_some() => {
                let work = self.work_of(asked.activation).await?;
                return self.ask(asked, work).await;
            }
            _ => return Err(PhoneCode::StepOutOfOrder.into()),
        };
        let email = proved.email.clone().ok_or(PhoneCode::StepOutOfOrder)?;
        let asked = self.asked_with(proved, email).await?;
        let work = self.work_of(asked.activation).await?;
        self.ask(asked, work).await
    }

    /// The request with a proof. It is stored, so that the same request can be repeated.
    pub(super) async fn asked_with(
        &self,
        proved: Proved,
        email: protocol::sensitive::Sensitive<String>,
    ) -> Result<Asked, Problem> {
        self.require_notice().await?;
        let front = self.store.read(parts::activation_front).await?;
        let front = front.ok_or(PhoneCode::StepOutOfOrder)?.sha256;
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

    /// Goes back to the choice of a proof, with a code for the reason.
    pub(super) async fn end_signin(&self, code: impl Into<AppCode>) -> Result<AppState, Problem> {
        self.ports.browser.expect_nothing();
        let ended = Problem::new(code);
        self.change_phone(move |phone| {
            if matches!(
                phone.activation,
                Activation::SigningIn(_) | Activation::Proved(_)
            ) {
                phone.activation = Activation::None { ended: Some(ended) };
            }
        })
        .await?;
        self.state().await
    }

    /// After a start: the loopback port of an earlier run is closed, so that sign-in is over. A
    /// sign-in that returns by an app link goes on.
    pub(crate) async fn check_signin(&self) -> Result<(), Problem> {
        if let Activation::SigningIn(waiting) = self.phone().await?.activation
            && waiting.loopback
            && waiting.ticket.is_none()
        {
            self.end_signin(PhoneCode::SigninInterrupted).await?;
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
    PhoneCode::BrowserMissing.into()
}

/// Whether it is a web address. Otherwise a server could make the system open any program.
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
