use super::*;
use crate::names::FullName;

const A: [&str; 3] = [
    "IDMEX1234567897<<0001234567890",
    "8504179M3312315MEX<00<<12345<2",
    "PRUEBA<EJEMPLO<<ROBERTA<<<<<<<",
];
const B: [&str; 3] = [
    "IDMEX2468135799<<4321109876543",
    "0111300H3412318MEX<01<<54321<1",
    "FICTICIO<MODELO<<JOSE<ANTONIO<",
];
const C: [&str; 3] = [
    "IDMEX1357924683<<2048555000111",
    "7707076M3012316MEX<02<<00001<7",
    "CAMPOS<CORTES<<OLGA<<<<<<<<<<<",
];

fn fields(given: &str, first: &str, second: &str) -> MrzFields {
    MrzFields {
        cic: Cic::parse("123456789").unwrap(),
        ocr: OcrNumber::parse("0001234567890").unwrap(),
        birth: NaiveDate::from_ymd_opt(1985, 4, 17).unwrap(),
        sex: Sex::M,
        expiry: NaiveDate::from_ymd_opt(2033, 12, 31).unwrap(),
        emission: 0,
        folio: 12345,
        name: FullName::new(given, first, second).unwrap(),
    }
}

#[test]
fn the_worked_examples_are_read_whole() {
    for lines in [A, B, C] {
        let mrz = Mrz::parse(&lines).unwrap();
        assert!(mrz.composite_holds());
        assert_eq!(mrz.to_string(), lines.join("\n"));
    }
    let mrz = Mrz::parse(&B).unwrap();
    assert_eq!(mrz.cic().as_str(), "246813579");
    assert_eq!(mrz.ocr().as_str(), "4321109876543");
    assert_eq!(mrz.birth().to_string(), "011130");
    assert_eq!(mrz.sex(), Some(Sex::H));
    assert_eq!(mrz.expiry(), NaiveDate::from_ymd_opt(2034, 12, 31).unwrap());
    assert_eq!(mrz.emission(), Some(1));
    assert_eq!(
        mrz.names(),
        ("FICTICIO MODELO".into(), "JOSE ANTONIO".into())
    );
    // On this credential M is mujer, not the male of passports.
    assert_eq!(Mrz::parse(&A).unwrap().sex(), Some(Sex::M));
}

#[test]
fn a_built_zone_is_the_worked_example() {
    let mrz = Mrz::build(&fields("Roberta", "Prueba", "Ejemplo"));
    assert_eq!(mrz.lines(), &A);
    assert!(!mrz.name_is_cut());
    let long = Mrz::build(&fields("Maximiliana", "Peñaquebrada", "Muestrasintética"));
    assert_eq!(long.lines()[2], "PENAQUEBRADA<MUESTRASINTETICA<");
    assert_eq!(long.names().1, "");
}

#[test]
fn lupita_pastes_it_as_her_phone_recognised_it() {
    let expected = Mrz::parse(&A).unwrap();
    for text in [
        "IDMEX1234567897<<0001234567890\n8504179M3312315MEX<00<<12345<2\nPRUEBA<EJEMPLO<<ROBERTA<<<<<<<",
        "idmex1234567897 << 0001234567890\r\n\r\n8504179m3312315mex<00<<12345<2\r\nprueba<ejemplo<<roberta",
        "1DMEX1234567897«0001234567890\n8504179M3312315MEX<00«12345<2\nPRUEBA<EJEMPLO«ROBERTA«««",
        "188EX1234567897<0001234567890\n8504179M3312315MEX<00<12345<2\nPRUEBA<EJEMPLO<<ROBERTA<<<<<<<<<",
        "10MEX1234567897<<00012345678908504179M3312315MEX<00<<12345<2PRUEBA<EJEMPLO<<ROBERTA<<<<<<<",
        "10MEX1234567897<<00012345678908504179M3312315MEX<00<<12345<2PRUEBA<EJEMPLO<<ROBERTA",
    ] {
        assert_eq!(Mrz::parse_text(text).as_ref(), Ok(&expected), "{text}");
    }
}

#[test]
fn each_fault_has_its_own_error() {
    let with = |line: usize, from: &str, to: &str| {
        let mut lines = A.map(str::to_owned);
        assert!(lines[line].contains(from));
        lines[line] = lines[line].replacen(from, to, 1);
        Mrz::try_from(lines).map(|_| ())
    };
    assert_eq!(with(0, "7897", "7898"), Err(MrzError::CicDigit));
    assert_eq!(with(0, "IDMEX", "I<MEX"), Err(MrzError::Document));
    assert_eq!(with(0, "123", "12O"), Err(MrzError::CicDigit));
    assert_eq!(with(0, "123", "12X"), Err(MrzError::Character(1)));
    assert_eq!(with(0, "0001", "001"), Err(MrzError::Length(1)));
    assert_eq!(with(1, "8504179", "8504178"), Err(MrzError::Birth));
    // 30 February, with the digit that it would have.
    let digit = check_digit("850230").unwrap();
    assert_eq!(
        with(1, "8504179", &format!("850230{digit}")),
        Err(MrzError::Birth)
    );
    assert_eq!(with(1, "3312315", "3312316"), Err(MrzError::Expiry));
    assert_eq!(with(1, "M33", "P33"), Err(MrzError::Character(2)));
    assert_eq!(with(1, "<12345", "<123456"), Err(MrzError::Length(2)));
    assert_eq!(with(2, "PRUEBA", "PRU3BA"), Err(MrzError::Character(3)));
    assert_eq!(with(2, "PRUEBA", "PRUEBÁ"), Err(MrzError::Character(3)));
    assert_eq!(with(2, "PRUEBA<EJEMPLO", "<<"), Err(MrzError::Name));
    assert_eq!(Mrz::parse_text(""), Err(MrzError::Shape));
    assert_eq!(Mrz::parse_text("IDMEX\nIDMEX"), Err(MrzError::Shape));
}

#[test]
fn a_wrong_composite_is_only_a_warning() {
    let mut lines = A;
    lines[1] = "8504179M3312315MEX<00<<12345<3";
    assert!(!Mrz::parse(&lines).unwrap().composite_holds());
    lines[1] = "8504179<3312315MEX<00<<12345<2";
    assert_eq!(Mrz::parse(&lines).unwrap().sex(), None);
}

#[test]
fn it_is_three_texts_on_the_wire_and_masked_in_a_log() {
    let mrz = Mrz::parse(&C).unwrap();
    let json = serde_json::to_string(&mrz).unwrap();
    assert_eq!(json, serde_json::to_string(&C).unwrap());
    assert_eq!(serde_json::from_str::<Mrz>(&json).unwrap(), mrz);
    assert_eq!(format!("{mrz:?}"), "Mrz(****)");
}
