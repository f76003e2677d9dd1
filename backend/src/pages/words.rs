//! The words of the pages, in both languages.

use protocol::{activation::Language, apoyo::Status, reason::Reason};
use serde::Deserialize;

/// `?lang=en`
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Lang {
    /// `en` for English; anything else is Spanish.
    #[serde(default)]
    lang: LangWord,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
enum LangWord {
    #[serde(rename = "en")]
    En,
    #[default]
    #[serde(other)]
    EsMx,
}

impl Lang {
    /// The language asked for.
    pub fn language(self) -> Language {
        match self.lang {
            LangWord::En => Language::En,
            LangWord::EsMx => Language::EsMx,
        }
    }
}

/// Chooses between the two.
pub fn say(language: Language, es: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::EsMx => es,
        Language::En => en,
    }
}

/// A status in words.
pub fn status(language: Language, status: Status) -> &'static str {
    match status {
        Status::Received => say(language, "Recibidos", "Received"),
        Status::Preliminary => say(language, "Preliminares", "Preliminary"),
        Status::InReview => say(language, "En revisión", "In review"),
        Status::NotCounted => say(language, "No contados", "Not counted"),
    }
}

/// A reason in words.
pub fn reason(language: Language, reason: Reason) -> &'static str {
    let (es, en) = match reason {
        Reason::DuplicadoMismoSolicitante => (
            "Ya había dado su apoyo a este solicitante",
            "Had already given apoyo to this requester",
        ),
        Reason::DuplicadoOtroSolicitante => (
            "Dio antes su apoyo a otro solicitante",
            "Gave apoyo to another requester first",
        ),
        Reason::EnPadronNoLista => (
            "En el padrón, pero no en la lista nominal",
            "In the register, but not in the nominal list",
        ),
        Reason::Baja => ("Dado de baja del padrón", "Struck off the register"),
        Reason::NoEncontrado => ("No se encontró en la lista", "Not found in the list"),
        Reason::FueraDeAmbito => (
            "Vota fuera del ámbito de la solicitud",
            "Votes outside the request's area",
        ),
        Reason::CredencialVencida => ("Credencial sin vigencia", "Credential no longer valid"),
        Reason::QrNoLegible => (
            "No se lee el QR de la fotografía",
            "The QR in the photograph cannot be read",
        ),
        Reason::QrNoCoincide => (
            "El QR de la fotografía es de otra credencial",
            "The QR in the photograph is of another credential",
        ),
        Reason::QrLecturasDistintas => (
            "Dos lectores leyeron textos distintos en el código QR de la foto.",
            "Two readers read different texts in the QR code of the picture.",
        ),
        Reason::CredencialNoValida => ("Credencial no válida", "Not a valid credential"),
        Reason::FotocopiaCpv => ("Fotocopia de la credencial", "Photocopy of the credential"),
        Reason::FotoNoValida => ("Fotografía no válida", "Photograph not valid"),
        Reason::FirmaNoValida => ("Firma no válida", "Signature not valid"),
        Reason::SinFirma => ("Sin firma", "No signature"),
        Reason::Simulacion => ("Simulación", "Fabricated credential"),
        Reason::Otra => ("Otra causa", "Another reason"),
    };
    say(language, es, en)
}

/// A number with its thousands apart, as it is written in Mexico: `1,234,567`.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn thousands_stand_apart() {
        for (value, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1234567, "1,234,567"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
