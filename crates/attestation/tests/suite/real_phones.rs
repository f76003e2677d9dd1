//! Chains of real phones, published by Google with their descriptions.

use attestation::{
    Fault, Revocations, Roots, SinceEpoch,
    android::{
        self, Expected,
        authorizations::BootState,
        statement::{KeyDescription, SecurityLevel},
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};
use x509_cert::Certificate;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/google")
}

/// The chains that come with a description.
fn chains(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(chains(&path));
        } else if path.extension().is_some_and(|kind| kind == "pem")
            && path.with_extension("json").exists()
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

struct Phone {
    name: String,
    chain: Vec<Vec<u8>>,
    said: Value,
}

fn load(path: &Path) -> Phone {
    let pem = fs::read(path).unwrap();
    let chain = Certificate::load_pem_chain(&pem).unwrap();
    let text = fs::read_to_string(path.with_extension("json")).unwrap();
    Phone {
        name: path.strip_prefix(folder()).unwrap().display().to_string(),
        chain: chain
            .iter()
            .map(|one| der::Encode::to_der(one).unwrap())
            .collect(),
        said: serde_json::from_str(&text).unwrap(),
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

fn number(value: &Value) -> Option<u32> {
    value.as_str().map(|text| text.parse().unwrap())
}

fn level(value: &Value) -> SecurityLevel {
    match value.as_str().unwrap() {
        "SOFTWARE" => SecurityLevel::Software,
        "TRUSTED_ENVIRONMENT" => SecurityLevel::TrustedEnvironment,
        "STRONG_BOX" => SecurityLevel::StrongBox,
        other => panic!("{other}"),
    }
}

fn boot(value: &Value) -> Option<(bool, BootState)> {
    let state = match value["verifiedBootState"].as_str()? {
        "VERIFIED" => BootState::Verified,
        "SELF_SIGNED" => BootState::SelfSigned,
        "UNVERIFIED" => BootState::Unverified,
        "FAILED" => BootState::Failed,
        other => panic!("{other}"),
    };
    Some((value["deviceLocked"].as_bool().unwrap_or(false), state))
}

fn statement(leaf: &[u8]) -> Vec<u8> {
    let leaf: Certificate = der::Decode::from_der(leaf).unwrap();
    let extensions = leaf.tbs_certificate().extensions().unwrap();
    let found = extensions
        .iter()
        .find(|extension| extension.extn_id == android::STATEMENT);
    found.unwrap().extn_value.as_bytes().to_vec()
}

#[test]
fn statements_of_real_phones_are_read_as_google_reads_them() {
    let paths = chains(&folder());
    assert!(paths.len() >= 19, "{} chains were found", paths.len());
    for path in paths {
        let phone = load(&path);
        let (name, said) = (&phone.name, &phone.said);
        let statement = statement(&phone.chain[0]);
        let read = KeyDescription::decode(&statement).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(Some(read.version), number(&said["attestationVersion"]));
        assert_eq!(
            (read.attestation_level, read.keymint_level),
            (
                level(&said["attestationSecurityLevel"]),
                level(&said["keyMintSecurityLevel"])
            ),
            "{name}"
        );
        assert_eq!(
            read.challenge,
            bytes(&said["attestationChallenge"]),
            "{name}"
        );
        let hardware = &said["hardwareEnforced"];
        let purposes: Vec<u32> = hardware["purposes"]
            .as_array()
            .map(|all| all.iter().filter_map(number).collect())
            .unwrap_or_default();
        let mut read_purposes = read.hardware.purposes.clone();
        read_purposes.sort_unstable();
        assert_eq!(read_purposes, purposes, "{name}");
        assert_eq!(read.hardware.algorithm, number(&hardware["algorithms"]));
        assert_eq!(read.hardware.curve, number(&hardware["ecCurve"]), "{name}");
        assert_eq!(read.hardware.patch_level, number(&hardware["osPatchLevel"]));
        let made_inside = hardware["origin"].as_str().map(|word| word == "GENERATED");
        assert_eq!(read.hardware.origin.map(|origin| origin == 0), made_inside);
        let root = read.hardware.root_of_trust;
        let root = root.map(|root| (root.locked, root.state));
        assert_eq!(root, boot(&hardware["rootOfTrust"]), "{name}");

        let app = read.application().unwrap();
        let said = &said["softwareEnforced"]["attestationApplicationId"];
        let packages: Vec<_> = app.packages.iter().map(|one| one.to_vec()).collect();
        let expected: Vec<Vec<u8>> = said["packages"].as_array().map_or(Vec::new(), |all| {
            let name = |one: &Value| one["name"].as_str().unwrap().as_bytes().to_vec();
            all.iter().map(name).collect()
        });
        assert_eq!(packages, expected, "{name}");
    }
}

/// Verifies a phone as if its app and its key were ours.
fn verify(phone: &Phone) -> Result<android::AndroidKey, Fault> {
    let chain: Vec<&[u8]> = phone.chain.iter().map(Vec::as_slice).collect();
    let leaf: Certificate = der::Decode::from_der(chain[0]).unwrap();
    let key = leaf.tbs_certificate().subject_public_key_info();
    let software = &phone.said["softwareEnforced"];
    let app = &software["attestationApplicationId"];
    let signer: [u8; 32] = bytes(&app["signatures"][0]).try_into().unwrap();
    let made: u64 = software["creationDateTime"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let expected = Expected {
        challenge: &bytes(&phone.said["attestationChallenge"]),
        key: key.subject_public_key.raw_bytes(),
        package: app["packages"][0]["name"].as_str().unwrap(),
        signers: &[signer],
        at: SinceEpoch::from_millis(made),
    };
    android::verify(&chain, &Roots::google(), &Revocations::default(), &expected)
}

#[test]
fn chains_of_real_phones_lead_to_google_from_every_generation() {
    let (mut believed, mut other_keys, mut software) = (0, 0, 0);
    for path in chains(&folder()) {
        let phone = load(&path);
        if phone.said["softwareEnforced"]["attestationApplicationId"].is_null() {
            continue;
        }
        match verify(&phone) {
            Ok(_) => believed += 1,
            // Chains of RSA and lattice keys: followed to the end, and then not our key.
            Err(Fault::KeyForeign) => other_keys += 1,
            // The first Pixel attests in software, under a root of 1024 bits.
            Err(Fault::ChainSignature | Fault::RootUnknown) if phone.name.contains("marlin") => {
                software += 1;
            }
            Err(why) => panic!("{}: {why}", phone.name),
        }
    }
    assert_eq!((believed, other_keys, software), (9, 8, 2));
}

#[test]
fn statements_that_google_calls_invalid_are_refused_here_too() {
    for name in ["malformed_rot_device_locked", "tags_not_in_ascending_order"] {
        let pem = fs::read(folder().join(format!("invalid/{name}.pem"))).unwrap();
        let chain = Certificate::load_pem_chain(&pem).unwrap();
        let leaf = der::Encode::to_der(&chain[0]).unwrap();
        let read = statement(&leaf);
        let read = KeyDescription::decode(&read);
        assert_eq!(read.err(), Some(Fault::StatementMalformed), "{name}");
    }
}

#[test]
fn a_p256_authority_may_sign_with_the_longer_hash() {
    let pem = fs::read(folder().join("p256_sha384_intermediate.pem")).unwrap();
    let chain = Certificate::load_pem_chain(&pem).unwrap();
    let root = der::EncodePem::to_pem(chain.last().unwrap(), der::pem::LineEnding::LF).unwrap();
    let chain: Vec<Vec<u8>> = chain
        .iter()
        .map(|one| der::Encode::to_der(one).unwrap())
        .collect();
    let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    let expected = Expected {
        challenge: &[],
        key: &[],
        package: "",
        signers: &[],
        at: SinceEpoch::from_secs(1_735_689_600),
    };
    let roots = Roots::from_pem(&[&root]).unwrap();
    let seen = android::verify(&chain, &roots, &Revocations::default(), &expected);
    assert_eq!(
        seen.err(),
        Some(Fault::StatementMalformed),
        "the chain itself holds; its leaf says nothing whole"
    );
}
