//! The answers of the doors. They hold only the words of [`crate::code`], of findings and of states;
//! the screen has the sentences.

mod activation;
mod address;
mod draft;
mod frame;
mod queue;

pub use activation::{ActivationView, ProvedView};
pub use address::AddressView;
pub use draft::{DraftStep, DraftView, FieldName, FieldSource, PartView, ReadField};
pub use frame::{FrameAdvice, FrameLook};
pub use queue::{ApoyoView, LostAgain, LostView, QueueState, ReceiptView, WaitsFor};

use crate::{code::Problem, ports::NetworkKind};
use credential::Entidad;
use protocol::{activation::Language, campaigns::Campaign, environment::Timestamp};
use serde::{Deserialize, Serialize};

/// The state of the app.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AppState {
    /// The language of the app.
    pub language: Language,
    /// The activation of this phone.
    pub activation: ActivationView,
    /// Where the citizen votes, if they said it.
    pub entidad: Option<Entidad>,
    /// The citizen's sección, if they said it.
    pub seccion: Option<u16>,
    /// The apoyo being prepared.
    pub draft: Option<DraftView>,
    /// Apoyos sent or waiting to be sent, the newest first.
    pub apoyos: Vec<ApoyoView>,
    /// Whether apoyos wait for an unmetered network.
    pub wifi_only: bool,
    /// The kind of network, as far as it is known.
    pub network: NetworkKind,
    /// What was deleted because the phone lost its key, until the person has read the message.
    pub lost: Option<Problem>,
    /// The app's version.
    pub app_version: String,
}

/// The privacy notice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Notice {
    /// Its version: the first 16 digits of the SHA-256 of the texts.
    pub version: String,
    /// The simplified notice: one paragraph per item.
    pub simplified: Vec<String>,
    /// The whole notice, paragraphs; those that begin with `# ` are headings.
    pub whole: Vec<String>,
}

/// An entidad in a list to choose from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct EntidadName {
    /// The entidad's number.
    pub number: Entidad,
    /// The entidad's name.
    pub name: String,
}

/// Campaigns to choose from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CampaignsView {
    /// The campaigns that match the search, the nearest closing first.
    pub campaigns: Vec<Campaign>,
    /// Number of campaigns that are open to this citizen.
    pub open: u32,
    /// When the server last answered.
    pub fetched_at: Option<Timestamp>,
    /// Why the server did not answer now; then these are the last known campaigns.
    pub problem: Option<Problem>,
}
