use super::*;
use crate::keys::{Keys, sealing::read_or_make};
use protocol::{
    apoyos::PartName,
    environment::SystemEntropy,
    ids::{ApoyoId, DeviceId},
    seal::{SealingSecretKey, seal_bytes},
};

const FIELDS: &str = r#"{"captured_at":"2027-03-01T18:00:00Z","notice_version":"0123456789abcdef","language":"es-MX","signature_kind":"drawn","findings":[],"model":"G","qr":"http://qr.ine.mx/000123456789000123456789/20230415/P/000001"}"#;

fn keys() -> HeldKeys {
    let data = tempfile::tempdir().unwrap();
    let now = chrono::DateTime::from_timestamp_millis(0).unwrap();
    let (keys, _) = read_or_make(data.path(), true, false, now, &SystemEntropy).unwrap();
    let signer = Keys::of(&[1; 32], &[2; 32], &[3; 32], &[4; 32]);
    HeldKeys::of(keys, &signer, data.path()).unwrap()
}

fn manifest(apoyo: u8) -> Manifest {
    Manifest {
        apoyo: ApoyoId::from_bytes([apoyo; 16]),
        process: "consultas".parse().unwrap(),
        campaign: "agua".parse().unwrap(),
        device: DeviceId::from_bytes([9; 16]),
        parts: Vec::new(),
        payload: Sha256Hash::of(b""),
        app: "0.1.0".to_owned(),
    }
}

fn sealed(keys: &HeldKeys, manifest: &Manifest, part: SealedPart, plain: &[u8]) -> Vec<u8> {
    let to = keys.announced().keys.key(part.purpose());
    seal_bytes(to, &binding(manifest, part), plain, &SystemEntropy).unwrap()
}

#[test]
fn fields_are_opened_for_their_own_apoyo_only() {
    let keys = keys();
    let fields = sealed(&keys, &manifest(1), SealedPart::Fields, FIELDS.as_bytes());
    let opened = open_fields(&keys, &manifest(1), &fields).unwrap();
    assert!(FIELDS.contains(opened.as_str()));

    let told = |manifest: &Manifest, sealed: &[u8]| {
        let problem = open_fields(&keys, manifest, sealed).unwrap_err();
        assert_eq!(problem.field.as_deref(), Some("payload"));
        problem.code
    };
    assert_eq!(told(&manifest(2), &fields), Code::PartForeign);
    let mut flipped = fields.clone();
    *flipped.last_mut().unwrap() ^= 1;
    assert_eq!(told(&manifest(1), &flipped), Code::PartAltered);
    let short = &fields[..fields.len() - 1];
    assert_eq!(told(&manifest(1), short), Code::PartTruncated);
    assert_eq!(told(&manifest(1), FIELDS.as_bytes()), Code::PartNotSealed);
    let front = SealedPart::Picture(PartName::Front);
    let picture = sealed(&keys, &manifest(1), front, b"picture");
    assert_eq!(told(&manifest(1), &picture), Code::SealingKeyUnknown);
    let nonsense = sealed(&keys, &manifest(1), SealedPart::Fields, b"{}");
    assert_eq!(told(&manifest(1), &nonsense), Code::ManifestInvalid);
}

#[test]
fn pictures_are_told_apart_from_outside_without_opening_one() {
    let keys = keys();
    let mut apoyo = manifest(1);
    let mut stored = Vec::new();
    for name in PartName::ALL {
        let bytes = sealed(&keys, &apoyo, SealedPart::Picture(name), &[name as u8; 900]);
        apoyo.parts.push(Part {
            name,
            sha256: Sha256Hash::of(&bytes),
            bytes: bytes.len() as u64,
        });
        stored.push(Some((bytes.len() as u64, Bytes::from(bytes))));
    }
    assert_eq!(check_pictures(&keys, &apoyo, &stored), Ok(Vec::new()));

    let mut some = stored.clone();
    some[1] = None;
    assert_eq!(
        check_pictures(&keys, &apoyo, &some),
        Ok(vec![apoyo.parts[1].sha256])
    );

    let told = |apoyo: &Manifest, stored: &[Option<(u64, Bytes)>]| {
        let problem = check_pictures(&keys, apoyo, stored).unwrap_err();
        (problem.code, problem.field.unwrap())
    };
    let mut swapped = stored.clone();
    swapped.swap(0, 2);
    let foreign = (Code::PartForeign, "front".to_owned());
    assert_eq!(told(&apoyo, &swapped), foreign);
    let other = Manifest {
        apoyo: ApoyoId::from_bytes([2; 16]),
        ..apoyo.clone()
    };
    assert_eq!(told(&other, &stored), foreign);

    let mut shorter = stored.clone();
    shorter[3].as_mut().unwrap().0 -= 1;
    assert_eq!(
        told(&apoyo, &shorter),
        (Code::ManifestInvalid, "parts".to_owned())
    );
    let mut cut = apoyo.clone();
    cut.parts[3].bytes = 152;
    let mut of_no_length = stored.clone();
    of_no_length[3].as_mut().unwrap().0 = 152;
    assert_eq!(
        told(&cut, &of_no_length),
        (Code::PartTruncated, "signature".to_owned())
    );

    let stranger = SealingSecretKey::random(SealingPurpose::Review, &SystemEntropy);
    let back = binding(&apoyo, SealedPart::Picture(PartName::Back));
    let foreign = seal_bytes(stranger.public(), &back, &[0; 900], &SystemEntropy).unwrap();
    let mut strange = stored.clone();
    strange[1] = Some((foreign.len() as u64, foreign.into()));
    assert_eq!(
        told(&apoyo, &strange),
        (Code::SealingKeyUnknown, "back".to_owned())
    );
}
