//! The models of the credential.

use serde::{Deserialize, Serialize};

/// A model of the credential, by the letter that the authority gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Model {
    /// IFE, until 2014: no MRZ, no QR.
    C,
    /// IFE, the last one: MRZ, no QR.
    D,
    /// INE 2014: one public QR.
    E,
    /// As E, issued abroad.
    F,
    /// INE 2019: one public QR between two encrypted ones.
    G,
    /// As G, issued abroad.
    H,
}

impl Model {
    /// Every model, oldest first.
    pub const ALL: [Model; 6] = [Model::C, Model::D, Model::E, Model::F, Model::G, Model::H];

    /// Whether the back carries a QR that this app can read.
    pub const fn has_public_qr(self) -> bool {
        matches!(self, Model::E | Model::F | Model::G | Model::H)
    }

    /// Whether the back also has two encrypted QR codes.
    pub const fn has_opaque_qrs(self) -> bool {
        matches!(self, Model::G | Model::H)
    }
}
