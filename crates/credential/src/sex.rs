//! The sex as the credential's texts write it.

use serde::{Deserialize, Serialize};

/// Spanish letters: `H` hombre, `M` mujer, and `X` where neither is written.
///
/// The MRZ of this credential uses these letters too, not those of passports: an `M` there is
/// a woman.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// Hombre.
    H,
    /// Mujer.
    M,
    /// Neither of the two is written.
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

    /// Its letter.
    pub const fn letter(self) -> char {
        match self {
            Sex::H => 'H',
            Sex::M => 'M',
            Sex::X => 'X',
        }
    }
}
