//! Why an apoyo is not counted, or waits for review: the authority's own categories.

use serde::{Deserialize, Serialize};

/// One reason, in the words of the law's own reports.
///
/// The server finds those of the first group with the roll. Those of the second group are for
/// the people who review the pictures (Mesa de Control). An apoyo may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Reason {
    /// The same person already gave apoyo to this requester; only one counts.
    DuplicadoMismoSolicitante,
    /// The same person gave apoyo to another requester first.
    DuplicadoOtroSolicitante,
    /// In the register, but not in the lista nominal.
    EnPadronNoLista,
    /// Struck off the roll.
    Baja,
    /// No such credential in the roll.
    NoEncontrado,
    /// The person votes outside the campaign's demarcation.
    FueraDeAmbito,
    /// The credential's vigencia is over.
    CredencialVencida,
    /// The server cannot read the QR in the picture of the back.
    QrNoLegible,
    /// The QR in the picture is not the one that the phone sent.
    QrNoCoincide,
    /// Two readers read different texts in the picture of the back. A code can be drawn to do that.
    QrLecturasDistintas,
    /// No program could check it: a picture on the server cannot be read, or the program that
    /// opens pictures did not end well. It says nothing of the citizen.
    SinRevisionAutomatica,
    /// The picture is not of a valid credential.
    CredencialNoValida,
    /// A photocopy, not the card.
    FotocopiaCpv,
    /// The photo is not of the person, or not taken live.
    FotoNoValida,
    /// The signature does not match.
    FirmaNoValida,
    /// There is no signature.
    SinFirma,
    /// A fabricated credential.
    Simulacion,
    /// Another reason, always with a note.
    Otra,
}

impl Reason {
    /// Every reason, in the order of this file.
    pub const ALL: &[Reason] = &[
        Reason::DuplicadoMismoSolicitante,
        Reason::DuplicadoOtroSolicitante,
        Reason::EnPadronNoLista,
        Reason::Baja,
        Reason::NoEncontrado,
        Reason::FueraDeAmbito,
        Reason::CredencialVencida,
        Reason::QrNoLegible,
        Reason::QrNoCoincide,
        Reason::QrLecturasDistintas,
        Reason::SinRevisionAutomatica,
        Reason::CredencialNoValida,
        Reason::FotocopiaCpv,
        Reason::FotoNoValida,
        Reason::FirmaNoValida,
        Reason::SinFirma,
        Reason::Simulacion,
        Reason::Otra,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::DuplicadoMismoSolicitante => "DUPLICADO_MISMO_SOLICITANTE",
            Reason::DuplicadoOtroSolicitante => "DUPLICADO_OTRO_SOLICITANTE",
            Reason::EnPadronNoLista => "EN_PADRON_NO_LISTA",
            Reason::Baja => "BAJA",
            Reason::NoEncontrado => "NO_ENCONTRADO",
            Reason::FueraDeAmbito => "FUERA_DE_AMBITO",
            Reason::CredencialVencida => "CREDENCIAL_VENCIDA",
            Reason::QrNoLegible => "QR_NO_LEGIBLE",
            Reason::QrNoCoincide => "QR_NO_COINCIDE",
            Reason::QrLecturasDistintas => "QR_LECTURAS_DISTINTAS",
            Reason::SinRevisionAutomatica => "SIN_REVISION_AUTOMATICA",
            Reason::CredencialNoValida => "CREDENCIAL_NO_VALIDA",
            Reason::FotocopiaCpv => "FOTOCOPIA_CPV",
            Reason::FotoNoValida => "FOTO_NO_VALIDA",
            Reason::FirmaNoValida => "FIRMA_NO_VALIDA",
            Reason::SinFirma => "SIN_FIRMA",
            Reason::Simulacion => "SIMULACION",
            Reason::Otra => "OTRA",
        }
    }

    /// The reason with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|reason| reason.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_what_serde_writes() {
        for reason in Reason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
            assert_eq!(Reason::parse(reason.as_str()), Some(*reason));
        }
    }
}
