//! The outbox: apoyos on their way to the server. Entries are sealed, durable and resumable, and
//! there is one sender at a time.
//!
//! An entry is in the phone's store, sealed, before `Send` answers. A pass takes the entries in
//! order. For each it uploads the parts by hash (it asks first whether the server has them) and
//! then sends the manifest. Every step is idempotent, so the app may be killed between any two:
//!
//! | killed after | what the next pass does |
//! |---|---|
//! | the entry was stored | uploads its parts |
//! | a part arrived, before that was noted | asks, and uploads nothing twice |
//! | the server recorded it, before the receipt came | puts it again: same id, same bytes, same receipt |
//! | the receipt came, before it was stored | the same |
//! | the receipt was stored | nothing: what was sent became a copy in that transaction |
//!
//! A temporary failure ([`protocol::code::Remedy::Later`]) causes a growing pause, and so does, for two
//! weeks, a refusal that passes by itself ([`policy::outlook`]). Any other failure makes the entry
//! `Refused`; its parts are kept until a person removes it or tries it again. A receipt that does not
//! verify (with the key pinned at activation, for this apoyo, campaign and content) counts as a
//! temporary failure, so nothing is deleted. [`policy`] decides which network is used,
//! [`crate::entry`] has the states, and [`export`] writes an entry to a file.
//!
//! After the receipt the sealed copy stays until the server has shown, a week later, that it still
//! knows the apoyo. A server that was put back from an older backup does not; then [`again`] sends
//! the copy, and the person reads what happened.
//!
//! When the device is unknown or revoked, or its key is gone, the activation ends and the
//! entries stay as they are. After the next activation of this phone they are sent in its name:
//! the same apoyo id, pictures and payload, but the new device in the manifest, and its
//! signature. If the server had recorded the first sending after all, it answers
//! `apoyo_id_reused` and the entry shows that. The apoyo is counted once in both cases.

mod again;
pub(crate) mod doors;
mod export;
pub(crate) mod policy;
pub(crate) mod seal;
mod sender;
mod upload;

use crate::{
    app::App,
    code::Problem,
    entry::{Again, Entry, EntryState, Pause},
    running::Progress,
    store::entries,
    views::{ApoyoView, LostAgain, LostView, QueueState},
};
use chrono::DateTime;
use policy::Conditions;
use protocol::{code::Code, ids::ApoyoId};
use std::time::Duration;

/// An entry as the screen shows it.
pub(crate) fn view(
    entry: &Entry,
    progress: Option<Progress>,
    conditions: &Conditions,
) -> ApoyoView {
    let queue = match (&entry.state, progress) {
        (EntryState::Receipted(receipted), _) => QueueState::Receipted {
            folio: receipted.receipt.receipt.folio.clone(),
            received_at: receipted.receipt.receipt.received_at,
            status: receipted.status.clone(),
        },
        (EntryState::Refused(refused), _) => QueueState::Refused {
            problem: refused.problem.clone(),
        },
        (_, Some(progress)) if progress.apoyo == entry.apoyo => QueueState::Sending {
            parts_done: progress.parts_done,
            parts: progress.parts,
        },
        (state, _) => waiting(state, conditions),
    };
    let (title, requester) = match &entry.about {
        Some(about) => (about.title.clone(), about.requester.clone()),
        // The title is lost with its secret; the receipt still names the campaign.
        None => (entry.campaign.to_string(), String::new()),
    };
    ApoyoView {
        apoyo: entry.apoyo,
        campaign: entry.campaign.clone(),
        title,
        requester,
        queued_at: DateTime::from_timestamp_millis(entry.queued_at_ms).unwrap_or_default(),
        queue,
        may_cancel: entry.state.may_cancel(),
        may_export: entry.state.may_export(),
        lost: lost(&entry.state, conditions.now_ms),
    }
}

/// What the person reads about a receipt that the server no longer knows.
fn lost(state: &EntryState, now_ms: i64) -> Option<LostView> {
    let EntryState::Receipted(receipted) = state else {
        return None;
    };
    let lost = receipted.lost.as_ref()?;
    Some(LostView {
        folio: lost.former.receipt.folio.clone(),
        again: match &lost.again {
            Again::Sending(pause) => LostAgain::Sending {
                next_try_in_s: seconds_left(pause, now_ms),
            },
            Again::Found => LostAgain::Found,
            Again::Over { problem } => LostAgain::Over {
                problem: problem.clone(),
            },
        },
    })
}

fn seconds_left(pause: &Pause, now_ms: i64) -> i64 {
    match pause.is_over(now_ms) {
        true => 0,
        false => (pause.next_try_at_ms - now_ms + 999) / 1_000,
    }
}

fn waiting(state: &EntryState, conditions: &Conditions) -> QueueState {
    let over = Pause::default();
    let pause = state.pause().unwrap_or(&over);
    QueueState::Waiting {
        next_try_in_s: seconds_left(pause, conditions.now_ms),
        waits_for: conditions
            .waits_for(state)
            .unwrap_or(crate::views::WaitsFor::Turn),
        problem: pause.problem.clone(),
    }
}

impl App {
    /// One entry; [`Code::ApoyoUnknown`] if there is none.
    pub(crate) async fn entry(&self, apoyo: ApoyoId) -> Result<Entry, Problem> {
        self.store
            .read(move |rows| entries::lookup(rows, apoyo))
            .await?
            .ok_or_else(|| Code::ApoyoUnknown.into())
    }

    /// The conditions for sending, now.
    pub(crate) async fn conditions(&self) -> Result<Conditions, Problem> {
        Ok(self.conditions_of(&self.phone().await?))
    }

    /// The same, for a phone that is already loaded.
    pub(crate) fn conditions_of(&self, phone: &crate::store::phone::Phone) -> Conditions {
        Conditions {
            now_ms: self.now_ms(),
            network: self.ports.network.kind(),
            wifi_only: phone.wifi_only,
            active: matches!(phone.activation, crate::store::phone::Activation::Active(_)),
        }
    }

    /// The background task's pass over the queue.
    pub(crate) async fn run_due(&self) {
        let which = match self
            .came_back
            .swap(false, std::sync::atomic::Ordering::SeqCst)
        {
            true => policy::Which::NetworkIsBack,
            false => policy::Which::Due,
        };
        if let Err(problem) = self.pass(which).await {
            tracing::warn!(%problem, "the queue could not be run");
        }
    }

    /// Time until something is due: at least half a second, at most half a minute.
    pub(crate) async fn next_due(&self) -> Duration {
        const LEAST_MS: i64 = 500;
        const MOST_MS: i64 = 30_000;
        let now_ms = self.now_ms();
        let waiting = match self.store.read(entries::list).await {
            Ok(entries) => entries
                .iter()
                .filter_map(|entry| Some(entry.state.pause()?.next_try_at_ms - now_ms))
                .min()
                .unwrap_or(MOST_MS),
            Err(_) => MOST_MS,
        };
        let may_send = match self.conditions().await {
            Ok(conditions) => conditions.active && policy::Which::Due.may_use(&conditions),
            Err(_) => false,
        };
        let waiting = if may_send { waiting } else { MOST_MS };
        let pause = waiting
            .min(self.statuses_due_in_ms().await)
            .clamp(LEAST_MS, MOST_MS);
        Duration::from_millis(u64::try_from(pause).unwrap_or(500))
    }
}
