//! The severity of a finding.

use super::FindingCode;
use serde::{Deserialize, Serialize};

/// What a finding requires. None of them is a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Severity {
    /// Show it: the picture can be used as it is.
    Advise,
    /// Another try would probably be better: ask the citizen, who may go on.
    AskAgain,
    /// A person at the Mesa de Control should look at it. The citizen may also be asked.
    Flag,
}

impl FindingCode {
    /// The severity of this finding.
    pub const fn severity(self) -> Severity {
        use FindingCode as F;
        match self {
            F::CurpUnreplacedWord | F::FromFile | F::TypedSignature | F::FaceOffCentre => {
                Severity::Advise
            }
            F::Blurred
            | F::Glare
            | F::Dark
            | F::Bright
            | F::Far
            | F::NoCard
            | F::CardCut
            | F::Shadow
            | F::WrongSide
            | F::NoFace
            | F::SeveralFaces
            | F::FaceFar
            | F::EyesCovered
            | F::FaceLight
            | F::SignatureFaint
            | F::SignatureLine => Severity::AskAgain,
            F::CicDiffers
            | F::OcrDiffers
            | F::SeccionDiffers
            | F::BirthDiffers
            | F::SexDiffers
            | F::BirthEntidadDiffers
            | F::NameDiffers
            | F::MrzCompositeDiffers
            | F::Expired
            | F::QrShort
            | F::NoColour
            | F::OtherModel
            | F::ScreenGrid
            | F::Bezel
            | F::SeenBefore
            | F::FlatFace
            | F::SignatureCopied => Severity::Flag,
        }
    }

    /// Whether the citizen is asked before a picture with this finding is used: if another try can
    /// help, or if reviewers would not count the apoyo.
    pub const fn asks_the_citizen(self) -> bool {
        use FindingCode as F;
        matches!(
            self,
            F::NoColour
                | F::OtherModel
                | F::ScreenGrid
                | F::Bezel
                | F::SeenBefore
                | F::FlatFace
                | F::SignatureCopied
        ) || matches!(self.severity(), Severity::AskAgain)
    }
}
