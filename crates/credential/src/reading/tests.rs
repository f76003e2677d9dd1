use super::*;
use crate::{mrz::MrzFields, names::FullName};

const QR: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).unwrap()
}

/// Everything that worked example A says.
fn roberta() -> Sources {
    Sources {
        model: Some(Model::G),
        qr: Some(PublicQr::Found(StructuredQr::parse(QR).unwrap())),
        mrz: Some(
            Mrz::parse(&[
                "IDMEX1234567897<<0001234567890",
                "8504179M3312315MEX<00<<12345<2",
                "PRUEBA<EJEMPLO<<ROBERTA<<<<<<<",
            ])
            .unwrap(),
        ),
        curp: Some(Curp::parse("PUER850417MDFRJB01").unwrap()),
        clave_elector: Some(ClaveElector::parse("PREJRB85041709M400").unwrap()),
        name: Some(Name("Prueba Ejemplo Roberta".to_owned())),
        entidad: Entidad::from_number(9).ok(),
        seccion: Seccion::parse("1").ok(),
    }
}

fn codes(sources: &Sources) -> Vec<FindingCode> {
    let (_, findings) = Reading::join(sources, today());
    findings.into_iter().map(|finding| finding.code).collect()
}

#[test]
fn robertas_card_agrees_with_itself() {
    let (reading, findings) = Reading::join(&roberta(), today());
    assert_eq!(findings, []);
    assert_eq!(reading.cic.unwrap().as_str(), "123456789");
    assert_eq!(reading.ocr.unwrap().as_str(), "0001234567890");
    assert_eq!(reading.seccion.unwrap().number(), 1);
    assert_eq!(reading.birth, NaiveDate::from_ymd_opt(1985, 4, 17));
    assert_eq!(reading.sex, Some(Sex::M));
    assert_eq!(reading.expiry, NaiveDate::from_ymd_opt(2033, 12, 31));
    assert!(
        !format!("{reading:?}").contains("PUER") && !format!("{:?}", roberta()).contains("Prueba")
    );
}

#[test]
fn each_disagreement_has_its_finding() {
    let with = |change: fn(&mut Sources)| {
        let mut sources = roberta();
        change(&mut sources);
        codes(&sources)
    };
    let other_qr = |s: &mut Sources, from: &str, to: &str| {
        s.qr = Some(PublicQr::Found(
            StructuredQr::parse(&QR.replace(from, to)).unwrap(),
        ));
    };
    let mut other_cic = roberta();
    other_qr(&mut other_cic, "00123456789/2", "00123456788/2");
    assert_eq!(codes(&other_cic), [FindingCode::CicDiffers]);
    let mut other_ocr = roberta();
    other_qr(&mut other_ocr, "/0001234567890", "/0001234567891");
    assert_eq!(codes(&other_ocr), [FindingCode::OcrDiffers]);

    assert_eq!(
        with(|s| s.seccion = Seccion::parse("2").ok()),
        [FindingCode::SeccionDiffers]
    );
    assert_eq!(
        with(|s| {
            s.qr = None;
            s.seccion = Seccion::parse("2").ok();
        }),
        [FindingCode::SeccionDiffers]
    );
    assert_eq!(
        with(|s| s.clave_elector = ClaveElector::parse("PREJRB85041809M400").ok()),
        [FindingCode::BirthDiffers]
    );
    assert_eq!(
        with(|s| s.clave_elector = ClaveElector::parse("PREJRB85041709H400").ok()),
        [FindingCode::SexDiffers]
    );
    assert_eq!(
        with(|s| s.clave_elector = ClaveElector::parse("PREJRB85041714M400").ok()),
        [FindingCode::BirthEntidadDiffers]
    );
    assert_eq!(
        with(|s| s.name = Some(Name("Otra Persona Distinta".to_owned()))),
        [FindingCode::NameDiffers]
    );
    assert_eq!(
        with(|s| s.name = Some(Name("?".to_owned()))),
        [FindingCode::NameDiffers]
    );
    assert_eq!(
        with(|s| s.qr = Some(PublicQr::Short("https://qr.ine.mx/1".to_owned()))),
        [FindingCode::QrShort]
    );
}

