//! Texts that people type and cards have: CURP, clave de elector, RFC, numbers, names, MRZ, QR.

use credential::{
    clave_elector::ClaveElector,
    curp::Curp,
    mrz::Mrz,
    names::FullName,
    numbers::{Cic, Identificador, OcrNumber},
    qr::{QrPayload, StructuredQr},
    rfc::Rfc,
    typed,
};
use protocol::{activation::ActivationCode, mailbox::MailAddress};

/// The short texts. A parsed value is written and parsed again as the same.
pub fn identity(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(curp) = Curp::parse(text) {
        assert!(Curp::parse(curp.as_str()).is_ok_and(|again| again == curp));
        let _ = (curp.birth(), curp.sex(), curp.birth_entidad());
        let _ = curp.has_unreplaced_word();
    }
    if let Ok(clave) = ClaveElector::parse(text) {
        assert!(ClaveElector::parse(clave.as_str()).is_ok_and(|again| again == clave));
        let _ = (clave.birth(), clave.birth_entidad(), clave.sex());
    }
    if let Ok(rfc) = Rfc::parse(text) {
        assert!(Rfc::parse(rfc.as_str()).is_ok_and(|again| again == rfc));
        let _ = (rfc.birth(), rfc.homoclave());
    }
    let _ = Cic::parse(text);
    let _ = Identificador::parse(text);
    if let Ok(number) = OcrNumber::parse(text) {
        let _ = (number.seccion(), number.identificador());
    }
    if let Ok(readings) = FullName::readings_of(text) {
        for name in readings {
            let _ = (name.surnames_first(), name.given_first());
            if let Ok(curp) = Curp::parse(text) {
                let _ = curp.fits_name(&name);
            }
        }
    }
}

/// The three lines at the foot of a back.
pub fn mrz_text(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(mrz) = Mrz::parse_text(text) else {
        return;
    };
    let [one, two, three] = mrz.lines();
    let again = Mrz::parse(&[one, two, three]);
    assert_eq!(again.as_ref(), Ok(&mrz), "its own lines are read again");
    let _ = (mrz.cic(), mrz.ocr(), mrz.birth(), mrz.sex(), mrz.expiry());
    let _ = (mrz.emission(), mrz.composite_holds(), mrz.names());
    let _ = mrz.name_is_cut();
}

/// The content of a decoded QR. Only one host is a credential's, in any context.
pub fn qr_payload(bytes: &[u8]) {
    if let QrPayload::Structured(public) = QrPayload::from_bytes(bytes) {
        let again = StructuredQr::parse(public.as_str());
        assert!(again.is_ok_and(|again| again == public));
        let _ = public.ocr();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = QrPayload::parse(text).kind();
    }
}

/// Addresses, codes and sentences. A parsed value is written and parsed again as the same.
pub fn typed(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let line = typed::line(text);
    assert_eq!(typed::line(&line), line, "a line is as it looks");
    if let Ok(address) = MailAddress::parse(text) {
        assert!(address.as_str().is_ascii());
        assert!(MailAddress::parse(address.as_str()).is_ok_and(|again| again == address));
        let mailbox = address.mailbox();
        if let Ok(again) = MailAddress::parse(&mailbox) {
            assert_eq!(again.mailbox(), mailbox, "a mailbox has one form");
        }
        let _ = address.suggestion();
    }
    if let Ok(code) = text.parse::<ActivationCode>() {
        assert!(
            code.to_string()
                .parse::<ActivationCode>()
                .is_ok_and(|again| again == code)
        );
    }
    let _ = typed::within(text, 6, Curp::parse);
}
