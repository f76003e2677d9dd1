//! What the screen is told. Every sentence is the screen's own: here are only words of
//! [`protocol::code::Code`], of findings and of states.

mod address;
mod queue;

pub use address::AddressView;
pub use queue::{ApoyoView, QueueState, WaitsFor};

use crate::{doors::Source, ports::NetworkKind, store::phone::Proved};
use credential::{Entidad, Model, reading::FindingCode};
use protocol::{
    activation::Language,
    apoyo::{PartName, SignatureKind},
    campaign::Campaign,
    code::Problem,
    environment::Timestamp,
    ids::{DeviceId, Sha256Hash},
    receipt::Folio,
    sensitive::Sensitive,
};
use serde::{Deserialize, Serialize};

/// How everything stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AppState {
    /// The language that the app speaks.
    pub language: Language,
    /// The activation of this phone.
    pub activation: ActivationView,
    /// Where the citizen votes, as far as they said.
    pub entidad: Option<Entidad>,
    /// Their sección, as far as they said.
    pub seccion: Option<u16>,
    /// The apoyo being prepared.
    pub draft: Option<DraftView>,
    /// Apoyos sent or waiting to be sent, the newest first.
    pub apoyos: Vec<ApoyoView>,
    /// Apoyos are not sent over mobile data.
    pub wifi_only: bool,
    /// The network, as far as it is known.
    pub network: NetworkKind,
    /// What was thrown away because the phone lost what opened it, until the person has read it.
    pub lost: Option<Problem>,
    /// The app's version.
    pub app_version: String,
}

/// How far the activation is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum ActivationView {
    /// The privacy notice has to be read and accepted.
    Notice,
    /// The front of the credential has to be photographed.
    Front,
    /// The mail address has to be given.
    Email {
        /// What was noticed in the front picture.
        findings: Vec<FindingCode>,
        /// Those of them because of which the citizen is asked whether to use it.
        ask: Vec<FindingCode>,
        /// Why the last activation ended, where it did (expired, exhausted, key lost).
        ended: Option<Problem>,
        /// What a provider has vouched for.
        proved: Option<ProvedView>,
    },
    /// The person is with a provider, in the system's browser.
    Signin {
        /// What people call it.
        provider: String,
        /// What was opened, for opening it again.
        url: String,
        /// Seconds until the browser is not waited for any more.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        left_s: i64,
        /// The browser is back; the server has to be asked what that is worth.
        is_back: bool,
    },
    /// The code is on its way.
    Code {
        /// The address, most of it hidden (`l•••@ejemplo.mx`).
        masked_email: String,
        /// Seconds until the code opens nothing any more.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        expires_in_s: i64,
        /// Seconds until another mail may be asked for.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        resend_in_s: i64,
        /// Wrong codes that it still survives, as far as the phone knows.
        tries_left: u8,
        /// What is wrong with the mail, where something is: it bounced, or was refused.
        mail: Option<Problem>,
    },
    /// The phone is activated.
    Active {
        /// Its name.
        device: DeviceId,
        /// Since when.
        since: Timestamp,
    },
}

/// What a provider has vouched for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ProvedView {
    /// What people call it.
    pub provider: String,
    /// The address; `None` where the provider did not say: then it is typed.
    #[cfg_attr(feature = "ts", ts(as = "Option<String>"))]
    pub email: Option<Sensitive<String>>,
}

impl From<&Proved> for ProvedView {
    fn from(proved: &Proved) -> Self {
        Self {
            provider: proved.provider.clone(),
            email: proved.email.clone(),
        }
    }
}

/// The privacy notice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Notice {
    /// First 16 digits of its SHA-256.
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
    /// Its number.
    pub number: Entidad,
    /// Its name.
    pub name: String,
}

/// Campaigns to choose from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CampaignsView {
    /// Those that match, the nearest closing first.
    pub campaigns: Vec<Campaign>,
    /// How many are open to this citizen in all.
    pub open: u32,
    /// When the server was last asked.
    pub fetched_at: Option<Timestamp>,
    /// Why the server could not be asked now; the campaigns are then the last known ones.
    pub problem: Option<Problem>,
}

/// The next thing that a draft needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum DraftStep {
    /// Choose the model.
    Model,
    /// Photograph the front.
    Front,
    /// Photograph the back.
    Back,
    /// Confirm what was read.
    Reading,
    /// Take the selfie.
    Selfie,
    /// Sign.
    Signature,
    /// Everything is there: look it over, consent, send.
    Summary,
}

