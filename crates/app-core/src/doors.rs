//! Everything that a person can do in the app, as one plain list.
//!
//! The screen, wherever it is drawn (the Tauri window, a phone, a browser over the loopback
//! host), opens one door at a time and gets an [`Answer`]. A door is data, so that the shells
//! carry it without knowing it; what it does is a method of `App` of the same name.
//!
//! To add a door: a variant here, a line in `App::open`, a method on `App`; then
//! `cargo xtask gen` and a line in `ui/citizen/src/native/index.ts`.

use crate::ports::NetworkKind;
use credential::{Entidad, Model};
use protocol::{
    activation::Language,
    apoyo::{PartName, SignatureKind},
    code::Problem,
    ids::{ApoyoId, CampaignId, ProviderId},
    sensitive::Sensitive,
};
use serde::{Deserialize, Serialize};

/// Where a picture came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Source {
    /// Taken live in the app.
    Camera,
    /// Chosen from the phone's files.
    File,
}

/// A side of the credential that the camera is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Aim {
    /// The front.
    Front,
    /// The back, with the QR.
    Back,
    /// A face.
    Selfie,
}

/// What a person does. Doors marked *bytes* come with a picture (JPEG or PNG) beside them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "door", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Door {
    /// How everything stands. Answers `AppState`; so does every door without another answer.
    State,
    /// The privacy notice. Answers `Notice`.
    Notice,
    /// Speak another language.
    SetLanguage {
        /// Which.
        language: Language,
    },
    /// The 32 entidades. Answers `Vec<EntidadName>`.
    Entidades,

    /// Accept the notice of this version: nothing is photographed before.
    AcceptNotice {
        /// The version that was on the screen.
        version: String,
    },
    /// *bytes*: the front of the credential, for the activation; stays on the phone.
    PutActivationFront {
        /// Where it came from.
        source: Source,
    },
    /// Where the citizen votes, as the front says; both may be left out ("No lo sé").
    SetDemarcation {
        /// The entidad.
        entidad: Option<Entidad>,
        /// The sección, 1 to 9999.
        seccion: Option<u16>,
    },
    /// Who may be asked to vouch for the address. Answers `Vec<Provider>`; none where only the
    /// code by mail is offered.
    Providers,
    /// Go to a provider, in the system's browser.
    BeginSignin {
        /// Which.
        provider: ProviderId,
    },
    /// Open the browser again.
    OpenSigninAgain,
    /// Wait a while for the browser to come back. Answers `AppState`; asked again for as long as
    /// that says so.
    AwaitSignin,
    /// Have the code mailed to the address that was proved.
    SendToProved,
    /// Ask for a code. Where a provider vouched for an account without an address, it goes along.
    BeginActivation {
        /// The address.
        email: Sensitive<String>,
        /// The address, typed a second time.
        email_again: Sensitive<String>,
    },
    /// Ask for the mail again.
    ResendCode,
    /// Ask the server how the mail with the code fares: it may have bounced. Answers at once
    /// where no code is on its way.
    LookAfterMail,
    /// Begin with another address, or prove it in another way; the front picture stays.
    AbandonActivation,
    /// The code of the mail, as typed or pasted.
    CompleteActivation {
        /// Eight characters in any spelling.
        code: Sensitive<String>,
    },

    /// Campaigns open to this citizen. Answers `CampaignsView`; without network the last known ones.
    Campaigns {
        /// Words to look for in title, requester and description; empty for all.
        search: String,
    },
    /// Begin an apoyo for this campaign (replaces a draft for another one only after `DiscardDraft`).
    BeginDraft {
        /// For whom.
        campaign: CampaignId,
    },
    /// The model of the credential.
    ChooseModel {
        /// Which.
        model: Model,
    },
    /// *bytes*: one frame of the live view. Answers `FrameLook`; nothing is kept.
    Look {
        /// What the camera is aimed at.
        aim: Aim,
    },
    /// Text of a QR that the phone's own scanner read; a hint, checked again in the still.
    ScannedQr {
        /// The text.
        text: Sensitive<String>,
    },
    /// *bytes*: a still of the front, the back or the face.
    PutPicture {
        /// What it shows: `front`, `back` or `selfie`.
        part: PartName,
        /// Where it came from.
        source: Source,
        /// The citizen wants this picture in spite of what was found in it.
        anyway: bool,
    },
    /// Use the front picture of the activation for this apoyo.
    UseActivationFront,
    /// Fields typed from the card, all optional.
    TypeFields {
        /// The three lines of the MRZ, pasted or typed.
        mrz: Option<Sensitive<String>>,
        /// The CURP.
        curp: Option<Sensitive<String>>,
        /// The clave de elector.
        clave_elector: Option<Sensitive<String>>,
        /// The full name.
        name: Option<Sensitive<String>>,
    },
    /// "Yes, this is what my credential says."
    ConfirmReading,
    /// *bytes*: the signature as a picture, dark on light.
    PutSignature {
        /// How it was made.
        kind: SignatureKind,
    },
    /// A part as it will be sent. Answers picture bytes (JPEG).
    Picture {
        /// Which.
        part: PartName,
    },
    /// Take one part again; the others stay.
    Redo {
        /// Which.
        part: PartName,
    },
    /// Throw the draft away.
    DiscardDraft,
    /// Explicit consent, and send: from here the apoyo is in the queue.
    Send {
        /// The box that the citizen ticked.
        consent: bool,
        /// The version of the notice that was on the screen.
        notice_version: String,
    },

    /// Try the queue now (the app came back, or there is network again). Answers `AppState`
    /// when one pass over the queue has ended.
    RunQueue,
    /// What kind of network the screen believes there is. A phone's own port knows better.
    NetworkIs {
        /// Which.
        kind: NetworkKind,
    },
    /// Whether apoyos wait for a network that is not paid by the byte.
    SetWifiOnly {
        /// They do.
        wifi_only: bool,
    },
    /// Try one entry now, whatever its pause.
    Retry {
        /// Which.
        apoyo: ApoyoId,
    },
    /// Take an apoyo back before it can have counted: nothing of it stays on the phone.
    Cancel {
        /// Which.
        apoyo: ApoyoId,
    },
    /// A sealed apoyo as a file, for sending it from somewhere else. Answers bytes.
    Export {
        /// Which.
        apoyo: ApoyoId,
    },
    /// Take a refused entry out of the queue.
    RemoveRefused {
        /// Which.
        apoyo: ApoyoId,
    },
    /// Ask the server where the receipted apoyos stand.
    RefreshStatuses,
    /// The receipt. Answers `ReceiptView`.
    Receipt {
        /// Of which apoyo.
        apoyo: ApoyoId,
    },
    /// The person has read what was lost with the key of this phone's store.
    LossWasRead,
    /// Forget everything on this phone: key, drafts, queue, receipts.
    ForgetEverything,
}

/// What a door answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// JSON, of the type named at the door.
    Json(serde_json::Value),
    /// A JPEG picture.
    Picture(bytes::Bytes),
    /// A file for somewhere else.
    File(bytes::Bytes),
}

/// What a door answers when it stays shut.
pub type Refusal = Problem;

/// What a shell does with a file that the person takes along (a receipt, a sealed apoyo).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum HandOverHow {
    /// It is written where the person says.
    Save,
    /// Another app gets it.
    Share,
}

/// Whether such a file went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum HandedOver {
    /// It is out of the app's hands: written, or with the app that the person chose.
    Gone,
    /// The person closed what was shown; the file is only in the app.
    Cancelled,
    /// This machine has nothing that takes a file; it is only in the app.
    None,
}
