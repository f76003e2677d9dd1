//! The proof of work before a mail is asked for: computed in the background, without a puzzle
//! for the person.

use crate::{
    app::App,
    code::{AppCode, PhoneCode, Problem},
};
use protocol::{
    activation::{ActivationBegun, BeginActivation},
    code::{Code, Remedy},
    ids::ActivationId,
    signin::{BeginSignin, SigninBegun},
    work::{WorkAsked, WorkDone},
};

impl App {
    /// The proof of work that the server now asks for this activation, whose key already exists.
    pub(super) async fn work_of(
        &self,
        activation: ActivationId,
    ) -> Result<Option<WorkAsked>, Problem> {
        Ok(self.api.ask_challenge(activation).await?.work)
    }

    /// Begins an activation with its proof of work. If the server refuses the proof (it has expired,
    /// or the phone had none), it is computed once more.
    pub(super) async fn begin_with_work(
        &self,
        mut begin: BeginActivation,
        asked: Option<WorkAsked>,
    ) -> Result<ActivationBegun, Problem> {
        begin.work = done(asked).await?;
        match self.api.begin_activation(&begin).await {
            Err(problem) if is_about_work(problem.code) => {
                let given = self.api.ask_challenge(begin.activation).await?;
                begin.work = done(given.work).await?;
                self.api.begin_activation(&begin).await
            }
            answered => answered,
        }
    }

    /// Begins a sign-in with the proof of work for its activation, in the same way.
    pub(super) async fn begin_signin_with_work(
        &self,
        activation: ActivationId,
        mut begin: BeginSignin,
        asked: Option<WorkAsked>,
    ) -> Result<SigninBegun, Problem> {
        begin.work = done(asked).await?;
        match self.api.begin_signin(&begin).await {
            Err(problem) if is_about_work(problem.code) => {
                let given = self.api.ask_challenge(activation).await?;
                begin.work = done(given.work).await?;
                self.api.begin_signin(&begin).await
            }
            answered => answered,
        }
    }
}

fn is_about_work(code: AppCode) -> bool {
    let work = matches!(
        code,
        AppCode::Server(Code::WorkMissing | Code::WorkExpired | Code::WorkInvalid)
    );
    debug_assert!(!work || code.remedy() == Remedy::Mend);
    work
}

/// Computes on a thread of its own, so that no other door waits.
async fn done(asked: Option<WorkAsked>) -> Result<Option<WorkDone>, Problem> {
    let Some(asked) = asked else {
        return Ok(None);
    };
    let solved = tokio::task::spawn_blocking(move || asked.solve()).await;
    match solved {
        Ok(solved) => Ok(Some(solved?)),
        Err(error) => {
            tracing::error!(%error, "the work was not done");
            Err(PhoneCode::AnswerMalformed.into())
        }
    }
}
