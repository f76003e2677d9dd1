use super::*;
use qrcode::{EcLevel, Version, bits::Bits as Writer};

/// The data codewords that `write` puts into a code of this version at level L.
fn written(version: i16, write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut bits = Writer::new(Version::Normal(version));
    write(&mut bits);
    bits.push_terminator(EcLevel::L).unwrap();
    bits.into_bytes()
}

#[test]
fn segments_of_every_kind_and_size_are_read() {
    for version in [5, 12, 30] {
        let data = written(version, |bits| {
            bits.push_numeric_data(b"0123456789012345").unwrap();
            bits.push_alphanumeric_data(b"AC-42 %$/:Z").unwrap();
            bits.push_eci_designator(26).unwrap();
            bits.push_byte_data("ñandú".as_bytes()).unwrap();
            // The standard's example, and one of the upper half.
            bits.push_kanji_data(b"\x93\x5f\xe4\xaa").unwrap();
            bits.push_numeric_data(b"7").unwrap();
            bits.push_alphanumeric_data(b"QR").unwrap();
        });
        let content = parse(&data, version as u8).unwrap();
        let mut expected = b"0123456789012345AC-42 %$/:Z".to_vec();
        expected.extend("ñandú".as_bytes());
        expected.extend(b"\x93\x5f\xe4\xaa7QR");
        assert_eq!(content.bytes, expected, "{version}");
        assert_eq!(content.character_set, Some(26));
        assert_eq!(content.used + content.padding, data.len() * 8);
    }
    for (number, bytes) in [(5, 1), (3_000, 2), (300_000, 3)] {
        let data = written(5, |bits| {
            bits.push_eci_designator(number).unwrap();
            bits.push_byte_data(b"x").unwrap();
        });
        let content = parse(&data, 5).unwrap();
        assert_eq!(content.character_set, Some(number), "{bytes}");
    }
}

#[test]
fn a_code_that_is_full_to_the_last_bit_is_read() {
    // 1-L has room for 41 digits, 25 letters, 17 bytes.
    let data = written(1, |bits| bits.push_numeric_data(&[b'8'; 41]).unwrap());
    assert_eq!(parse(&data, 1).unwrap().bytes, [b'8'; 41]);
    let data = written(1, |bits| bits.push_byte_data(&[0xFF; 17]).unwrap());
    assert_eq!(parse(&data, 1).unwrap().bytes, [0xFF; 17]);
}

#[test]
fn what_is_not_formed_as_it_should_be_is_refused() {
    let good = written(2, |bits| bits.push_byte_data(b"hola").unwrap());
    assert!(parse(&good, 2).is_some());
    // Four bits of mode, eight of count, four bytes, four of terminator, and padding from there.
    let padding = (good.len() - 6) * 8;
    assert_eq!(parse(&good, 2).unwrap().padding, padding);
    for place in 6..good.len() {
        let mut bad = good.clone();
        bad[place] ^= 0x10;
        assert_eq!(parse(&bad, 2).unwrap().padding, 0, "{place}");
    }
    let mut longer = good.clone();
    longer[0] |= 0x0F;
    assert_eq!(parse(&longer, 2), None);
    // A mode that does not exist, three digits that are 1,000, and nothing at all.
    assert_eq!(parse(&[0xF0, 0, 0], 1), None);
    assert_eq!(
        parse(&[0b0001_0000, 0b0000_1111, 0b1110_1000, 0, 0, 0], 1),
        None
    );
    assert_eq!(parse(&[0; 19], 1), None);
    assert_eq!(parse(&[], 1), None);
}
