//! How the mail with the code fares: the relay may have refused it, or it may have come back.

use crate::{app::App, store::phone::Activation, views::AppState};
use protocol::code::Problem;

impl App {
    /// [`crate::Door::LookAfterMail`]. A server that is not reached, or does not know of it any
    /// more, changes nothing: the code is what decides.
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
