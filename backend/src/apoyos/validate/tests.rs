use super::*;
use protocol::{
    activation::Language, apoyo::SignatureKind, campaign::Demarcation, ids::CampaignId,
};

const QR: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

fn id() -> ApoyoId {
    ApoyoId::from_bytes([7; 16])
}

fn device() -> DeviceId {
    DeviceId::from_bytes([9; 16])
}

fn payload(change: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
    let mut payload = serde_json::json!({ "model": "G", "qr": QR });
    change(&mut payload);
    serde_json::to_vec(&payload).unwrap()
}

fn manifest(payload: &[u8]) -> Manifest {
    Manifest {
        apoyo: id(),
        campaign: "agua".parse::<CampaignId>().unwrap(),
        device: device(),
        captured_at: chrono::DateTime::from_timestamp_millis(0).unwrap(),
        notice_version: "0123456789abcdef".to_owned(),
        parts: PartName::ALL
            .map(|name| Part {
                name,
                sha256: Sha256Hash::of(&[name as u8]),
                bytes: 1000,
            })
            .to_vec(),
        payload: Sha256Hash::of(payload),
        signature_kind: SignatureKind::Drawn,
        findings: Vec::new(),
        language: Language::EsMx,
        app: "0.1.0".to_owned(),
    }
}

fn body(manifest: Manifest, payload: &[u8]) -> Vec<u8> {
    serde_json::to_vec(&Submission {
        manifest,
        payload: Sensitive::new(URL_SAFE_NO_PAD.encode(payload)),
    })
    .unwrap()
}

fn told(body: &[u8]) -> (Code, Option<String>) {
    let problem = check(id(), device(), body).unwrap_err();
    (problem.code, problem.field)
}

#[test]
fn a_whole_apoyo_passes_and_its_evidence_can_be_put_together_again() {
    let payload = payload(|_| {});
    let body = body(manifest(&payload), &payload);
    let checked = check(id(), device(), &body).unwrap();
    assert_eq!(checked.payload.expose(), &payload);
    let text = URL_SAFE_NO_PAD.encode(&payload);
    let evidence = String::from_utf8(checked.evidence).unwrap();
    assert!(!evidence.contains(&text), "personal data is kept apart");
    let again = evidence.replace("\"payload\":\"\"", &format!("\"payload\":\"{text}\""));
    assert_eq!(again.as_bytes(), body, "these bytes were signed");
}

#[test]
fn a_phone_whose_clock_is_off_by_forty_years_is_believed_to_be_a_phone() {
    let payload = payload(|_| {});
    let mut manifest = manifest(&payload);
    manifest.captured_at += chrono::TimeDelta::days(40 * 365);
    assert!(check(id(), device(), &body(manifest, &payload)).is_ok());
}

#[test]
fn a_manifest_that_contradicts_itself_names_the_field() {
    type Change = fn(&mut Manifest);
    let cases: [(&str, Change); 9] = [
        ("apoyo", |m| m.apoyo = ApoyoId::from_bytes([1; 16])),
        ("device", |m| m.device = DeviceId::from_bytes([1; 16])),
        ("notice_version", |m| m.notice_version = "v1".to_owned()),
        ("app", |m| m.app = "x".repeat(65)),
        ("parts", |m| m.parts.truncate(3)),
        ("parts", |m| m.parts[0].name = PartName::Back),
        ("parts", |m| m.parts[0].sha256 = m.parts[1].sha256),
        ("parts", |m| m.parts[0].bytes = 9 * 1024 * 1024),
        ("payload", |m| m.payload = Sha256Hash::of(b"another")),
    ];
    for (field, change) in cases {
        let payload = payload(|_| {});
        let mut manifest = manifest(&payload);
        change(&mut manifest);
        let expected = (Code::ManifestInvalid, Some(field.to_owned()));
        assert_eq!(told(&body(manifest, &payload)), expected);
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
        (Code::ManifestInvalid, "payload", |p| {
            p["model"] = "Z".into()
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
        let payload = payload(change);
        let body = body(manifest(&payload), &payload);
        assert_eq!(told(&body), (code, Some(field.to_owned())));
    }
    let good = payload(|p| {
        p["curp"] = "PUER850417MDFRJB01".into();
        p["clave_elector"] = "PREJRB85041709M400".into();
        p["mrz"] = serde_json::json!([
            "IDMEX1234567897<<0001234567890",
            "8504179M3312315MEX<00<<12345<2",
            "PRUEBA<EJEMPLO<<ROBERTA<<<<<<<"
        ]);
    });
    assert!(check(id(), device(), &body(manifest(&good), &good)).is_ok());
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

#[test]
fn parts_are_missing_or_of_the_promised_length() {
    let parts = manifest(b"").parts;
    let there = Some(1000);
    assert_eq!(check_lengths(&parts, &[there; 4]), Ok(Vec::new()));
    assert_eq!(
        check_lengths(&parts, &[there, None, there, None]),
        Ok(vec![parts[1].sha256, parts[3].sha256])
    );
    let problem = check_lengths(&parts, &[Some(999), there, there, there]).unwrap_err();
    assert_eq!(problem.code, Code::ManifestInvalid);
}
