//! The cross-checks: each compares one value from two or more sources.

use super::{Finding, FindingCode, Source, Sources, names};
use crate::{
    qr::{PublicQr, StructuredQr},
    sex::Sex,
};
use chrono::NaiveDate;

/// Runs every check, first those of the back, then those of the front.
pub(super) fn all(sources: &Sources, qr: Option<&StructuredQr>, today: NaiveDate) -> Vec<Finding> {
    let mrz = sources.mrz.as_ref();
    let curp = sources.curp.as_ref();
    let clave = sources.clave_elector.as_ref();
    let mut findings = Vec::new();

    if let Some(PublicQr::Short(text)) = &sources.qr {
        findings.push(one(FindingCode::QrShort, Source::Qr, text));
    }
    let says = |source, value: Option<String>| value.map(|value| (source, value));
    agree(
        &mut findings,
        FindingCode::CicDiffers,
        [
            says(Source::Qr, qr.map(|qr| qr.cic.to_string())),
            says(Source::Mrz, mrz.map(|mrz| mrz.cic().to_string())),
        ],
    );
    agree(
        &mut findings,
        FindingCode::OcrDiffers,
        [
            says(Source::Qr, qr.map(|qr| qr.ocr().to_string())),
            says(Source::Mrz, mrz.map(|mrz| mrz.ocr().to_string())),
        ],
    );
    // QR and MRZ were compared above: here the back is compared with the front.
    if let Some(front) = sources.seccion {
        let back = qr
            .map(|qr| (Source::Qr, qr.seccion))
            .or_else(|| Some((Source::Mrz, mrz?.ocr().seccion()?)));
        agree(
            &mut findings,
            FindingCode::SeccionDiffers,
            [
                says(Source::Front, Some(front.to_string())),
                back.map(|(source, seccion)| (source, seccion.to_string())),
            ],
        );
    }
    agree(
        &mut findings,
        FindingCode::BirthDiffers,
        [
            says(
                Source::Curp,
                curp.map(|curp| curp.as_str()[4..10].to_owned()),
            ),
            says(
                Source::ClaveElector,
                clave.map(|clave| clave.birth().to_string()),
            ),
            says(Source::Mrz, mrz.map(|mrz| mrz.birth().to_string())),
        ],
    );
    // With an X the source leaves the sex open.
    let sex = |sex: Sex| (sex != Sex::X).then(|| sex.letter().to_string());
    agree(
        &mut findings,
        FindingCode::SexDiffers,
        [
            says(Source::Curp, curp.and_then(|curp| sex(curp.sex()))),
            says(
                Source::ClaveElector,
                clave.and_then(|clave| sex(clave.sex())),
            ),
            says(Source::Mrz, mrz.and_then(|mrz| mrz.sex()).and_then(sex)),
        ],
    );
    let place = |entidad: Option<crate::Entidad>| {
        entidad.map_or_else(
            || "NE".to_owned(),
            |entidad| entidad.curp_letters().to_owned(),
        )
    };
    agree(
        &mut findings,
        FindingCode::BirthEntidadDiffers,
        [
            says(Source::Curp, curp.map(|curp| place(curp.birth_entidad()))),
            says(
                Source::ClaveElector,
                clave.map(|clave| place(clave.birth_entidad())),
            ),
        ],
    );
    findings.extend(names::check(sources));
    if let Some(mrz) = mrz {
        if !mrz.composite_holds() {
            findings.push(one(
                FindingCode::MrzCompositeDiffers,
                Source::Mrz,
                &mrz.lines()[1],
            ));
        }
        if mrz.expiry() < today {
            findings.push(Finding {
                code: FindingCode::Expired,
                values: vec![
                    (Source::Mrz, mrz.expiry().to_string()),
                    (Source::Today, today.to_string()),
                ],
            });
        }
    }
    if let Some(curp) = curp.filter(|curp| curp.has_unreplaced_word()) {
        findings.push(one(
            FindingCode::CurpUnreplacedWord,
            Source::Curp,
            curp.as_str(),
        ));
    }
    findings
}

fn one(code: FindingCode, source: Source, value: &str) -> Finding {
    Finding {
        code,
        values: vec![(source, value.to_owned())],
    }
}

/// Adds a finding if sources that have the value differ.
fn agree<const N: usize>(
    findings: &mut Vec<Finding>,
    code: FindingCode,
    says: [Option<(Source, String)>; N],
) {
    let values: Vec<(Source, String)> = says.into_iter().flatten().collect();
    if values.windows(2).any(|pair| pair[0].1 != pair[1].1) {
        findings.push(Finding { code, values });
    }
}
