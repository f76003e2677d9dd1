//! The end of an activation: the server ends it, or the key is gone.

use crate::{
    app::App,
    code::{AppCode, PhoneCode, Problem},
    store::{entries::spare, phone::Activation},
};
use protocol::code::Code;

impl App {
    /// Applies the server's refusal of a code or of a resend to the activation.
    pub(super) async fn answered_code(&self, problem: Problem) -> Result<Problem, Problem> {
        let told = problem.clone();
        self.change_phone(move |phone| {
            let Activation::CodeSent(sent) = &mut phone.activation else {
                return;
            };
            match told.code {
                AppCode::Server(Code::CodeWrong) => {
                    sent.attempt = None;
                    sent.tries_left = told
                        .tries_left
                        .unwrap_or_else(|| sent.tries_left.saturating_sub(1));
                }
                // The activation is over: only another mail helps, which is another activation.
                AppCode::Server(
                    Code::CodeExpired
                    | Code::CodeExhausted
                    | Code::CodeUsed
                    | Code::CodeForeignDevice
                    | Code::ActivationUnknown,
                )
                | AppCode::Phone(PhoneCode::DeviceKeyLost) => {
                    phone.activation = Activation::None { ended: Some(told) };
                }
                _ => {}
            }
        })
        .await?;
        Ok(problem)
    }

    /// Ends the activation if this problem ends it: signed by the server, or the same for days. Returns
    /// whether it did.
    pub(crate) async fn end_if_unknown(&self, problem: &Problem) -> Result<bool, Problem> {
        let ends = problem.code.ends_activation() && self.is_certain(problem).await?;
        if ends {
            if problem.code == Code::DeviceUnknown
                && let Ok(active) = self.active().await
            {
                let now_ms = self.now_ms();
                self.store
                    .write(move |rows| spare::device_is_missing(rows, active.device, now_ms))
                    .await?;
            }
            self.end_activation(problem.clone()).await?;
        }
        Ok(ends)
    }

    /// Ends the activation in force: the server or the phone no longer has its key.
    pub(crate) async fn end_activation(&self, problem: Problem) -> Result<(), Problem> {
        tracing::warn!(code = %problem.code, "the activation has ended");
        self.change_phone(|phone| {
            phone.activation = Activation::None {
                ended: Some(problem),
            };
        })
        .await
    }

    /// Ends the activation if its key is gone. A key store that does not answer ends nothing.
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
            .map_err(PhoneCode::from)?;
        if found.as_ref() != Some(&expected) {
            self.end_activation(PhoneCode::DeviceKeyLost.into()).await?;
        }
        Ok(())
    }
}
