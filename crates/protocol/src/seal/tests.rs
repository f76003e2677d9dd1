use super::*;
use crate::{environment::SystemEntropy, ids::Sha256Hash};

fn process() -> ProcessId {
    "consultas-2027".parse().unwrap()
}

fn apoyo(byte: u8) -> ApoyoId {
    ApoyoId::from_bytes([byte; 16])
}

/// The binding of one part of Lupita's apoyo.
fn lupitas<'a>(process: &'a ProcessId, part: SealedPart) -> Binding<'a> {
    Binding {
        process,
        apoyo: apoyo(1),
        part,
    }
}

const BACK: SealedPart = SealedPart::Picture(PartName::Back);

fn review() -> SealingSecretKey {
    SealingSecretKey::random(SealingPurpose::Review, &SystemEntropy)
}

fn picture(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|i| (i * 31 % 251) as u8).collect()
}

#[test]
fn lupitas_pictures_of_every_length_come_out_as_they_went_in() {
    let (process, key) = (process(), review());
    let binding = lupitas(&process, BACK);
    let ring = KeyRing::new([review(), key.clone()]);
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000] {
        let plain = picture(length);
        let sealed = seal_bytes(key.public(), &binding, &plain, &SystemEntropy).unwrap();
        assert_eq!(sealed.len() as u64, sealed_length(length as u64));
        assert_eq!(opened_length(sealed.len() as u64), Some(length as u64));
        assert_eq!(open_bytes(&ring, &binding, &sealed).unwrap(), plain);
    }
    for impossible in [0, 151, 152, 167, sealed_length(65_536) + 1] {
        assert_eq!(opened_length(impossible), None, "{impossible}");
    }
}

#[test]
fn the_same_picture_sealed_twice_shows_nothing_of_being_the_same() {
    let (process, key) = (process(), review());
    let binding = lupitas(&process, BACK);
    let seal = || seal_bytes(key.public(), &binding, &picture(1000), &SystemEntropy).unwrap();
    let (one, other) = (seal(), seal());
    // Format, key id and binding are the same; nothing after them is.
    let same = one[32..].iter().zip(&other[32..]).filter(|(a, b)| a == b);
    assert!(same.count() < 40);
}

#[test]
fn a_part_opens_in_its_own_place_only() {
    let (process, key) = (process(), review());
    let ring = KeyRing::new([key.clone()]);
    let sealed = seal_bytes(
        key.public(),
        &lupitas(&process, BACK),
        &picture(70_000),
        &SystemEntropy,
    )
    .unwrap();
    let other_process: ProcessId = "consultas-2028".parse().unwrap();
    let front = SealedPart::Picture(PartName::Front);
    for elsewhere in [
        Binding {
            process: &other_process,
            ..lupitas(&process, BACK)
        },
        Binding {
            apoyo: apoyo(2),
            ..lupitas(&process, BACK)
        },
        lupitas(&process, front),
    ] {
        let header = Header::read(&sealed).unwrap();
        assert_eq!(header.belongs(&elsewhere), Err(SealError::Foreign));
        assert_eq!(
            open_bytes(&ring, &elsewhere, &sealed),
            Err(SealError::Foreign)
        );
        // A sender who also forges the header's third field is detected by the cipher.
        let mut forged = sealed.clone();
        let bound = elsewhere.bytes(key.id());
        forged[16..32].copy_from_slice(&Sha256Hash::of(&bound).as_bytes()[..16]);
        assert_eq!(
            open_bytes(&ring, &elsewhere, &forged),
            Err(SealError::Altered)
        );
    }
}

#[test]
fn every_flipped_bit_of_the_header_and_many_of_the_frames_are_noticed() {
    let (process, key) = (process(), review());
    let binding = lupitas(&process, BACK);
    let ring = KeyRing::new([key.clone()]);
    let sealed = seal_bytes(key.public(), &binding, &picture(66_000), &SystemEntropy).unwrap();
    let frames = (HEADER_BYTES..sealed.len()).step_by(997);
    for place in (0..HEADER_BYTES).chain(frames).chain([sealed.len() - 1]) {
        for bit in [1, 0x80] {
            let mut flipped = sealed.clone();
            flipped[place] ^= bit;
            let error = open_bytes(&ring, &binding, &flipped).unwrap_err();
            let expected = match place {
                0..8 => SealError::NotSealed,
                8..16 => SealError::KeyUnknown,
                16..32 => SealError::Foreign,
                // The highest bit of a Curve25519 point is ignored by its own standard, but
                // the shared secret is derived from the bytes as they came.
                _ => SealError::Altered,
            };
            assert_eq!(error, expected, "bit {bit:#x} of byte {place}");
        }
    }
}

