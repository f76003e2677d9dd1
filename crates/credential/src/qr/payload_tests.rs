use super::*;

const A: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

#[test]
fn the_worked_examples_are_understood() {
    let a = StructuredQr::parse(A).unwrap();
    assert_eq!(a.seccion.number(), 1);
    assert_eq!(a.identificador.as_str(), "234567890");
    assert_eq!(a.ocr().as_str(), "0001234567890");
    assert_eq!((a.emision, a.letter, a.query), (0, 'P', 1));
    assert_eq!(a.cic.as_str(), "123456789");
    assert_eq!(a.issued, NaiveDate::from_ymd_opt(2023, 4, 15).unwrap());
    let b =
        StructuredQr::parse("http://qr.ine.mx/432110987654301246813579/20230415/P/000001").unwrap();
    assert_eq!((b.cic.as_str(), b.emision), ("246813579", 1));
    let c =
        StructuredQr::parse("http://qr.ine.mx/204855500011102135792468/20230415/P/000001").unwrap();
    assert_eq!(
        (c.cic.as_str(), c.ocr().as_str()),
        ("135792468", "2048555000111")
    );
    let built = StructuredQr::build(a.ocr(), 0, a.cic, a.issued, 'P', 1).unwrap();
    assert_eq!(built.as_str(), A);
}

#[test]
fn scheme_and_host_are_of_any_case_and_nothing_else_is() {
    assert_eq!(
        QrPayload::parse(&A.replace("http", "https")).kind(),
        QrKind::Structured
    );
    assert_eq!(
        QrPayload::parse(&A.to_uppercase()).kind(),
        QrKind::Structured
    );
    assert_eq!(
        QrPayload::parse(&format!(" {A}\n")).kind(),
        QrKind::Structured
    );
    assert_eq!(
        QrPayload::parse(&A.replace("/P/", "/p/")).kind(),
        QrKind::Short
    );
}

#[test]
fn another_form_of_the_same_host_is_short() {
    for form in [
        "http://qr.ine.mx/00012345678900012345678/20230415/P/000001",
        "http://qr.ine.mx/0001234567890001234567890/20230415/P/000001",
        "http://qr.ine.mx/000023456789000123456789/20230415/P/000001",
        "http://qr.ine.mx/000123456789000123456789/20230230/P/000001",
        "http://qr.ine.mx/000123456789000123456789/20230415/PP/000001",
        "http://qr.ine.mx/000123456789000123456789/20230415/P/00001",
        "http://qr.ine.mx/000123456789000123456789/20230415/P/000001/",
        "http://qr.ine.mx/000123456789000123456789/20230415/P/000001?x=1",
        "http://qr.ine.mx//000123456789000123456789/20230415/P/000001",
        "https://qr.ine.mx/004697",
        "https://qr.ine.mx",
        "https://qr.ine.mx?x",
    ] {
        assert_eq!(QrPayload::parse(form).kind(), QrKind::Short, "{form}");
    }
}

#[test]
fn another_host_is_foreign() {
    for host in [
        "qr.ine.mx.evil.tld",
        "evil.tld/qr.ine.mx",
        "qr.ine.mx@evil.tld",
        "user@qr.ine.mx",
        "qr.ine.mx:8080",
        "qr.ine.mx.",
        "xqr.ine.mx",
        "ine.mx",
        "evil.tld\\qr.ine.mx",
        "qr.ine.mx\\",
        "qr.ine.mх",
    ] {
        let text = A.replace("qr.ine.mx", host);
        assert_eq!(QrPayload::parse(&text).kind(), QrKind::Foreign, "{text}");
    }
    for text in [
        "ftp://qr.ine.mx/",
        "WIFI:S:casa;;",
        "qr.ine.mx/000123456789000123456789",
        "hola",
    ] {
        assert_eq!(QrPayload::parse(text).kind(), QrKind::Foreign, "{text}");
    }
}

#[test]
fn bytes_are_opaque_and_kept_as_they_stood() {
    let bytes = [0u8, 159, 146, 150, 10, 32];
    assert_eq!(
        QrPayload::from_bytes(&bytes),
        QrPayload::Opaque(bytes.to_vec())
    );
    assert_eq!(
        QrPayload::from_bytes(b"\x01\x02 "),
        QrPayload::Opaque(b"\x01\x02 ".to_vec())
    );
    assert_eq!(QrPayload::from_bytes(b"").kind(), QrKind::Opaque);
    // An old program's text: readable, not encrypted.
    let old = QrPayload::from_bytes(b"Ni\xf1o");
    assert_eq!(old, QrPayload::Foreign("Niño".to_owned()));
    assert_eq!(QrPayload::parse(&"QUJD".repeat(60)).kind(), QrKind::Opaque);
    assert_eq!(
        QrPayload::from_bytes(A.as_bytes()).kind(),
        QrKind::Structured
    );
}

#[test]
fn it_is_masked_in_a_log_and_text_on_the_wire() {
    assert_eq!(
        format!("{:?}", QrPayload::parse(A)),
        "QrPayload::Structured(****)"
    );
    let public = StructuredQr::parse(A).unwrap();
    assert_eq!(format!("{public:?}"), "StructuredQr(****)");
    assert_eq!(serde_json::to_string(&public).unwrap(), format!("\"{A}\""));
}
