//! The fate of the mail with the code: the relay may have refused it, or it may have bounced.

use crate::{app::App, code::Problem, store::phone::Activation, views::AppState};

impl App {
    /// [`crate::Door::LookAfterMail`]. If the server is not reached, or does not know the
    /// activation any more, nothing changes: the code decides.
    pub(crate) async fn look_after_mail(&self) -> Result<AppState, Problem> {
        let Activation::CodeSent(asked_about) = self.phone().await?.activation else {
            return self.state().await;
        };
        let told = self.api.activation_state(asked_about.activation).await?;
        if told.mail != asked_about.mail {
            let _one = self.activating.lock().await;
            self.change_phone(move |phone| {
                if let Activation::CodeSent(sent) = &mut phone.activation
                    && sent.activation == told.activation
                {
                    sent.mail = told.mail;
                }
            })
            .await?;
        }
        self.state().await
    }
}
