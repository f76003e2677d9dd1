//! Apoyos on their way, as the screen is told of them.

use protocol::{
    apoyo::ApoyoState,
    code::Problem,
    environment::Timestamp,
    ids::{ApoyoId, CampaignId},
    receipt::Folio,
};
use serde::{Deserialize, Serialize};

/// What an apoyo waits for before it is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum WaitsFor {
    /// Nothing: it is about to be sent.
    Turn,
    /// A network over which the server can be reached.
    Network,
    /// Wi-Fi, because the citizen wants nothing sent over mobile data.
    Wifi,
    /// The end of a pause after a failure.
    Pause,
    /// This phone has to be activated again first.
    Activation,
}

/// How far an apoyo is on its way.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum QueueState {
    /// It is safe on this phone, and will be sent.
    Waiting {
        /// Seconds until the next try.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        next_try_in_s: i64,
        /// What has to come before the next try.
        waits_for: WaitsFor,
        /// Why the last try failed.
        problem: Option<Problem>,
    },
    /// It is being sent.
    Sending {
        /// Parts that the server has.
        parts_done: u8,
        /// Parts in all.
        parts: u8,
    },
    /// The server holds it: the receipt was verified.
    Receipted {
        /// Its short name.
        folio: Folio,
        /// When the server recorded it.
        received_at: Timestamp,
        /// What became of it, as last heard.
        status: Option<ApoyoState>,
    },
    /// The server will never take it as it is.
    Refused {
        /// Why.
        problem: Problem,
    },
}

/// One of "Mis apoyos".
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ApoyoView {
    /// Its id.
    pub apoyo: ApoyoId,
    /// For whom.
    pub campaign: CampaignId,
    /// What the campaign asks for.
    pub title: String,
    /// Who asks.
    pub requester: String,
    /// When it was put in the queue.
    pub queued_at: Timestamp,
    /// How far it is.
    pub queue: QueueState,
    /// Whether it can still be taken back: nothing of it can have counted.
    pub may_cancel: bool,
    /// Whether it can be taken elsewhere as a file.
    pub may_export: bool,
}
