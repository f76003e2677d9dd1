//! State that lasts only while the app runs. A killed app loses it, and no rule depends on it.

use crate::{code::Problem, doors::Aim, views::FrameLook};
use protocol::{campaigns::CampaignQuery, ids::ApoyoId};
use std::sync::{Arc, Mutex, atomic::AtomicU64};
use vision::qr::Session;

/// What is being sent now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    pub apoyo: ApoyoId,
    pub parts_done: u8,
    pub parts: u8,
}

/// The last request for campaigns, in this run of the app.
#[derive(Debug, Clone)]
pub(crate) struct LastAsked {
    pub at_ms: i64,
    pub asked: CampaignQuery,
    pub problem: Option<Problem>,
}

/// The state of the live view. One frame is analysed at a time. Frames that arrive meanwhile do not
/// queue up: only the newest of them is analysed, and the others get the last answer.
#[derive(Default)]
pub(crate) struct Viewfinder {
    /// Held while a frame is analysed.
    pub looking: tokio::sync::Mutex<()>,
    /// The number of the newest frame.
    pub newest: AtomicU64,
    /// The last answer, and where the camera aimed.
    pub last: Mutex<Option<(Aim, FrameLook)>>,
    /// The frames of the back so far, until the camera aims at another subject. A code that is not
    /// readable in any single frame may be read from all of them.
    pub live: Arc<Mutex<Session>>,
}
