//! What to do about a finding.

use super::FindingCode;
use serde::{Deserialize, Serialize};

/// What a finding asks for; none of them refuses anything by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Severity {
    /// To be said, and no more: the picture can be used as it is.
    Advise,
    /// Another try would probably be better: the citizen is asked once more, and may go on.
    AskAgain,
    /// A person at the Mesa de Control should look at it; the citizen can do nothing about it,
    /// or is asked as well.
    Flag,
}

impl FindingCode {
    /// What this finding asks for.
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

    /// Whether the citizen is asked before a picture with this finding is used: what another
    /// try can mend, and what would be struck out later.
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
