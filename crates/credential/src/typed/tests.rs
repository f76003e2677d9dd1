use super::*;
use crate::{Cic, ClaveElector, Curp, FullName, Mrz, Rfc, Seccion, mrz::MrzError};

const CURP: &str = "PUER850417MDFRJB01";
const CLAVE: &str = "PREJRB85041709M400";
const ZONE: [&str; 3] = [
    "IDMEX1234567897<<0001234567890",
    "8504179M3312315MEX<00<<12345<2",
    "PRUEBA<EJEMPLO<<ROBERTA<<<<<<<",
];

#[test]
fn a_key_that_looks_right_is_right() {
    for typed in [
        "PUER850417MDFRJB01\u{200e}",
        "PUER\u{2060}850417MDFRJB01",
        "PUER\u{ad}850417MDFRJB01",
        // More cases of the same kind.
        "\u{202d}PUER850417MDFRJB01\u{202c}",
        "PUER-850417-MDFRJB-01",
        "PUER 850417\u{a0}MDF\u{2009}RJB01",
        "ＰＵＥＲ８５０４１７ＭＤＦＲＪＢ０１",
        "PUER٨٥٠٤١٧MDFRJB٠١",
        "PUER۸۵۰۴۱۷MDFRJB۰۱",
        "puer850417mdfrjb01\0",
        "PUER850417\u{fe0f}MDFRJB01",
        "PUER–850417—MDFRJB‑01",
        "\u{feff}PUER850417MDFRJB01\u{fffc}",
        "PUER\u{61c}850417\u{e0020}MDFRJB01",
    ] {
        assert_eq!(Curp::parse(typed).unwrap().as_str(), CURP, "{typed:?}");
    }
    for typed in [
        "PREJRB 850417 09 M400\u{200b}",
        "prejrb85041709m400",
        "PREJRB-850417-09-M-400",
        "ＰＲＥＪＲＢ85041709Ｍ400",
        "\u{2066}PREJRB85041709M400\u{2069}",
    ] {
        assert_eq!(
            ClaveElector::parse(typed).unwrap().as_str(),
            CLAVE,
            "{typed:?}"
        );
    }
    assert_eq!(
        Rfc::parse("GODE‐561231‐GR8").unwrap().as_str(),
        "GODE561231GR8"
    );
    assert_eq!(
        Cic::parse("123\u{202f}456‑789\u{200b}").unwrap().as_str(),
        "123456789"
    );
    assert_eq!(Cic::parse("١٢٣٤٥٦٧٨٩").unwrap().as_str(), "123456789");
    assert_eq!(Seccion::parse("０１２\u{200e}").unwrap().number(), 12);
    // A minus is not a group, and an empty text has no parts.
    assert!(Seccion::parse("-12").is_err() && Seccion::parse("\u{200b}").is_err());
}

#[test]
fn a_key_is_found_in_what_it_was_pasted_with() {
    let curp = |text: &str| within(text, 6, Curp::parse).map(|curp| curp.to_string());
    for pasted in [
        "CURP: PUER850417MDFRJB01",
        "mi curp es puer850417mdfrjb01, gracias",
        "CURP PUER 850417 MDFRJB 01.",
        "«PUER850417MDFRJB01»",
        "PUER850417MDFRJB01 (PUER850417MDFRJB01)",
    ] {
        assert_eq!(curp(pasted).as_deref(), Ok(CURP), "{pasted}");
    }
    assert!(curp("PUER850417MDFRJB01 FIMA011130HGTCDNA7").is_err());
    assert!(curp(&"PUER ".repeat(10_000)).is_err());
    let clave = within(
        "Clave de elector PREJRB85041709M400",
        6,
        ClaveElector::parse,
    );
    assert_eq!(clave.unwrap().as_str(), CLAVE);
}