#[test]
fn a_part_cut_off_anywhere_is_told_from_one_that_was_changed() {
    let (process, key) = (process(), review());
    let binding = lupitas(&process, BACK);
    let ring = KeyRing::new([key.clone()]);
    let sealed = seal_bytes(key.public(), &binding, &picture(140_000), &SystemEntropy).unwrap();
    let frame = FRAME_BYTES + TAG_BYTES;
    for length in [
        0,
        3,
        8,
        HEADER_BYTES - 1,
        HEADER_BYTES,
        HEADER_BYTES + 10,
        HEADER_BYTES + frame,
        HEADER_BYTES + frame + 1,
        HEADER_BYTES + 2 * frame,
        sealed.len() - 1,
    ] {
        assert_eq!(
            open_bytes(&ring, &binding, &sealed[..length]),
            Err(SealError::Truncated),
            "cut at {length}"
        );
    }
    let mut longer = sealed.clone();
    longer.push(0);
    assert_eq!(
        open_bytes(&ring, &binding, &longer),
        Err(SealError::Altered)
    );
}

#[test]
fn frames_that_change_places_are_noticed() {
    let (process, key) = (process(), review());
    let binding = lupitas(&process, BACK);
    let ring = KeyRing::new([key.clone()]);
    let sealed = seal_bytes(key.public(), &binding, &picture(200_000), &SystemEntropy).unwrap();
    let frame = FRAME_BYTES + TAG_BYTES;
    let (first, second) = (HEADER_BYTES, HEADER_BYTES + frame);
    let mut swapped = sealed[..first].to_vec();
    swapped.extend_from_slice(&sealed[second..second + frame]);
    swapped.extend_from_slice(&sealed[first..second]);
    swapped.extend_from_slice(&sealed[second + frame..]);
    let mut repeated = sealed[..second].to_vec();
    repeated.extend_from_slice(&sealed[first..]);
    for bad in [swapped, repeated] {
        assert_eq!(open_bytes(&ring, &binding, &bad), Err(SealError::Altered));
    }
}

#[test]
fn yesterdays_key_still_opens_and_a_forgotten_one_does_not() {
    let process = process();
    let binding = lupitas(&process, SealedPart::Fields);
    let pair = || SealingSecretKey::random(SealingPurpose::Intake, &SystemEntropy);
    let (yesterdays, todays) = (pair(), pair());
    let sealed = seal_bytes(yesterdays.public(), &binding, b"fields", &SystemEntropy).unwrap();
    let both = KeyRing::new([todays.clone(), yesterdays]);
    assert_eq!(open_bytes(&both, &binding, &sealed).unwrap(), b"fields");
    assert_eq!(
        open_bytes(&KeyRing::new([todays]), &binding, &sealed),
        Err(SealError::KeyUnknown)
    );
}

#[test]
fn the_same_secret_for_another_purpose_is_another_key() {
    let process = process();
    let binding = lupitas(&process, BACK);
    let review = review();
    let intake = SealingSecretKey::from_bytes(SealingPurpose::Intake, &review.to_bytes());
    assert_ne!(review.id(), intake.id());
    let sealed = seal_bytes(review.public(), &binding, b"picture", &SystemEntropy).unwrap();
    assert_eq!(
        open_bytes(&KeyRing::new([intake]), &binding, &sealed),
        Err(SealError::KeyUnknown)
    );
}

#[test]
fn a_store_that_gives_other_bytes_than_it_kept_seals_nothing() {
    let (process, key) = (process(), review());
    let done = seal_stream(
        key.public(),
        &lupitas(&process, BACK),
        Plaintext::of(b"what was kept"),
        &b"what was read"[..],
        std::io::sink(),
        &SystemEntropy,
    );
    assert!(matches!(
        done,
        Err(StreamError::Seal(SealError::OtherPlaintext))
    ));
}

#[test]
fn secret_keys_are_not_printed() {
    let key = review();
    let printed = format!("{key:?} {:?}", KeyRing::new([key.clone()]));
    let secret = hex::encode(*key.to_bytes());
    assert!(!printed.contains(&secret) && printed.contains(&key.id().to_string()));
}
