use super::*;
use qrcode::{EcLevel, Version, bits::Bits};

const ADDRESSES: [&str; 4] = [
    "http://qr.ine.mx/000123456789000123456789/20230415/P/000001",
    "https://qr.ine.mx/946999999999999999999999/20191231/E/999999",
    "http://qr.ine.mx/111100000000000000000000/20200101/A/000000",
    "https://qr.ine.mx/000123456789000123456789/20080930/Z/314159",
];

/// Whether what is known is so in these data codewords, and how much that is.
fn fits(template: &Template, data: &[u8]) -> Option<usize> {
    assert_eq!(template.bits.len(), data.len() * 8);
    let mut known = 0;
    for (at, bit) in template.bits.iter().enumerate() {
        if let Some(bit) = bit {
            known += 1;
            if *bit != (data[at / 8] >> (7 - at % 8) & 1 == 1) {
                return None;
            }
        }
    }
    Some(known)
}

fn data(version: i16, level: EcLevel, write: impl FnOnce(&mut Bits)) -> Vec<u8> {
    let mut bits = Bits::new(Version::Normal(version));
    write(&mut bits);
    bits.push_terminator(level).unwrap();
    bits.into_bytes()
}

#[test]
fn every_usual_way_of_writing_an_address_is_among_the_templates() {
    for address in ADDRESSES {
        let text = address.as_bytes();
        let split = address.find(".mx/").unwrap() + 4;
        for (version, level) in [
            (4, EcLevel::M),
            (5, EcLevel::M),
            (5, EcLevel::Q),
            (4, EcLevel::L),
        ] {
            let ways = [
                data(version, level, |bits| bits.push_byte_data(text).unwrap()),
                data(version, level, |bits| bits.push_optimal_data(text).unwrap()),
                data(version, level, |bits| {
                    bits.push_byte_data(&text[..split]).unwrap();
                    bits.push_numeric_data(&text[split..split + 24]).unwrap();
                    bits.push_alphanumeric_data(&text[split + 24..]).unwrap();
                }),
                data(version, level, |bits| {
                    bits.push_byte_data(&text[..split]).unwrap();
                    bits.push_numeric_data(&text[split..split + 24]).unwrap();
                    bits.push_byte_data(&text[split + 24..]).unwrap();
                }),
            ];
            for (way, data) in ways.iter().enumerate() {
                let known: Vec<usize> = templates(data.len() * 8)
                    .iter()
                    .filter_map(|template| fits(template, data))
                    .collect();
                assert_eq!(known.len(), 1, "{address} {version} {level:?} {way}");
                assert!(known[0] > 180, "{way} {known:?}");
            }
        }
    }
}

#[test]
fn only_an_address_of_that_form_is_one() {
    for address in ADDRESSES {
        assert!(is_public_address(address.as_bytes()), "{address}");
        for (from, to) in [
            ("/20", "/21"),
            (".mx", ".my"),
            ("http", "HTTP"),
            ("/0", "/A"),
            ("/9", "/-"),
        ] {
            let other = address.replacen(from, to, 1);
            assert!(
                other == address || !is_public_address(other.as_bytes()),
                "{other}"
            );
        }
        assert!(
            !is_public_address(&address.as_bytes()[1..])
                && !is_public_address(format!("{address}0").as_bytes())
        );
    }
    assert!(!is_public_address(
        b"http://qr.ine.mx/000123456789000123456789/20231315/P/000001"
    ));
    assert!(!is_public_address(
        b"http://qr.ine.mx/000123456789000123456789/20230400/P/000001"
    ));
    assert!(!is_public_address(
        b"http://qr.ine.mx/000123456789000123456789/20230432/P/000001"
    ));
    assert!(!is_public_address(b""));
}

#[test]
fn where_an_address_does_not_fit_there_is_no_template() {
    assert!(templates(8 * 19).is_empty());
    assert!(templates(0).is_empty());
}
