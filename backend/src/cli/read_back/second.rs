//! A second, independent reader of the same picture.
//!
//! A code can be drawn so that different readers read different texts in it. The text that the phone
//! showed and the server counts must not depend on the reader: where two readers contradict each
//! other, a reviewer looks.

use crate::read_back::Answer;
use credential::{QrPayload, StructuredQr};
use image::GrayImage;
use std::panic::{AssertUnwindSafe, catch_unwind};
use vision::qr::DecodedCode;

/// A text of the second reader, and its place in the picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    text: String,
    centre: (f32, f32),
}

/// The most codes that are tried in one picture; a card has three.
const MOST: usize = 16;

/// Every text that `rqrr` reads. It may panic on a stranger's picture; then the list is empty.
pub(super) fn read(luma: &GrayImage) -> Vec<Text> {
    catch_unwind(AssertUnwindSafe(|| texts(luma))).unwrap_or_default()
}

fn texts(luma: &GrayImage) -> Vec<Text> {
    let (width, pixels) = (luma.width() as usize, luma.as_raw());
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, luma.height() as usize, |x, y| {
            pixels[y * width + x]
        });
    image
        .detect_grids()
        .iter()
        .take(MOST)
        .filter_map(|grid| {
            let (_, text) = grid.decode().ok()?;
            let sum = grid.bounds.iter().fold((0.0, 0.0), |sum, p| {
                (sum.0 + p.x as f32, sum.1 + p.y as f32)
            });
            Some(Text {
                text,
                centre: (sum.0 / 4.0, sum.1 / 4.0),
            })
        })
        .collect()
}

/// The public QRs that either read, and whether they contradict each other: in one place they read
/// different texts, or they read the QRs of different cards.
pub(super) fn join(first: &[DecodedCode], second: &[Text]) -> Answer {
    let mut codes: Vec<String> = first
        .iter()
        .filter_map(|code| public(&code.payload))
        .collect();
    let mut contradicted = codes.windows(2).any(|pair| pair[0] != pair[1]);
    for text in second {
        let read = QrPayload::parse(&text.text);
        contradicted |= first
            .iter()
            .any(|code| is_within(code, text.centre) && is_other(&code.payload, &read));
        if let Some(text) = public(&read) {
            contradicted |= !codes.is_empty() && !codes.contains(&text);
            if codes.is_empty() {
                codes.push(text);
            }
        }
    }
    Answer {
        codes,
        contradicted,
    }
}

/// Whether two readings differ. Opaque contents are not compared: every reader turns their bytes
/// into text differently.
fn is_other(first: &QrPayload, second: &QrPayload) -> bool {
    let opaque = |payload: &QrPayload| matches!(payload, QrPayload::Opaque(_));
    first != second && !opaque(first) && !opaque(second)
}

fn public(payload: &QrPayload) -> Option<String> {
    match payload {
        QrPayload::Structured(public) => Some(StructuredQr::as_str(public).to_owned()),
        _ => None,
    }
}

fn is_within(code: &DecodedCode, (x, y): (f32, f32)) -> bool {
    let within = |value: f32, of: fn(&(f32, f32)) -> f32| {
        let least = code.corners.iter().map(of).fold(f32::INFINITY, f32::min);
        let most = code
            .corners
            .iter()
            .map(of)
            .fold(f32::NEG_INFINITY, f32::max);
        (least..=most).contains(&value)
    };
    within(x, |p| p.0) && within(y, |p| p.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, Luma, imageops};
    use qrcode::{Color, QrCode};
    use vision::qr::{Budget, decode_luma};

    const ONE: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";
    const OTHER: &str = "http://qr.ine.mx/432110987654301246813579/20230415/P/000001";

    fn drawn(bytes: &[u8]) -> GrayImage {
        let code = QrCode::new(bytes).unwrap();
        let (side, module, quiet) = (code.width() as u32, 6, 4);
        let colors = code.to_colors();
        GrayImage::from_fn(
            (side + 2 * quiet) * module,
            (side + 2 * quiet) * module,
            |x, y| {
                let (x, y) = (
                    (x / module).wrapping_sub(quiet),
                    (y / module).wrapping_sub(quiet),
                );
                let dark = x < side && y < side && colors[(y * side + x) as usize] == Color::Dark;
                Luma([if dark { 20 } else { 240 }])
            },
        )
    }

    fn answer(luma: &GrayImage) -> Answer {
        join(&decode_luma(luma, Budget::still()), &read(luma))
    }

    #[test]
    fn both_read_one_code_and_say_the_same() {
        for bytes in [
            ONE.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", ONE.as_bytes()].concat(),
        ] {
            let luma = drawn(&bytes);
            assert!(!read(&luma).is_empty() && !decode_luma(&luma, Budget::still()).is_empty());
            let answer = answer(&luma);
            assert_eq!(
                (answer.codes.as_slice(), answer.contradicted),
                (&[ONE.to_owned()][..], false)
            );
        }
    }

    #[test]
    fn two_cards_in_one_picture_are_for_people() {
        let (one, other) = (drawn(ONE.as_bytes()), drawn(OTHER.as_bytes()));
        let mut both = GrayImage::from_pixel(2 * one.width() + 40, one.height(), Luma([240]));
        imageops::replace(&mut both, &one, 0, 0);
        imageops::replace(&mut both, &other, i64::from(one.width()) + 40, 0);
        assert!(answer(&both).contradicted);
    }

    #[test]
    fn two_texts_in_one_place_are_for_people() {
        let luma = drawn(ONE.as_bytes());
        let first = decode_luma(&luma, Budget::still());
        let middle = (luma.width() as f32 / 2.0, luma.height() as f32 / 2.0);
        let second = |text: &str, centre| {
            vec![Text {
                text: text.to_owned(),
                centre,
            }]
        };
        for (text, centre, contradicted) in [
            (ONE, middle, false),
            (OTHER, middle, true),
            (OTHER, (0.0, 0.0), true),
            ("https://ejemplo.mx/otra", middle, true),
            // Another code of the card, which only one of them read.
            ("https://ejemplo.mx/otra", (0.0, 0.0), false),
            ("\u{0}\u{1}", middle, false),
        ] {
            let answer = join(&first, &second(text, centre));
            assert_eq!(answer.contradicted, contradicted, "{text}");
            assert_eq!(answer.codes, [ONE]);
        }
        // The other reader may read a code that ours could not.
        assert_eq!(join(&[], &second(ONE, middle)).codes, [ONE]);
        assert!(read(&DynamicImage::new_luma8(1, 1).into_luma8()).is_empty());
    }
}
