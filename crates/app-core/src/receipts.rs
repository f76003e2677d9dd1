//! Receipts, and the status of their apoyos.

use crate::{
    app::App,
    code::{PhoneCode, Problem},
    entry::{Entry, EntryState},
    store::entries::{self, spare},
    views::{AppState, ReceiptView},
};
use protocol::{apoyos::Status, code::Code, ids::ApoyoId};
use std::sync::atomic::Ordering;

/// Interval between requests for the status of an apoyo without a verdict.
const SOON_MS: i64 = 10_000;
/// The same for an apoyo with a verdict, which rarely changes.
const LATER_MS: i64 = 15 * 60_000;

impl App {
    /// [`crate::Door::Receipt`].
    pub(crate) async fn receipt(&self, apoyo: ApoyoId) -> Result<ReceiptView, Problem> {
        let entry = self.entry(apoyo).await?;
        let EntryState::Receipted(receipted) = entry.state else {
            return Err(PhoneCode::StepOutOfOrder.into());
        };
        let receipt = receipted.receipt.receipt;
        // The title is lost with its secret; the receipt is not.
        let (title, requester) = match entry.about {
            Some(about) => (about.title, about.requester),
            None => (entry.campaign.to_string(), String::new()),
        };
        Ok(ReceiptView {
            folio: receipt.folio,
            sequence: receipt.sequence,
            received_at: receipt.received_at,
            title,
            requester,
            content: receipt.content,
            signed: receipted.signed,
            key: String::from(receipted.key),
        })
    }

    /// [`crate::Door::RefreshStatuses`]. An apoyo that the server does not know for this device is
    /// lost, and is sent again, if this device sent it. Given under an earlier activation it keeps
    /// its last known status.
    pub(crate) async fn refresh_statuses(&self) -> Result<AppState, Problem> {
        let active = self.active().await?;
        self.statuses_asked_ms
            .store(self.now_ms(), Ordering::Relaxed);
        for entry in self.store.read(entries::list).await? {
            if !matches!(entry.state, EntryState::Receipted(_)) {
                continue;
            }
            match self.api.apoyo_state(active.device, entry.apoyo).await {
                Ok(status) if status.apoyo == entry.apoyo => {
                    self.is_known().await?;
                    let server_now_ms = self.now_ms() + self.api.clock_behind_ms();
                    self.store
                        .write(move |t| {
                            spare::is_there(t, status.apoyo, server_now_ms)?;
                            entries::set_status(t, &status)
                        })
                        .await?;
                }
                Ok(_) => return Err(PhoneCode::AnswerMalformed.into()),
                Err(problem) if problem.code == Code::ApoyoUnknown => {
                    let (apoyo, device, now_ms) = (entry.apoyo, active.device, self.now_ms());
                    self.store
                        .write(move |t| spare::is_missing(t, apoyo, device, now_ms))
                        .await?;
                    self.wake.notify_one();
                }
                Err(problem) => {
                    self.end_if_unknown(&problem).await?;
                    return Err(problem);
                }
            }
        }
        self.state().await
    }

    /// The background task's refresh of the statuses.
    pub(crate) async fn refresh_statuses_when_due(&self) {
        if self.statuses_due_in_ms().await > 0 {
            return;
        }
        if let Err(problem) = self.refresh_statuses().await {
            tracing::info!(%problem, "statuses were not refreshed");
        }
    }

    /// Milliseconds until the statuses are refreshed; very many if there are none to ask for.
    pub(crate) async fn statuses_due_in_ms(&self) -> i64 {
        const NEVER: i64 = i64::MAX / 4;
        if self.active().await.is_err() {
            return NEVER;
        }
        let Ok(entries) = self.store.read(entries::list).await else {
            return NEVER;
        };
        let Some(every) = entries.iter().filter_map(asked_every).min() else {
            return NEVER;
        };
        let since = self.now_ms() - self.statuses_asked_ms.load(Ordering::Relaxed);
        // If the clock was set back, the status is asked for at once, not in years.
        if since < 0 { 0 } else { every - since }
    }
}

/// The interval between requests for an apoyo's status.
fn asked_every(entry: &Entry) -> Option<i64> {
    let EntryState::Receipted(receipted) = &entry.state else {
        return None;
    };
    match receipted.status.as_ref().map(|state| state.status) {
        None | Some(Status::Received) => Some(SOON_MS),
        Some(Status::Preliminary | Status::InReview | Status::NotCounted) => Some(LATER_MS),
    }
}