#[test]
fn the_zone_has_findings_of_its_own() {
    let with_mrz = |second: &str, third: &str| {
        let mut sources = roberta();
        sources.mrz = Some(Mrz::parse(&["IDMEX1234567897<<0001234567890", second, third]).unwrap());
        codes(&sources)
    };
    let name = "PRUEBA<EJEMPLO<<ROBERTA";
    assert_eq!(
        with_mrz("8504179M3312315MEX<00<<12345<3", name),
        [FindingCode::MrzCompositeDiffers]
    );
    assert_eq!(
        with_mrz("8504179M3312315MEX<00<<12345<2", "OTRA<PERSONA<<DISTINTA"),
        [FindingCode::NameDiffers]
    );
    // The last day of its vigencia, and the day after.
    let fields = |expiry| MrzFields {
        cic: Cic::parse("123456789").unwrap(),
        ocr: OcrNumber::parse("0001234567890").unwrap(),
        birth: NaiveDate::from_ymd_opt(1985, 4, 17).unwrap(),
        sex: Sex::M,
        expiry,
        emission: 0,
        folio: 0,
        name: FullName::new("Roberta", "Prueba", "Ejemplo").unwrap(),
    };
    let mut sources = roberta();
    sources.mrz = Some(Mrz::build(&fields(today())));
    assert_eq!(codes(&sources), []);
    sources.mrz = Some(Mrz::build(&fields(today().pred_opt().unwrap())));
    assert_eq!(codes(&sources), [FindingCode::Expired]);
}

#[test]
fn names_with_enye_fit_under_either_rule_and_from_the_zone() {
    let name = FullName::new("Begoña", "Ñáñez", "Peña").unwrap();
    let birth = NaiveDate::from_ymd_opt(1980, 1, 2).unwrap();
    let mut sources = Sources {
        curp: Curp::build(&name, birth, Sex::M, None, '0').ok(),
        clave_elector: ClaveElector::build(&name, birth, None, Sex::M, 100).ok(),
        name: Some(Name("Begoña Ñáñez Peña".to_owned())),
        mrz: Some(Mrz::build(&MrzFields {
            cic: Cic::parse("123456789").unwrap(),
            ocr: OcrNumber::parse("0001234567890").unwrap(),
            birth,
            sex: Sex::M,
            expiry: NaiveDate::from_ymd_opt(2033, 12, 31).unwrap(),
            emission: 0,
            folio: 0,
            name,
        })),
        ..Sources::default()
    };
    assert_eq!(codes(&sources), []);
    sources.clave_elector = ClaveElector::parse("NNPNBG80010287M100").ok();
    assert_eq!(codes(&sources), []);
}

#[test]
fn what_is_missing_disagrees_with_nothing() {
    let (reading, findings) = Reading::join(&Sources::default(), today());
    assert_eq!(findings, []);
    assert_eq!((reading.cic, reading.birth), (None, None));
    let only_mrz = Sources {
        mrz: roberta().mrz,
        ..Sources::default()
    };
    let (reading, findings) = Reading::join(&only_mrz, today());
    assert_eq!(findings, []);
    assert_eq!(reading.birth, NaiveDate::from_ymd_opt(1985, 4, 17));
    assert_eq!(
        reading.name,
        Some(Name("PRUEBA EJEMPLO ROBERTA".to_owned()))
    );
}

#[test]
fn an_old_curp_with_its_word_is_noticed() {
    let digit = Curp::check_digit("CACO770707MJCMRL0").unwrap();
    let sources = Sources {
        curp: Curp::parse(&format!("CACO770707MJCMRL0{digit}")).ok(),
        name: Some(Name("Olga Campos Cortés".to_owned())),
        ..Sources::default()
    };
    assert_eq!(codes(&sources), [FindingCode::CurpUnreplacedWord]);
}

#[test]
fn a_back_agrees_with_itself_only_where_both_were_read_and_say_the_same() {
    let agreement = |change: fn(&mut Sources)| {
        let mut sources = roberta();
        change(&mut sources);
        let (reading, findings) = Reading::join(&sources, today());
        let shown = format!("{findings:?} {reading:?}");
        assert!(!shown.contains("123456789"), "{shown}");
        (reading.back, findings)
    };
    assert_eq!(agreement(|_| ()).0, Agreement::Agree);
    assert_eq!(agreement(|s| s.mrz = None).0, Agreement::OnlyQr);
    assert_eq!(agreement(|s| s.qr = None).0, Agreement::OnlyMrz);
    let neither = agreement(|s| (s.qr, s.mrz) = (None, None));
    assert_eq!(neither.0, Agreement::Neither);
    // The MRZ of another card with the same QR: the findings have both values.
    let (back, findings) = agreement(|s| {
        let lines = [
            "IDMEX2468135799<<4321109876543",
            "8504179M3312315MEX<00<<12345<2",
            "PRUEBA<EJEMPLO<<ROBERTA<<<<<<<",
        ];
        s.mrz = Mrz::parse(&lines).ok();
    });
    assert_eq!(back, Agreement::Differ);
    let values = |code| {
        let finding = findings.iter().find(|finding| finding.code == code);
        finding.unwrap().values.clone()
    };
    assert_eq!(
        values(FindingCode::CicDiffers),
        [
            (Source::Qr, "123456789".to_owned()),
            (Source::Mrz, "246813579".to_owned())
        ]
    );
    assert_eq!(
        values(FindingCode::OcrDiffers),
        [
            (Source::Qr, "0001234567890".to_owned()),
            (Source::Mrz, "4321109876543".to_owned())
        ]
    );
}