/// The apoyo being prepared.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DraftView {
    /// For whom.
    pub campaign: Campaign,
    /// The next thing it needs.
    pub step: DraftStep,
    /// The model of the credential.
    pub model: Option<Model>,
    /// The pictures that are there.
    pub parts: Vec<PartView>,
    /// What was read, field by field.
    pub reading: Vec<ReadField>,
    /// Whether the citizen has confirmed it.
    pub confirmed: bool,
    /// What was found when the sources were compared.
    pub findings: Vec<FindingCode>,
    /// How the signature was made.
    pub signature_kind: Option<SignatureKind>,
    /// Whether the front picture of the activation is still there to be used.
    pub activation_front: bool,
    /// The version of the notice in force: what `Send` has to name.
    pub notice_version: String,
}

/// One picture of a draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PartView {
    /// What it shows.
    pub name: PartName,
    /// Where it came from.
    pub source: Source,
    /// What was noticed in it.
    pub findings: Vec<FindingCode>,
    /// Those of them because of which the citizen is asked whether to use it.
    pub ask: Vec<FindingCode>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Its hash: changes when it is taken again.
    pub sha256: Sha256Hash,
}

/// The names of what can be read from a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum FieldName {
    /// Código de identificación de la credencial.
    Cic,
    /// Identificador del ciudadano.
    Identificador,
    /// The sección.
    Seccion,
    /// The emission number.
    Emision,
    /// When the card was issued.
    Issued,
    /// The CURP.
    Curp,
    /// The clave de elector.
    ClaveElector,
    /// The name.
    Name,
    /// The birth date.
    Birth,
    /// The sex.
    Sex,
    /// Until when the card is valid.
    Vigencia,
}

/// Where a field was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum FieldSource {
    /// From the QR.
    Qr,
    /// From the MRZ.
    Mrz,
    /// Typed.
    Typed,
}

/// One field for the citizen to confirm.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ReadField {
    /// Which.
    pub name: FieldName,
    /// What it says.
    #[cfg_attr(feature = "ts", ts(as = "String"))]
    pub value: Sensitive<String>,
    /// Where it was read.
    pub source: FieldSource,
}

/// One frame of the live view, looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FrameLook {
    /// The one thing to say.
    pub advice: FrameAdvice,
    /// The card's corners as fractions of the frame's width and height, clockwise.
    pub card: Option<[[f32; 2]; 4]>,
    /// The QR's corners as fractions of the frame's width and height, clockwise from top left.
    pub corners: Option<[[f32; 2]; 4]>,
    /// Whether the public QR was read in this frame.
    pub qr_read: bool,
    /// Whether this is a frame to take.
    pub good: bool,
    /// Good frames in a row, this one included.
    pub steady: u8,
    /// How many of them make the picture take itself.
    pub steady_needed: u8,
    /// Now: unless the citizen has switched that off.
    pub take: bool,
}

/// What to tell somebody who is aiming: one thing at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum FrameAdvice {
    /// No card is seen.
    AimAtCard,
    /// "Acerque".
    ComeCloser,
    /// Too near: part of the card is outside.
    MoveBack,
    /// Blurred by movement or focus.
    HoldStill,
    /// Too dark.
    TooDark,
    /// Too bright.
    TooBright,
    /// "Hay reflejo".
    Glare,
    /// "Hay sombra".
    Shadow,
    /// "No se ve el código".
    NoQr,
    /// "Voltee la credencial".
    TurnCardOver,
    /// A copy or a screen, not the card; a picture of a face, not a face.
    NotOriginal,
    /// "Descubra sus ojos".
    EyesCovered,
    /// Somebody else is in the picture.
    OnlyYou,
    /// Take it.
    Good,
}

/// A receipt that anyone can check.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ReceiptView {
    /// Its short name.
    pub folio: Folio,
    /// Its place in the order of arrival.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub sequence: u64,
    /// When the server recorded it.
    pub received_at: Timestamp,
    /// What the campaign asks for.
    pub title: String,
    /// Who asks.
    pub requester: String,
    /// SHA-256 of what was sent.
    pub content: Sha256Hash,
    /// The signed receipt as the server gave it (JSON), for whoever wants to check it.
    pub signed: String,
    /// The key it was verified with, base64url.
    pub key: String,
}