#[test]
fn letters_typed_for_digits_are_mended_where_a_check_digit_confirms_them() {
    let expected = Mrz::parse(&ZONE).unwrap();
    let [first, second, third] = ZONE;
    for lines in [
        ["lDMEXl234567897<<OOO1234567890", second, third],
        ["IDMEX1234567897<<ooo123456789o", second, third],
        ["IDMEXI2345G7897<<0001234567B90", second, third],
        ["|DMEX|234567897<<000|234567890", second, third],
        [first, "85O4l79M33l23l5MEX<OO<<I2345<2", third],
        [first, second, "PRUEBA<EJEMPL0<<R0BERTA"],
        [
            "IDMEX1234567897&lt;&lt;0001234567890",
            second,
            "PRUEBA&lt;EJEMPLO&lt;&lt;ROBERTA",
        ],
        ["ＩＤＭＥＸ1234567897＜＜0001234567890", second, third],
        ["\u{200e}IDMEX1234567897<<٠٠٠1234567890", second, third],
    ] {
        assert_eq!(Mrz::parse(&lines).as_ref(), Ok(&expected), "{lines:?}");
    }
    // With text that was copied around it.
    let pasted = format!("Reverso:\n\n{}\nfin", ZONE.join("\n"));
    assert_eq!(Mrz::parse_text(&pasted), Ok(expected));
}

#[test]
fn the_line_that_is_wrong_is_named() {
    let [first, second, third] = ZONE;
    for (lines, line) in [
        // The letter reads as a digit, and the check digit says that it is another one.
        (["IDMEX1234Z67897<<0001234567890", second, third], Some(1)),
        // No check digit of its own, and the composite one contradicts.
        (["IDMEX1234567897<<000I2345G7O9O", second, third], Some(1)),
        (["IDMEX1234567897<<0001234SG78S0", second, third], Some(1)),
        (["IDMEX123456789<<0001234567890", second, third], Some(1)),
        (["PRUEBA<EJEMPLO", second, third], Some(1)),
        ([first, "8504178M3312315MEX<00<<12345<2", third], Some(2)),
        ([first, "8504179M3312315MEX<00<<12S45<2", third], Some(2)),
        ([first, "8504179M33123", third], Some(2)),
        ([first, second, "PRU3BA<EJEMPLO<<ROBERTA"], Some(3)),
        ([first, second, "PRUEBÁ<EJEMPLO<<ROBERTA"], Some(3)),
        (
            [first, second, "PRUEBA<EJEMPLO<<ROBERTA<MARIA<FERNANDA"],
            Some(3),
        ),
        ([first, second, "<<ROBERTA"], Some(3)),
    ] {
        let told = Mrz::parse(&lines).err().and_then(MrzError::line);
        assert_eq!(told, line, "{lines:?}");
    }
    assert_eq!(
        Mrz::parse_text("IDMEX").err().and_then(MrzError::line),
        None
    );
}

