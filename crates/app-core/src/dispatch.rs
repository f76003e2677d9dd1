//! The method of each door: one line each.

use crate::{
    app::App,
    code::{PhoneCode, Problem},
    doors::{Answer, Door},
    store::draft::Typed,
};
use bytes::Bytes;
use protocol::code::Code;
use serde::Serialize;

impl App {
    /// Opens a door. Only the doors marked *bytes* use `picture`. Where the phone has no room left,
    /// copies of what the server has go first, and the door is tried once more.
    pub async fn open_door(&self, door: Door, picture: Option<Bytes>) -> Result<Answer, Problem> {
        let answer = self.open_once(door.clone(), picture.clone()).await;
        match &answer {
            Err(problem)
                if problem.code == PhoneCode::PhoneStorageFull && self.forget_copies().await? =>
            {
                self.open_once(door, picture).await
            }
            _ => answer,
        }
    }

    async fn open_once(&self, door: Door, picture: Option<Bytes>) -> Result<Answer, Problem> {
        let bytes = || {
            picture
                .clone()
                .filter(|bytes| !bytes.is_empty())
                .ok_or_else(|| Problem::in_field(Code::RequestMalformed, "picture"))
        };
        match door {
            Door::State => json(self.state().await?),
            Door::Notice => json(self.notice().await?),
            Door::SetLanguage { language } => json(self.set_language(language).await?),
            Door::Entidades => json(self.entidades()),

            Door::AcceptNotice { version } => json(self.accept_notice(version).await?),
            Door::PutActivationFront { source } => {
                json(self.put_activation_front(source, bytes()?).await?)
            }
            Door::SetDemarcation { entidad, seccion } => {
                json(self.set_demarcation(entidad, seccion).await?)
            }
            Door::Providers => json(self.providers().await?),
            Door::BeginSignin { provider } => json(self.begin_signin(provider).await?),
            Door::OpenSigninAgain => json(self.open_signin_again().await?),
            Door::AwaitSignin => json(self.await_signin().await?),
            Door::SendToProved => json(self.send_to_proved().await?),
            Door::LookAtAddress { email } => json(self.look_at_address(&email)),
            Door::BeginActivation { email, email_again } => {
                json(self.begin_activation(email, email_again).await?)
            }
            Door::ResendCode => json(self.resend_code().await?),
            Door::LookAfterMail => json(self.look_after_mail().await?),
            Door::AbandonActivation => json(self.abandon_activation().await?),
            Door::CompleteActivation { code } => json(self.complete_activation(code).await?),

            Door::Campaigns { search } => json(self.campaigns(&search).await?),
            Door::BeginDraft { campaign } => json(self.begin_draft(campaign).await?),
            Door::ChooseModel { model } => json(self.choose_model(model).await?),
            Door::Look { aim } => json(self.look(aim, bytes()?).await?),
            Door::ScannedQr { text } => json(self.scanned_qr(text).await?),
            Door::PutPicture {
                part,
                source,
                anyway,
            } => json(self.put_picture(part, source, anyway, bytes()?).await?),
            Door::UseActivationFront => json(self.use_activation_front().await?),
            Door::TypeFields {
                mrz,
                curp,
                clave_elector,
                name,
            } => {
                let typed = Typed {
                    mrz,
                    curp,
                    clave_elector,
                    name,
                };
                json(self.type_fields(typed).await?)
            }
            Door::ConfirmReading => json(self.confirm_reading().await?),
            Door::PutSignature { kind } => json(self.put_signature(kind, bytes()?).await?),
            Door::Picture { part } => Ok(Answer::Picture(self.picture(part).await?)),
            Door::Redo { part } => json(self.redo(part).await?),
            Door::DiscardDraft => json(self.discard_draft().await?),
            Door::Send {
                consent,
                notice_version,
            } => json(self.send(consent, &notice_version).await?),

            Door::NetworkIs { kind } => json(self.network_is(kind).await?),
            Door::SetWifiOnly { wifi_only } => json(self.set_wifi_only(wifi_only).await?),
            Door::RunQueue => json(self.run_queue().await?),
            Door::Retry { apoyo } => json(self.retry(apoyo).await?),
            Door::Cancel { apoyo } => json(self.cancel(apoyo).await?),
            Door::Export { apoyo } => Ok(Answer::File(self.export(apoyo).await?)),
            Door::RemoveRefused { apoyo } => json(self.remove_refused(apoyo).await?),
            Door::RefreshStatuses => json(self.refresh_statuses().await?),
            Door::Receipt { apoyo } => json(self.receipt(apoyo).await?),
            Door::LossWasRead => json(self.loss_was_read().await?),
            Door::ForgetEverything => json(self.forget_everything().await?),
        }
    }
}

fn json<T: Serialize>(view: T) -> Result<Answer, Problem> {
    serde_json::to_value(view)
        .map(Answer::Json)
        .map_err(|_| PhoneCode::PhoneStorageFault.into())
}
