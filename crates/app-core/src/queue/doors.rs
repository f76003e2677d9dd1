//! The doors of the queue.

use super::policy::Which;
use crate::{
    app::App,
    code::{PhoneCode, Problem},
    entry::EntryState,
    ports::NetworkKind,
    store::{
        entries::{self, spare},
        secret,
    },
    views::AppState,
};
use protocol::ids::ApoyoId;
use std::sync::atomic::Ordering;

impl App {
    /// [`crate::Door::RunQueue`].
    pub(crate) async fn run_queue(&self) -> Result<AppState, Problem> {
        self.pass(Which::NetworkIsBack).await?;
        self.state().await
    }

    /// A shell calls this when the app returns to the front, or when the system wakes it in the
    /// background. It wakes the sender and does not wait for it.
    pub fn resumed(&self) {
        self.came_back.store(true, Ordering::SeqCst);
        self.wake.notify_one();
    }

    /// [`crate::Door::NetworkIs`].
    pub(crate) async fn network_is(&self, kind: NetworkKind) -> Result<AppState, Problem> {
        let before = self.ports.network.kind();
        self.ports.network.told(kind);
        if self.ports.network.kind() != before {
            self.resumed();
        }
        self.state().await
    }

    /// [`crate::Door::SetWifiOnly`].
    pub(crate) async fn set_wifi_only(&self, wifi_only: bool) -> Result<AppState, Problem> {
        self.change_phone(move |phone| phone.wifi_only = wifi_only)
            .await?;
        self.wake.notify_one();
        self.state().await
    }

    /// [`crate::Door::Retry`].
    pub(crate) async fn retry(&self, apoyo: ApoyoId) -> Result<AppState, Problem> {
        let entry = self.entry(apoyo).await?;
        let now_ms = self.now_ms();
        match entry.state {
            EntryState::Refused(refused) => {
                let again = EntryState::Sending(refused.again(now_ms));
                self.store
                    .write(move |rows| entries::save_state(rows, apoyo, &again))
                    .await?;
            }
            EntryState::Receipted(_) => {
                self.store
                    .write(move |rows| spare::try_again(rows, apoyo, now_ms))
                    .await?;
            }
            EntryState::Unsealed(_) | EntryState::Sealed(_) | EntryState::Sending(_) => {}
        }
        self.pass(Which::One(apoyo)).await?;
        self.state().await
    }

    /// [`crate::Door::Cancel`]. Does not wait for a sender that is busy with the entry: the store
    /// decides which of the two is first, and the sender notices.
    pub(crate) async fn cancel(&self, apoyo: ApoyoId) -> Result<AppState, Problem> {
        self.entry(apoyo).await?;
        let cancelled = self
            .store
            .write(move |rows| entries::cancel(rows, apoyo))
            .await?;
        if !cancelled {
            return Err(PhoneCode::TooLateToCancel.into());
        }
        crate::steps::at("delete.durable");
        self.store.shrink().await?;
        self.state().await
    }

    /// [`crate::Door::RemoveRefused`].
    pub(crate) async fn remove_refused(&self, apoyo: ApoyoId) -> Result<AppState, Problem> {
        self.entry(apoyo).await?;
        let removed = self
            .store
            .write(move |rows| entries::remove_refused(rows, apoyo))
            .await?;
        if !removed {
            return Err(PhoneCode::StepOutOfOrder.into());
        }
        self.store.shrink().await?;
        self.state().await
    }

    /// [`crate::Door::LossWasRead`].
    pub(crate) async fn loss_was_read(&self) -> Result<AppState, Problem> {
        self.store.write(secret::lost_was_read).await?;
        self.state().await
    }
}
