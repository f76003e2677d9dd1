//! What the bytes of a code mean, where they are not UTF-8: older codes are in Shift-JIS or
//! Latin-1 and do not say so.

use credential::QrPayload;
use rxing::{DecodeHints, common::string_utils::guessCharset};

/// Understands bytes; `text` is the reader's idea of them, asked for only if they need one.
pub(super) fn understood(bytes: &[u8], text: impl FnOnce() -> Option<String>) -> QrPayload {
    let payload = QrPayload::from_bytes(bytes);
    let decided = matches!(payload, QrPayload::Structured(_) | QrPayload::Short(_));
    if decided || std::str::from_utf8(bytes).is_ok() {
        return payload;
    }
    // Encrypted bytes are no text in any of them: somewhere a pair of bytes is no letter.
    match text().filter(|text| !text.contains('\u{fffd}')).as_deref() {
        Some(text) => match QrPayload::parse(text) {
            QrPayload::Opaque(_) => payload,
            understood => understood,
        },
        None => payload,
    }
}

/// The likeliest reading of bytes that nothing else is known of.
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
