//! The work that a phone does before it asks for a mail: computed beside the screen, never a
//! puzzle.

use crate::app::App;
use protocol::{
    activation::{ActivationBegun, BeginActivation},
    code::{Code, Problem, Remedy},
    ids::ActivationId,
    work::{WorkAsked, WorkDone},
};

impl App {
    /// The work that the server wants done now for this activation, whose key was made before.
    pub(super) async fn work_of(
        &self,
        activation: ActivationId,
    ) -> Result<Option<WorkAsked>, Problem> {
        Ok(self.api.ask_challenge(activation).await?.work)
    }

    /// Begins an activation with its work done. Work that the server does not take (it came too
    /// late, or none was known to be wanted) is done once more.
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
}

fn is_about_work(code: Code) -> bool {
    let work = matches!(
        code,
        Code::WorkMissing | Code::WorkExpired | Code::WorkInvalid
    );
    debug_assert!(!work || code.remedy() == Remedy::Mend);
    work
}

/// Computes where it keeps no door waiting.
async fn done(asked: Option<WorkAsked>) -> Result<Option<WorkDone>, Problem> {
    let Some(asked) = asked else {
        return Ok(None);
    };
    let solved = tokio::task::spawn_blocking(move || asked.solve()).await;
    match solved {
        Ok(solved) => Ok(Some(solved?)),
        Err(error) => {
            tracing::error!(%error, "the work was not done");
            Err(Code::AnswerMalformed.into())
        }
    }
}
