//! The queue and the receipts, as the screen shows them.

use crate::code::Problem;
use protocol::{
    apoyos::ApoyoState,
    environment::Timestamp,
    ids::{ApoyoId, CampaignId, Sha256Hash},
    receipt::Folio,
};
use serde::{Deserialize, Serialize};

/// What an apoyo waits for before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum WaitsFor {
    /// Its turn: it is about to be sent.
    Turn,
    /// A network.
    Network,
    /// Wi-Fi, because the citizen wants nothing sent over mobile data.
    Wifi,
    /// The end of a pause after a failure.
    Pause,
    /// The next activation of this phone.
    Activation,
}

/// The state of an apoyo in the queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum QueueState {
    /// It is stored on this phone, and will be sent.
    Waiting {
        /// Seconds until the next try.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        next_try_in_s: i64,
        /// What the next try waits for.
        waits_for: WaitsFor,
        /// Why the last try failed.
        problem: Option<Problem>,
    },
    /// It is being sent.
    Sending {
        /// Number of parts that the server has.
        parts_done: u8,
        /// Number of parts.
        parts: u8,
    },
    /// The server has it, and its receipt was verified.
    Receipted {
        /// The folio.
        folio: Folio,
        /// When the server recorded it.
        received_at: Timestamp,
        /// Its status, as last heard from the server.
        status: Option<ApoyoState>,
    },
    /// The server refused it for good.
    Refused {
        /// Why it was refused.
        problem: Problem,
    },
}

/// What becomes of an apoyo that the server no longer knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum LostAgain {
    /// The phone sends its sealed copy again.
    Sending {
        /// Seconds until the next try.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        next_try_in_s: i64,
    },
    /// The server has it again, and gave another receipt.
    Found,
    /// It cannot be sent again.
    Over {
        /// Why the server refuses it; `None` if the phone has no copy any more.
        problem: Option<Problem>,
    },
}

/// A receipt that the server no longer knows: it still proves what it says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LostView {
    /// The folio of the first receipt.
    pub folio: Folio,
    /// What becomes of the apoyo.
    pub again: LostAgain,
}

/// One entry of "Mis apoyos".
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ApoyoView {
    /// The apoyo's id.
    pub apoyo: ApoyoId,
    /// The campaign that it is for.
    pub campaign: CampaignId,
    /// The campaign's title.
    pub title: String,
    /// The requester's name.
    pub requester: String,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// Its state.
    pub queue: QueueState,
    /// Whether it can still be cancelled: then it cannot have counted.
    pub may_cancel: bool,
    /// Whether it can be exported as a file.
    pub may_export: bool,
    /// The server lost it after its receipt.
    pub lost: Option<LostView>,
}

/// A receipt that anyone can check.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ReceiptView {
    /// The folio.
    pub folio: Folio,
    /// The sequence number: its place in the order of arrival.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub sequence: u64,
    /// When the server recorded it.
    pub received_at: Timestamp,
    /// The campaign's title.
    pub title: String,
    /// The requester's name.
    pub requester: String,
    /// SHA-256 of the submission that was sent.
    pub content: Sha256Hash,
    /// The signed receipt exactly as the server sent it (JSON), so that anyone can check it.
    pub signed: String,
    /// The key that verifies it, base64url.
    pub key: String,
}
