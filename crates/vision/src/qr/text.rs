//! The text of a code's bytes where they are not UTF-8: older codes are in Shift-JIS or Latin-1
//! without announcing it.

use credential::QrPayload;
use rxing::{DecodeHints, common::string_utils::guessCharset};

/// The payload of a code's bytes. `text` is the reader's own decoding of them; it is only called
/// where the bytes alone do not decide.
pub(super) fn understood(bytes: &[u8], text: impl FnOnce() -> Option<String>) -> QrPayload {
    let payload = QrPayload::from_bytes(bytes);
    let decided = matches!(payload, QrPayload::Structured(_) | QrPayload::Short(_));
    if decided || std::str::from_utf8(bytes).is_ok() {
        return payload;
    }
    // Encrypted bytes are not a text in any character set: some pair of bytes is not a letter.
    match text().filter(|text| !text.contains('\u{fffd}')).as_deref() {
        Some(text) => match QrPayload::parse(text) {
            QrPayload::Opaque(_) => payload,
            understood => understood,
        },
        None => payload,
    }
}

/// The most likely text of bytes whose character set is unknown.
pub(super) fn guessed(bytes: &[u8]) -> Option<String> {
    guessCharset(bytes, &DecodeHints::default())?
        .decode(bytes)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shift_jis_is_read_and_noise_stays_bytes() {
        let katakana = [0x83, 0x6f, 0x81, 0x5b, 0x83, 0x52, 0x81, 0x5b, 0x83, 0x68];
        assert_eq!(
            understood(&katakana, || guessed(&katakana)),
            QrPayload::Foreign("バーコード".to_owned())
        );
        let mut state = 7u32;
        let noise: Vec<u8> = (0..300)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        assert_eq!(
            understood(&noise, || guessed(&noise)),
            QrPayload::Opaque(noise.clone())
        );
    }
}
