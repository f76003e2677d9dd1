use super::*;
use protocol::{apoyos::Part, campaigns::Demarcation, ids::CampaignId};

const QR: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

fn id() -> ApoyoId {
    ApoyoId::from_bytes([7; 16])
}

fn device() -> DeviceId {
    DeviceId::from_bytes([9; 16])
}

/// The fields that a phone read, as JSON. Other tests seal them.
fn fields(change: impl FnOnce(&mut serde_json::Value)) -> serde_json::Value {
    let mut fields = serde_json::json!({
        "captured_at": "2027-03-01T18:00:00Z", "notice_version": "0123456789abcdef",
        "language": "es-MX", "signature_kind": "drawn", "findings": [],
        "model": "G", "qr": QR,
    });
    change(&mut fields);
    fields
}

/// Sealed bytes; these tests do not open them.
const SEALED: &[u8] = b"sealed";

fn manifest() -> Manifest {
    Manifest {
        apoyo: id(),
        process: "consultas".parse().unwrap(),
        campaign: "agua".parse::<CampaignId>().unwrap(),
        device: device(),
        parts: PartName::ALL
            .map(|name| Part {
                name,
                sha256: Sha256Hash::of(&[name as u8]),
                bytes: 1000,
            })
            .to_vec(),
        payload: Sha256Hash::of(SEALED),
        app: "0.1.0".to_owned(),
    }
}

fn body(manifest: Manifest) -> Vec<u8> {
    serde_json::to_vec(&Submission {
        manifest,
        payload: URL_SAFE_NO_PAD.encode(SEALED),
    })
    .unwrap()
}

fn told(body: &[u8]) -> (Code, Option<String>) {
    let problem = check(id(), device(), body).unwrap_err();
    (problem.code, problem.field)
}

#[test]
fn a_whole_apoyo_passes_and_its_evidence_can_be_put_together_again() {
    let body = body(manifest());
    let checked = check(id(), device(), &body).unwrap();
    assert_eq!(checked.payload, SEALED);
    let text = URL_SAFE_NO_PAD.encode(SEALED);
    let evidence = String::from_utf8(checked.evidence).unwrap();
    assert!(!evidence.contains(&text), "it is kept once");
    let again = evidence.replace("\"payload\":\"\"", &format!("\"payload\":\"{text}\""));
    assert_eq!(again.as_bytes(), body, "these bytes were signed");
}

#[test]
fn a_phone_whose_clock_is_off_by_forty_years_is_believed_to_be_a_phone() {
    let fields = fields(|f| f["captured_at"] = "1987-01-01T00:00:00Z".into());
    assert!(check_fields(&serde_json::from_value(fields).unwrap()).is_ok());
}

#[test]
fn a_manifest_that_contradicts_itself_names_the_field() {
    type Change = fn(&mut Manifest);
    let cases: [(&str, Change); 8] = [
        ("apoyo", |m| m.apoyo = ApoyoId::from_bytes([1; 16])),
        ("device", |m| m.device = DeviceId::from_bytes([1; 16])),
        ("app", |m| m.app = "x".repeat(65)),
        ("parts", |m| m.parts.truncate(3)),
        ("parts", |m| m.parts[0].name = PartName::Back),
        ("parts", |m| m.parts[0].sha256 = m.parts[1].sha256),
        ("parts", |m| m.parts[0].bytes = 9 * 1024 * 1024),
        ("payload", |m| m.payload = Sha256Hash::of(b"another")),
    ];
    for (field, change) in cases {
        let mut manifest = manifest();
        change(&mut manifest);
        let expected = (Code::ManifestInvalid, Some(field.to_owned()));
        assert_eq!(told(&body(manifest)), expected);
    }
}

#[test]
fn what_was_read_has_to_be_well_formed() {
    type Change = fn(&mut serde_json::Value);
    let cases: [(Code, &str, Change); 9] = [
        (Code::QrMalformed, "qr", |p| {
            p["qr"] = "http://qr.ine.mx/00012345678900012345678/20230415/P/000001".into();
        }),
        (Code::QrMalformed, "qr", |p| {
            p["qr"] = "http://qr.ine.mx.evil.tld/000123456789000123456789/20230415/P/000001".into();
        }),
        (Code::QrMalformed, "qr", |p| {
            p["qr"] = "https://example.org/menu".into()
        }),
        (Code::ManifestInvalid, "notice_version", |p| {
            p["notice_version"] = "v1".into()
        }),
        (Code::FieldInvalid, "curp", |p| {
            p["curp"] = "PUER850417MDFRJB02".into()
        }),
        (Code::FieldInvalid, "clave_elector", |p| {
            p["clave_elector"] = "PREJRB".into()
        }),
        (Code::FieldInvalid, "mrz", |p| {
            p["mrz"] = serde_json::json!(["A", "B", "C"])
        }),
        (Code::FieldInvalid, "name", |p| {
            p["name"] = "A".repeat(201).into()
        }),
        (Code::QrMalformed, "qr", |p| p["qr"] = "".into()),
    ];
    for (code, field, change) in cases {
        let payload = serde_json::from_value(fields(change)).unwrap();
        let problem = check_fields(&payload).unwrap_err();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (code, Some(field))
        );
    }
    let good = fields(|p| {
        p["curp"] = "PUER850417MDFRJB01".into();
        p["clave_elector"] = "PREJRB85041709M400".into();
        p["mrz"] = serde_json::json!([
            "IDMEX1234567897<<0001234567890",
            "8504179M3312315MEX<00<<12345<2",
            "PRUEBA<EJEMPLO<<ROBERTA<<<<<<<"
        ]);
    });
    let passed = check_fields(&serde_json::from_value(good).unwrap()).unwrap();
    assert_eq!(passed.as_str(), QR);
}

#[test]
fn a_body_that_is_no_apoyo_is_malformed() {
    for bad in ["", "{", "[]", "{\"manifest\":{}}", "null"] {
        assert_eq!(told(bad.as_bytes()).0, Code::RequestMalformed, "{bad}");
    }
}

#[test]
fn the_window_opens_and_closes_on_the_millisecond() {
    let at = |millis| chrono::DateTime::from_timestamp_millis(millis).unwrap();
    let rules = CampaignRules {
        id: "agua".parse().unwrap(),
        process: "consultas".parse().unwrap(),
        exclusivity_group: "campaign/agua".to_owned(),
        demarcation: Demarcation::Pais,
        opens_at: at(1000),
        closes_at: at(2000),
    };
    assert_eq!(check_window(&rules, at(999)), Err(Code::CampaignNotOpen));
    assert_eq!(check_window(&rules, at(1000)), Ok(()));
    assert_eq!(check_window(&rules, at(1999)), Ok(()));
    assert_eq!(check_window(&rules, at(2000)), Err(Code::CampaignClosed));
}