#[test]
fn names_from_everywhere_are_names() {
    for (given, first, second, plain) in [
        (
            "Juan José",
            "D/Amico",
            "Álvarez",
            "D/AMICO ALVAREZ JUAN JOSE",
        ),
        ("CITLALꞌI", "Prueba", "", "PRUEBA CITLAL'I"),
        ("CITLALꞋI", "OʼHara", "", "O'HARA CITLAL'I"),
        ("JIŘÍ", "NOVÁČEK", "", "NOVACEK JIRI"),
        ("JANOS", "ERDŐS", "", "ERDOS JANOS"),
        ("AYŞE", "Yılmaz", "", "YILMAZ AYSE"),
        ("ŁUKASZ", "Wałęsa", "", "WALESA LUKASZ"),
        // More cases of the same kind.
        ("Þóra", "Guðmundsdóttir", "", "GUDMUNDSDOTTIR THORA"),
        ("Søren", "Ærø", "", "AERO SOREN"),
        ("Nguyễn", "Đặng", "", "DANG NGUYEN"),
        ("Jürgen", "Weiß", "", "WEISS JURGEN"),
        ("İbrahim", "Çelik", "", "CELIK IBRAHIM"),
        ("Ștefan", "Țurcanu", "", "TURCANU STEFAN"),
        ("Núria", "Gal·la", "", "GAL.LA NURIA"),
        ("Juan Pablo Ⅱ", "Prueba", "", "PRUEBA JUAN PABLO II"),
        ("Juan 2", "1o. de Mayo", "", "1O. DE MAYO JUAN 2"),
        (
            "Mª Luisa",
            "D’ Amico",
            "D´Angelo",
            "D'AMICO D'ANGELO MA LUISA",
        ),
        ("Jean‑Luc", "Pérez–Prueba", "", "PEREZ-PRUEBA JEAN-LUC"),
        ("ＬＵＺ", "mun\u{303}oz\u{200b}", "", "MUÑOZ LUZ"),
    ] {
        let name = FullName::new(given, first, second).map(|name| name.surnames_first());
        assert_eq!(name.as_deref(), Ok(plain), "{given} {first}");
    }
    for wrong in ["李", "Иван", "12", "A@B", "<<", "😀", "\u{200b}"] {
        assert!(FullName::new(wrong, "Prueba", "").is_err(), "{wrong}");
    }
}

/// Name, and the letters of a CURP that belong to it (1 to 4, 14 to 16).
#[test]
fn both_readings_of_a_sign_fit_a_key() {
    for (name, head, tail) in [
        (("Juan José", "D/Amico", "Álvarez"), "DXAJ", "XLN"),
        (("Juan José", "D/Amico", "Álvarez"), "DXAJ", "MLN"),
        (("Juan José", "D'Amico", "Álvarez"), "DXAJ", "XLN"),
        (("Juan José", "D'Amico", "Álvarez"), "DAAJ", "MLN"),
        (("Juan José", "D’ Amico", "Álvarez"), "DAAJ", "MLN"),
        (("Ana", "S/Ulaicka", "Prueba"), "SXPA", "XRN"),
        (("Ana", "S/Ulaicka", "Prueba"), "SUPA", "LRN"),
        // More cases of the same kind.
        (("Ana", "O'Hara", "Prueba"), "OXPA", "XRN"),
        (("Ana", "O'Hara", "Prueba"), "OAPA", "HRN"),
        (("Ana", "Oʼhara", "Prueba"), "OAPA", "HRN"),
        (("N'Golo", "Prueba", "Ejemplo"), "PUEN", "RJX"),
        (("N'Golo", "Prueba", "Ejemplo"), "PUEN", "RJG"),
        (("Ana", "L.Ugo", "Prueba"), "LXPA", "XRN"),
        (("Ana", "L-Ugo", "Prueba"), "LUPA", "GRN"),
        (("Citlalꞌi", "Prueba", "Ejemplo"), "PUEC", "RJT"),
        (("Ana", "Novák", "Łucka"), "NOLA", "VCN"),
    ] {
        let name = FullName::new(name.0, name.1, name.2).unwrap();
        let first = format!("{head}800102HNE{tail}0");
        let digit = Curp::check_digit(&first).unwrap();
        let curp = Curp::parse(&format!("{first}{digit}")).unwrap();
        assert!(
            curp.fits_name(&name),
            "{head} {tail} {}",
            name.surnames_first()
        );
    }
    let name = FullName::new("Juan José", "D'Amico", "Álvarez").unwrap();
    let digit = Curp::check_digit("DEAJ800102HNEXLN0").unwrap();
    let other = Curp::parse(&format!("DEAJ800102HNEXLN0{digit}")).unwrap();
    assert!(!other.fits_name(&name));
    for letters in ["DXALJN", "DMALJN"] {
        let clave = ClaveElector::parse(&format!("{letters}80010287H000")).unwrap();
        assert!(clave.fits_name(&name), "{letters}");
    }
}
