//! The activation, as the screen shows it.

use crate::{
    app::App,
    code::PhoneCode,
    store::{
        parts::Picture,
        phone::{Activation, Phone, Proved},
    },
    views::{ActivationView, ProvedView},
};
use protocol::{
    activation::{CODE_HOURS, LATER_RESEND_SECONDS, MailFate},
    environment::Timestamp,
    signin::SIGNIN_MINUTES,
};

impl App {
    /// The stage of the activation.
    pub(crate) fn activation_view(&self, phone: Phone, front: Option<Picture>) -> ActivationView {
        let accepted = phone
            .notice
            .is_some_and(|n| n.version == crate::notice::version());
        match (phone.activation, front) {
            (Activation::Active(active), _) => ActivationView::Active {
                device: active.device,
                since: active.since,
            },
            (Activation::CodeSent(sent), _) => {
                let now = sent.server_now(self.ports.clock.now());
                // If the clock was changed meanwhile, the screen must not promise more time than
                // the rules allow.
                let left = |until: Timestamp, most: i64| (until - now).num_seconds().clamp(0, most);
                ActivationView::Code {
                    expires_in_s: left(sent.expires_at, CODE_HOURS * 3_600),
                    resend_in_s: left(sent.resend_at, LATER_RESEND_SECONDS),
                    masked_email: sent.masked_email.into_exposed(),
                    tries_left: sent.tries_left,
                    mail: match sent.mail {
                        MailFate::Waiting | MailFate::Sent => None,
                        MailFate::Bounced => Some(PhoneCode::MailBounced.into()),
                        MailFate::Refused => Some(PhoneCode::MailRefused.into()),
                    },
                }
            }
            _ if !accepted => ActivationView::Notice,
            (_, None) => ActivationView::Front,
            (Activation::SigningIn(waiting), _) => ActivationView::Signin {
                left_s: (waiting.until - self.server_now())
                    .num_seconds()
                    .clamp(0, SIGNIN_MINUTES * 60),
                is_back: waiting.ticket.is_some(),
                provider: waiting.provider,
                url: waiting.url,
            },
            (activation, Some(front)) => ActivationView::Email {
                ask: crate::draft::asked(&front.findings),
                findings: front.findings,
                proved: match &activation {
                    Activation::Proved(proved) => Some(proved_view(proved)),
                    Activation::Asked(asked) => asked.proved.as_deref().map(proved_view),
                    _ => None,
                },
                ended: match activation {
                    Activation::None { ended } => ended,
                    _ => None,
                },
            },
        }
    }
}

fn proved_view(proved: &Proved) -> ProvedView {
    ProvedView {
        provider: proved.provider.clone(),
        email: proved.email.clone(),
    }
}
