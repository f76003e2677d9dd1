//! The 32 entidades, by number (clave de elector, secciones) and by their letters in a CURP.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One of the 32 entidades federativas, by its official number (1 to 32).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, as = "u8"))]
pub struct Entidad(u8);

/// The number is not one of the 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no entidad {0}")]
pub struct UnknownEntidad(pub u8);

/// Letters in a CURP, and name; in the order of the numbers.
const TABLE: [(&str, &str); 32] = [
    ("AS", "Aguascalientes"),
    ("BC", "Baja California"),
    ("BS", "Baja California Sur"),
    ("CC", "Campeche"),
    ("CL", "Coahuila"),
    ("CM", "Colima"),
    ("CS", "Chiapas"),
    ("CH", "Chihuahua"),
    ("DF", "Ciudad de México"),
    ("DG", "Durango"),
    ("GT", "Guanajuato"),
    ("GR", "Guerrero"),
    ("HG", "Hidalgo"),
    ("JC", "Jalisco"),
    ("MC", "México"),
    ("MN", "Michoacán"),
    ("MS", "Morelos"),
    ("NT", "Nayarit"),
    ("NL", "Nuevo León"),
    ("OC", "Oaxaca"),
    ("PL", "Puebla"),
    ("QT", "Querétaro"),
    ("QR", "Quintana Roo"),
    ("SP", "San Luis Potosí"),
    ("SL", "Sinaloa"),
    ("SR", "Sonora"),
    ("TC", "Tabasco"),
    ("TS", "Tamaulipas"),
    ("TL", "Tlaxcala"),
    ("VZ", "Veracruz"),
    ("YN", "Yucatán"),
    ("ZS", "Zacatecas"),
];

impl Entidad {
    /// All entidades, ordered by number.
    pub fn all() -> impl ExactSizeIterator<Item = Entidad> {
        (1..=32u8).map(Entidad)
    }

    /// The entidad with this number (1 to 32).
    pub const fn from_number(number: u8) -> Result<Self, UnknownEntidad> {
        match number {
            1..=32 => Ok(Self(number)),
            _ => Err(UnknownEntidad(number)),
        }
    }

    /// The entidad with these two letters in a CURP; `None` for `NE` (born abroad).
    pub fn from_curp_letters(letters: &str) -> Option<Self> {
        let place = TABLE.iter().position(|(known, _)| *known == letters)?;
        Some(Self(u8::try_from(place + 1).ok()?))
    }

    /// The number, 1 to 32.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The two letters in a CURP.
    pub fn curp_letters(self) -> &'static str {
        TABLE[usize::from(self.0 - 1)].0
    }

    /// The name.
    pub fn name(self) -> &'static str {
        TABLE[usize::from(self.0 - 1)].1
    }
}

impl TryFrom<u8> for Entidad {
    type Error = UnknownEntidad;
    fn try_from(number: u8) -> Result<Self, UnknownEntidad> {
        Self::from_number(number)
    }
}

impl From<Entidad> for u8 {
    fn from(entidad: Entidad) -> u8 {
        entidad.0
    }
}

impl fmt::Display for Entidad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Entidad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entidad({:02} {})", self.0, self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_letters_name_the_same_entidad() {
        for entidad in Entidad::all() {
            assert_eq!(
                Entidad::from_curp_letters(entidad.curp_letters()),
                Some(entidad)
            );
        }
        assert_eq!(Entidad::from_number(9).unwrap().curp_letters(), "DF");
        assert_eq!(Entidad::from_number(32).unwrap().name(), "Zacatecas");
        assert!(Entidad::from_number(0).is_err());
        assert!(Entidad::from_number(33).is_err());
        assert_eq!(Entidad::from_curp_letters("NE"), None);
    }
}
