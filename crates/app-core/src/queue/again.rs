//! Sends again what the server has receipted and no longer knows.
//!
//! The manifest goes first: a server that knows the apoyo after all answers with the same receipt
//! (or, to another device of the same phone, `apoyo_id_reused`), and nothing more is sent. One
//! that does not know it names the parts that it lacks; they are uploaded as always.
//!
//! | killed after | what the next pass does |
//! |---|---|
//! | the loss was noted | sends the manifest |
//! | the parts arrived | the same: nothing is missing, and the receipt comes |
//! | the receipt came, before it was stored | the same: the same receipt comes |

use super::{policy::Which, sender::Unsent};
use crate::{
    app::App,
    code::Problem,
    entry::{Entry, EntryState, Expected, Sending},
    steps,
    store::{entries::spare, phone::Active},
};
use protocol::code::Code;

impl App {
    /// Sends the copy of a receipted entry, if the server has lost it.
    pub(super) async fn send_again(
        &self,
        active: &Active,
        entry: &Entry,
        which: Which,
    ) -> Result<(), Unsent> {
        let apoyo = entry.apoyo;
        let EntryState::Receipted(receipted) = &entry.state else {
            return Ok(());
        };
        let Some(pause) = receipted.lost.as_ref().and_then(|lost| lost.pause()) else {
            return Ok(());
        };
        let outgoing = self
            .store
            .read(move |rows| spare::outgoing(rows, apoyo))
            .await?;
        let Some(outgoing) = outgoing else {
            self.store
                .write(move |rows| spare::is_gone(rows, apoyo))
                .await?;
            return Ok(());
        };
        let mut outgoing = self.in_the_name_of(active, apoyo, outgoing).await?;
        let sending = Sending {
            pause: pause.clone(),
            manifest_put: true,
        };
        let (sending, answer) = self
            .upload_and_put(active, apoyo, sending, &mut outgoing, which)
            .await?;
        steps::at("again.answered");
        let expected = Expected {
            apoyo,
            campaign: &entry.campaign,
            content: outgoing.content,
        };
        let again = sending.receipted(answer, &active.receipt_key, &expected)?;
        self.store
            .write(move |rows| spare::found(rows, apoyo, &again))
            .await?;
        steps::at("again.receipted");
        tracing::info!(%apoyo, "receipted again");
        Ok(())
    }

    /// Forgets the copies of what the server has. Whether there were any.
    pub(crate) async fn forget_copies(&self) -> Result<bool, Problem> {
        let any = self.store.write(spare::forget_all).await?;
        if any {
            self.store.shrink().await?;
        }
        Ok(any)
    }

    /// Whether the server knows an apoyo that seemed lost: it was given under an earlier
    /// activation of this phone. Then its receipt is as good as before.
    pub(super) async fn knew_it_after_all(
        &self,
        entry: &Entry,
        problem: &Problem,
    ) -> Result<bool, Problem> {
        let receipted = matches!(entry.state, EntryState::Receipted(_));
        if !receipted || problem.code != Code::ApoyoIdReused {
            return Ok(false);
        }
        let apoyo = entry.apoyo;
        self.store
            .write(move |rows| spare::is_known(rows, apoyo))
            .await?;
        Ok(true)
    }
}
