//! How an activation ends: the server says so, or the key is gone.

use crate::{app::App, store::phone::Activation};
use protocol::code::{Code, Problem};

impl App {
    /// What the server's no to a code or a resend means for the activation.
    pub(super) async fn answered_code(&self, problem: Problem) -> Result<Problem, Problem> {
        let told = problem.clone();
        self.change_phone(move |phone| {
            let Activation::CodeSent(sent) = &mut phone.activation else {
                return;
            };
            match told.code {
                Code::CodeWrong => {
                    sent.attempt = None;
                    sent.tries_left = told
                        .tries_left
                        .unwrap_or_else(|| sent.tries_left.saturating_sub(1));
                }
                // It is over: only another mail helps, and that is another activation.
                Code::CodeExpired
                | Code::CodeExhausted
                | Code::CodeUsed
                | Code::CodeForeignDevice
                | Code::ActivationUnknown
                | Code::DeviceKeyLost => {
                    phone.activation = Activation::None { ended: Some(told) };
                }
                _ => {}
            }
        })
        .await?;
        Ok(problem)
    }

    /// Ends the activation where the server's answer says that there is none.
    pub(crate) async fn end_if_unknown(&self, problem: &Problem) -> Result<bool, Problem> {
        let unknown = matches!(
            problem.code,
            Code::DeviceUnknown | Code::DeviceRevoked | Code::DeviceKeyLost
        );
        if unknown {
            self.end_activation(problem.clone()).await?;
        }
        Ok(unknown)
    }

    /// Ends the activation in force, where the server or the phone no longer knows its key.
    pub(crate) async fn end_activation(&self, problem: Problem) -> Result<(), Problem> {
        tracing::warn!(code = %problem.code, "the activation has ended");
        self.change_phone(|phone| {
            phone.activation = Activation::None {
                ended: Some(problem),
            };
        })
        .await
    }

    /// Whether the key that was activated is still this phone's; without it the activation
    /// has ended. A key store that does not answer ends nothing.
    pub(crate) async fn check_key(&self) -> Result<(), Problem> {
        let expected = match self.phone().await?.activation {
            Activation::None { .. } => return Ok(()),
            Activation::SigningIn(waiting) => waiting.device_key,
            Activation::Proved(proved) => proved.device_key,
            Activation::Asked(asked) => asked.device_key,
            Activation::CodeSent(sent) => sent.device_key,
            Activation::Active(active) => active.device_key,
        };
        let found = self
            .ports
            .device_key
            .public_key()
            .await
            .map_err(Code::from)?;
        if found.as_ref() != Some(&expected) {
            self.end_activation(Code::DeviceKeyLost.into()).await?;
        }
        Ok(())
    }
}
