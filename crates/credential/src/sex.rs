//! The sex as the credential states it.

use serde::{Deserialize, Serialize};

/// Spanish letters: `H` hombre, `M` mujer, `X` neither.
///
/// The MRZ of this credential has the same letters, unlike passports: there, too, `M` is a
/// woman.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// Hombre.
    H,
    /// Mujer.
    M,
    /// Neither of the two.
    X,
}

impl Sex {
    /// The sex with this letter.
    pub const fn from_letter(letter: char) -> Option<Self> {
        match letter {
            'H' => Some(Sex::H),
            'M' => Some(Sex::M),
            'X' => Some(Sex::X),
            _ => None,
        }
    }

    /// The letter.
    pub const fn letter(self) -> char {
        match self {
            Sex::H => 'H',
            Sex::M => 'M',
            Sex::X => 'X',
        }
    }
}
