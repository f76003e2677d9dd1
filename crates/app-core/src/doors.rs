//! Everything that a person can do in the app, as one plain list.
//!
//! Every screen (in the Tauri window, on a phone, in a browser over the loopback host) opens one
//! door at a time and gets an [`Answer`]. A door is data: a shell carries it without knowing what
//! it does. Each door is a method of `App` of the same name.
//!
//! To add a door: a variant here, a line in `App::open_door` (`dispatch.rs`), a method on `App`;
//! then `cargo xtask gen`, a line in `ui/citizen/src/native/index.ts` and, where it does not answer
//! `AppState`, the check of its answer in `answers.ts` next to it.

use crate::ports::NetworkKind;
use credential::{Entidad, Model};
use protocol::{
    activation::Language,
    apoyos::{PartName, SignatureKind},
    ids::{ApoyoId, CampaignId, ProviderId},
    sensitive::Sensitive,
};
use serde::{Deserialize, Serialize};

/// The source of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Source {
    /// Taken live in the app.
    Camera,
    /// Chosen from the phone's files.
    File,
}

/// What the camera is aimed at.
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

/// What a person does. Doors marked *bytes* take a picture (JPEG or PNG) as well.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "door", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Door {
    /// The state of the app. Answers `AppState`; so does every door without another answer.
    State,
    /// The privacy notice. Answers `Notice`.
    Notice,
    /// Change the language.
    SetLanguage {
        /// The language.
        language: Language,
    },
    /// The 32 entidades. Answers `Vec<EntidadName>`.
    Entidades,

    /// Accept the notice of this version. No picture is taken before.
    AcceptNotice {
        /// The version that the screen showed.
        version: String,
    },
    /// *bytes*: the front of the credential, for the activation. It stays on the phone.
    PutActivationFront {
        /// Camera or file.
        source: Source,
    },
    /// Where the citizen votes, from the front of the card. Both are optional ("No lo sé").
    SetDemarcation {
        /// The entidad.
        entidad: Option<Entidad>,
        /// The sección, 1 to 9999.
        seccion: Option<u16>,
    },
    /// The providers that can confirm an address. Answers `Vec<Provider>`, empty if the server
    /// offers only the code by mail.
    Providers,
    /// Begin a sign-in with a provider, in the system's browser.
    BeginSignin {
        /// The provider.
        provider: ProviderId,
    },
    /// Open the browser again, at the same URL.
    OpenSigninAgain,
    /// Wait up to 20 seconds for the browser to return. Answers `AppState`; the screen opens this
    /// door again while the sign-in goes on.
    AwaitSignin,
    /// Have the code mailed to the proved address.
    SendToProved,
    /// Check an address while it is being typed. Answers `AddressView`. Nothing is stored.
    LookAtAddress {
        /// The address.
        email: Sensitive<String>,
    },
    /// Have a code mailed to a typed address. A provider's proof of an account without an address
    /// is sent along.
    BeginActivation {
        /// The address.
        email: Sensitive<String>,
        /// The address, typed a second time.
        email_again: Sensitive<String>,
    },
    /// Ask for the mail again.
    ResendCode,
    /// Ask the server what became of the mail with the code: it may have bounced. Answers at once
    /// if no code was mailed.
    LookAfterMail,
    /// Begin again with another address or another proof. The front picture stays.
    AbandonActivation,
    /// The code of the mail, as typed or pasted.
    CompleteActivation {
        /// The eight characters, in any spelling.
        code: Sensitive<String>,
    },

    /// The campaigns that are open to this citizen. Answers `CampaignsView`; without a network, the
    /// last known ones.
    Campaigns {
        /// Words to search for in title, requester and description; empty for all.
        search: String,
    },
    /// Begin an apoyo for this campaign. A draft for another campaign has to be discarded first.
    BeginDraft {
        /// The campaign.
        campaign: CampaignId,
    },
    /// Choose the model of the credential.
    ChooseModel {
        /// The model.
        model: Model,
    },
    /// *bytes*: one frame of the live view. Answers `FrameLook`. Nothing is stored.
    Look {
        /// What the camera is aimed at.
        aim: Aim,
    },
    /// The text of a QR that the phone's own scanner read. It is a hint: the still has to agree.
    ScannedQr {
        /// The text.
        text: Sensitive<String>,
    },
    /// *bytes*: a still of the front, the back or the face.
    PutPicture {
        /// The part: `front`, `back` or `selfie`.
        part: PartName,
        /// Camera or file.
        source: Source,
        /// The citizen wants this picture in spite of its findings.
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
        /// Drawn or typed.
        kind: SignatureKind,
    },
    /// A part as it will be sent. Answers the bytes of a JPEG.
    Picture {
        /// The part.
        part: PartName,
    },
    /// Take one part again; the others stay.
    Redo {
        /// The part.
        part: PartName,
    },
    /// Throw the draft away.
    DiscardDraft,
    /// Consent explicitly, and send. When it answers, the apoyo is in the queue.
    Send {
        /// Whether the citizen ticked the box.
        consent: bool,
        /// The version of the notice that the screen showed.
        notice_version: String,
    },

    /// Send the queue now (the app came back, or the network did). Answers `AppState` after one
    /// pass over the queue.
    RunQueue,
    /// The kind of network, as far as the screen knows. A phone's own port knows better.
    NetworkIs {
        /// The kind of network.
        kind: NetworkKind,
    },
    /// Choose whether apoyos wait for an unmetered network.
    SetWifiOnly {
        /// Whether they wait.
        wifi_only: bool,
    },
    /// Try one entry now, regardless of its pause.
    Retry {
        /// The apoyo.
        apoyo: ApoyoId,
    },
    /// Cancel an apoyo that cannot have counted yet. Nothing of it stays on the phone.
    Cancel {
        /// The apoyo.
        apoyo: ApoyoId,
    },
    /// A sealed apoyo as a file, to send it from somewhere else. Answers the file's bytes.
    Export {
        /// The apoyo.
        apoyo: ApoyoId,
    },
    /// Remove a refused entry from the queue.
    RemoveRefused {
        /// The apoyo.
        apoyo: ApoyoId,
    },
    /// Ask the server for the status of the apoyos with a receipt.
    RefreshStatuses,
    /// The receipt of an apoyo. Answers `ReceiptView`.
    Receipt {
        /// The apoyo.
        apoyo: ApoyoId,
    },
    /// The person has read the message about what was lost with the key of the store.
    LossWasRead,
    /// Delete everything on this phone: key, drafts, queue, receipts.
    ForgetEverything,
}

/// What a door answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// JSON, of the type named at the door.
    Json(serde_json::Value),
    /// A JPEG picture.
    Picture(bytes::Bytes),
    /// A file to save or share.
    File(bytes::Bytes),
}

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
