//! DER by hand, so that it can also be wrong.

/// One element: its tag's bytes, its length, its content.
pub fn element(tag: &[u8], content: &[u8]) -> Vec<u8> {
    let mut all = tag.to_vec();
    match content.len() {
        short @ 0..=127 => all.push(short as u8),
        byte @ 128..=255 => all.extend([0x81, byte as u8]),
        long => all.extend([0x82, (long >> 8) as u8, long as u8]),
    }
    all.extend(content);
    all
}

pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(&[0x30], &parts.concat())
}

pub fn set(parts: &[Vec<u8>]) -> Vec<u8> {
    element(&[0x31], &parts.concat())
}

pub fn octets(bytes: &[u8]) -> Vec<u8> {
    element(&[0x04], bytes)
}

pub fn integer(value: u32) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let from = bytes.iter().position(|byte| *byte != 0).unwrap_or(3);
    let mut digits = bytes[from..].to_vec();
    if digits[0] >= 0x80 {
        digits.insert(0, 0);
    }
    element(&[0x02], &digits)
}

pub fn enumerated(value: u8) -> Vec<u8> {
    element(&[0x0A], &[value])
}

pub fn boolean(value: bool) -> Vec<u8> {
    element(&[0x01], &[if value { 0xFF } else { 0 }])
}

/// `[number] EXPLICIT`
pub fn tagged(number: u32, inner: &[u8]) -> Vec<u8> {
    match number {
        0..=30 => element(&[0xA0 | number as u8], inner),
        31..=127 => element(&[0xBF, number as u8], inner),
        _ => element(
            &[0xBF, 0x80 | (number >> 7) as u8, number as u8 & 0x7F],
            inner,
        ),
    }
}
