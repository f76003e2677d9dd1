//! The numbers of a credential and of its holder in the register.

use crate::{text_value::text_value, typed};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Why a text is not a number of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// It has another number of digits.
    #[error("should have {expected} digits")]
    Length {
        /// The right number of digits.
        expected: usize,
    },
    /// It has characters other than digits.
    #[error("should be digits only")]
    NotDigits,
    /// The number does not exist.
    #[error("there is no such number")]
    Range,
}

fn digits<const N: usize>(text: &str) -> Result<[u8; N], NumberError> {
    let text = typed::key(text);
    let found: [u8; N] = text
        .as_bytes()
        .try_into()
        .map_err(|_| NumberError::Length { expected: N })?;
    if found.iter().all(u8::is_ascii_digit) {
        Ok(found)
    } else {
        Err(NumberError::NotDigits)
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $digits:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $digits]);

        impl $name {
            /// Its number of digits.
            pub const DIGITS: usize = $digits;

            /// Parses exactly this number of digits; white space is allowed.
            pub fn parse(text: &str) -> Result<Self, NumberError> {
                digits(text).map(Self)
            }

            /// The digits.
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).expect("parse let in digits only")
            }

            fn as_text(&self) -> Cow<'_, str> {
                Cow::Borrowed(self.as_str())
            }
        }

        text_value!($name, NumberError);
    };
}

number!(
    /// Código de identificación de la credencial: the number of this card.
    Cic,
    9
);
number!(
    /// Identificador del ciudadano: the number of the person, the same on every card.
    Identificador,
    9
);
number!(
    /// The OCR number: the sección's four digits and the nine of the identificador.
    OcrNumber,
    13
);

impl OcrNumber {
    /// The OCR number of this person in this sección.
    pub fn new(seccion: Seccion, identificador: Identificador) -> Self {
        let mut bytes = [0; 13];
        bytes[..4].copy_from_slice(seccion.to_string().as_bytes());
        bytes[4..].copy_from_slice(&identificador.0);
        Self(bytes)
    }

    /// The sección; `None` if its digits are 0000.
    pub fn seccion(&self) -> Option<Seccion> {
        Seccion::parse(&self.as_str()[..4]).ok()
    }

    /// The identificador.
    pub fn identificador(&self) -> Identificador {
        let mut bytes = [0; 9];
        bytes.copy_from_slice(&self.0[4..]);
        Identificador(bytes)
    }
}

/// A sección electoral: 1 to 9999, written with four digits. It is unique only together with its
/// entidad.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Seccion(u16);

impl Seccion {
    /// The sección with this number.
    pub const fn from_number(number: u16) -> Result<Self, NumberError> {
        match number {
            1..=9999 => Ok(Self(number)),
            _ => Err(NumberError::Range),
        }
    }

    /// Parses one to four digits, as people type them from the front.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let text = typed::key(text);
        if text.is_empty() || text.len() > 4 {
            return Err(NumberError::Length { expected: 4 });
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError::NotDigits);
        }
        let number = text.parse().map_err(|_| NumberError::Range)?;
        Self::from_number(number)
    }

    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }

    fn as_text(&self) -> Cow<'_, str> {
        Cow::Owned(format!("{:04}", self.0))
    }
}

text_value!(Seccion, NumberError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ocr_number_is_seccion_and_identificador() {
        let ocr = OcrNumber::parse("0001234567890").unwrap();
        let (seccion, identificador) = (ocr.seccion().unwrap(), ocr.identificador());
        assert_eq!(seccion.number(), 1);
        assert_eq!(identificador.to_string(), "234567890");
        assert_eq!(OcrNumber::new(seccion, identificador), ocr);
        assert_eq!(OcrNumber::parse("0000234567890").unwrap().seccion(), None);
    }

    #[test]
    fn numbers_of_another_form_are_refused() {
        assert_eq!(
            Cic::parse("12345678"),
            Err(NumberError::Length { expected: 9 })
        );
        assert_eq!(Cic::parse("12345678O"), Err(NumberError::NotDigits));
        assert_eq!(Cic::parse(" 123 456 789\n").unwrap().as_str(), "123456789");
        assert_eq!(Seccion::parse("0"), Err(NumberError::Range));
        assert_eq!(Seccion::parse("0000"), Err(NumberError::Range));
        assert_eq!(Seccion::parse("+12"), Err(NumberError::NotDigits));
        assert_eq!(Seccion::parse("12").unwrap().to_string(), "0012");
    }

    #[test]
    fn they_are_text_on_the_wire_and_masked_in_a_log() {
        let cic = Cic::parse("123456789").unwrap();
        assert_eq!(serde_json::to_string(&cic).unwrap(), "\"123456789\"");
        assert!(serde_json::from_str::<Cic>("\"12345678\"").is_err());
        assert_eq!(format!("{cic:?}"), "Cic(****)");
        assert_eq!(
            format!("{:?}", Seccion::parse("1").unwrap()),
            "Seccion(****)"
        );
    }
}
