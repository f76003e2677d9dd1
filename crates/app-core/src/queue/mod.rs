//! Apoyos on their way to the server: durable, resumable, one sender at a time.
//!
//! An entry is in the phone's store before `Send` answers. A pass takes the entries in order
//! and, for each, uploads its parts by hash (asking first whether the server has them) and
//! then puts the manifest. Every step may be repeated without harm, so that the app may be
//! killed between any two:
//!
//! | killed after | what the next pass does |
//! |---|---|
//! | the entry was stored | uploads its parts |
//! | a part arrived, before that was noted | asks, and uploads nothing twice |
//! | the server recorded it, before the receipt came | puts it again: same id, same bytes, same receipt |
//! | the receipt came, before it was stored | the same |
//! | the receipt was stored | nothing: body and pictures went in that transaction |
//!
//! A failure that may pass ([`protocol::code::Remedy::Later`]) makes a growing pause; one that
//! will not makes the entry `Refused`, with its parts kept until a person removes it or tries
//! it again. A receipt that does not verify (by the key pinned at activation, for this apoyo,
//! campaign and content) is a failure that may pass: everything is kept.
//!
//! When the device is unknown or revoked, or its key is gone, the activation ends and the
//! entries stay as they are. After the next activation of this phone they are sent in its
//! name: the same apoyo id, pictures and payload, with the new device in the manifest and its
//! signature. Should the server have recorded the first sending after all, it answers
//! `apoyo_id_reused` and the entry says so; it is counted once either way.

pub(crate) mod backoff;
pub(crate) mod entry;
mod sender;

use crate::{
    app::App,
    store::entries,
    views::{ApoyoView, AppState, QueueState},
};
use chrono::DateTime;
use entry::{Entry, EntryState};
use protocol::{
    code::{Code, Problem},
    ids::ApoyoId,
};
use std::time::Duration;

/// What is being sent this moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    pub apoyo: ApoyoId,
    pub parts_done: u8,
    pub parts: u8,
}

/// Which entries a pass takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// Those whose pause is over.
    Due,
    /// Those, and all that waited for the network.
    NetworkIsBack,
    /// This one.
    One(ApoyoId),
}

/// An entry as the screen is told of it.
pub(crate) fn view(entry: &Entry, progress: Option<Progress>, now_ms: i64) -> ApoyoView {
    let queue = match (&entry.state, progress) {
        (EntryState::Waiting { .. }, Some(progress)) if progress.apoyo == entry.apoyo => {
            QueueState::Sending {
                parts_done: progress.parts_done,
                parts: progress.parts,
            }
        }
        (
            EntryState::Waiting {
                next_try_at_ms,
                problem,
                ..
            },
            _,
        ) => QueueState::Waiting {
            next_try_in_s: if backoff::is_due(now_ms, *next_try_at_ms) {
                0
            } else {
                (next_try_at_ms - now_ms + 999) / 1_000
            },
            problem: problem.clone(),
        },
        (EntryState::Receipted(receipted), _) => QueueState::Receipted {
            folio: receipted.receipt.receipt.folio.clone(),
            received_at: receipted.receipt.receipt.received_at,
            status: receipted.status.clone(),
        },
        (EntryState::Refused { problem }, _) => QueueState::Refused {
            problem: problem.clone(),
        },
    };
    ApoyoView {
        apoyo: entry.apoyo,
        campaign: entry.campaign.clone(),
        title: entry.title.clone(),
        requester: entry.requester.clone(),
        queued_at: DateTime::from_timestamp_millis(entry.queued_at_ms).unwrap_or_default(),
        queue,
    }
}

impl App {
    /// [`crate::Door::RunQueue`].
    pub(crate) async fn run_queue(&self) -> Result<AppState, Problem> {
        self.pass(Which::NetworkIsBack).await?;
        self.state().await
    }

    /// [`crate::Door::Retry`]. A refused entry may be tried again too: the campaign may have
    /// opened meanwhile, or the server been mended.
    pub(crate) async fn retry(&self, apoyo: ApoyoId) -> Result<AppState, Problem> {
        let entry = self.entry(apoyo).await?;
        if let EntryState::Refused { problem } = entry.state {
            let now_ms = self.now_ms();
            self.store
                .write(move |t| entries::set_waiting(t, apoyo, 0, now_ms, Some(&problem)))
                .await?;
        }
        self.pass(Which::One(apoyo)).await?;
        self.state().await
    }

    /// [`crate::Door::RemoveRefused`].
    pub(crate) async fn remove_refused(&self, apoyo: ApoyoId) -> Result<AppState, Problem> {
        self.entry(apoyo).await?;
        let removed = self
            .store
            .write(move |t| entries::remove_refused(t, apoyo))
            .await?;
        if !removed {
            return Err(Code::StepOutOfOrder.into());
        }
        self.store.shrink().await?;
        self.state().await
    }

    /// One entry; [`Code::ApoyoUnknown`] without it.
    pub(crate) async fn entry(&self, apoyo: ApoyoId) -> Result<Entry, Problem> {
        self.store
            .read(move |c| entries::load(c, apoyo))
            .await?
            .ok_or_else(|| Code::ApoyoUnknown.into())
    }

    /// What the background does when it wakes.
    pub(crate) async fn run_due(&self) {
        if let Err(problem) = self.pass(Which::Due).await {
            tracing::warn!(%problem, "the queue could not be run");
        }
    }

    /// How long until something is due: never a busy loop, never more than half a minute.
    pub(crate) async fn next_due(&self) -> Duration {
        const LEAST_MS: i64 = 500;
        const MOST_MS: i64 = 30_000;
        let now_ms = self.now_ms();
        let waiting = match self.store.read(entries::all).await {
            Ok(entries) => entries
                .iter()
                .filter_map(|entry| match entry.state {
                    EntryState::Waiting { next_try_at_ms, .. } => Some(next_try_at_ms - now_ms),
                    _ => None,
                })
                .min()
                .unwrap_or(MOST_MS),
            Err(_) => MOST_MS,
        };
        let active = self.active().await.is_ok();
        let waiting = if active { waiting } else { MOST_MS };
        let pause = waiting
            .min(self.statuses_due_in_ms().await)
            .clamp(LEAST_MS, MOST_MS);
        Duration::from_millis(u64::try_from(pause).unwrap_or(500))
    }
}
