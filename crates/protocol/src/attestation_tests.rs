use super::*;

fn binding() -> KeyBinding {
    KeyBinding {
        activation: ActivationId::from_bytes([1; 16]),
        challenge: Challenge::from_bytes([2; 56]),
    }
}

#[test]
fn what_hardware_is_given_never_changes() {
    let key = DevicePublicKey::from_point(&[4; 65]).unwrap();
    let seen = [
        binding().android_challenge().to_string(),
        binding().app_attest_client_data(&key).to_string(),
    ];
    assert_eq!(
        seen,
        [
            "dc8674578e3391f73b421d339c57da3cc1acfbfb3cef4f962c0f2247a0a16233",
            "36cde2823064b6bc1683b3366294ddf6881fd0794810d1140f3becaf77aae451",
        ]
    );
}

#[test]
fn an_app_that_says_nothing_and_one_that_says_all_are_both_read() {
    let chain = CertificateChain::new(vec![vec![1, 2], vec![3]]).unwrap();
    let said = Attestation::AndroidKey {
        challenge: binding().challenge,
        chain,
    };
    let text = serde_json::to_string(&said).unwrap();
    assert!(text.starts_with(r#"{"kind":"android_key","challenge":"AgIC"#));
    assert!(text.ends_with(r#""chain":["AQI","Aw"]}"#), "{text}");
    assert_eq!(serde_json::from_str::<Attestation>(&text).unwrap(), said);
    let software = serde_json::from_str(r#"{"kind":"software"}"#).unwrap();
    assert_eq!(Attestation::Software, software);
}

#[test]
fn what_is_longer_than_any_phone_sends_is_refused() {
    let chain = |count, bytes| CertificateChain::new(vec![vec![0; bytes]; count]);
    assert!(chain(4, 10 * 1024).is_ok());
    for (count, bytes) in [(0, 1), (9, 1), (1, 0), (1, 10 * 1024 + 1), (5, 10 * 1024)] {
        assert_eq!(chain(count, bytes), Err(Code::RequestMalformed));
    }
    assert!(AttestationObject::new(vec![0; OBJECT_LONGEST]).is_ok());
    assert!(AttestationObject::new(vec![0; OBJECT_LONGEST + 1]).is_err());
    assert!(AttestationObject::new(Vec::new()).is_err());
}

#[test]
fn debug_shows_no_certificate() {
    let chain = CertificateChain::new(vec![vec![0xAB; 3]]).unwrap();
    assert_eq!(format!("{chain:?}"), "CertificateChain(1 certificates)");
}
