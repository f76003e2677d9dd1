//! The sides of the card.

use serde::{Deserialize, Serialize};

/// A side of the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The side with the portrait.
    Front,
    /// The side with the QR.
    Back,
}
