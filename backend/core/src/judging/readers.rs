//! Combines the results of two readers of one picture. Pure.
//!
//! A code can be drawn so that different readers read different texts in it, and a picture can show one
//! code to one reader and another code to another. The text that the phone showed and the server counts
//! must not depend on the reader: if they contradict each other, a reviewer looks.

use crate::ports::{ReadBack, SeenCode};
use credential::{QrPayload, StructuredQr};

/// The content of a picture of the back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Only this public QR.
    One(StructuredQr),
    /// Different texts in one place, or the QRs of two cards.
    Contradiction,
    /// A public QR, but the second reader gave up over the picture: what it would have read there is
    /// not known.
    Unfinished,
    /// No public QR.
    Nothing,
}

/// The combined result of the readers.
pub fn together(read: &ReadBack) -> Said {
    let all = || read.first.iter().chain(&read.second);
    let mut publics = all().filter_map(public);
    let Some(one) = publics.next() else {
        return Said::Nothing;
    };
    // Also if only one reader sees both cards.
    let other_card = publics.any(|other| other.as_str() != one.as_str());
    let differs = read
        .first
        .iter()
        .any(|first| read.second.iter().any(|second| contradict(first, second)));
    match read.second_finished {
        _ if other_card || differs => Said::Contradiction,
        true => Said::One(one.clone()),
        // A picture can be filled with finder patterns until the second reader gives up.
        false => Said::Unfinished,
    }
}

fn public(code: &SeenCode) -> Option<&StructuredQr> {
    match &code.payload {
        QrPayload::Structured(public) => Some(public),
        _ => None,
    }
}

/// Whether two readers read different texts in one place.
///
/// A public QR is plain ASCII, which every reader turns into the same text. Bytes in an unknown
/// character set become different texts in every reader, so two of those are not compared.
fn contradict(first: &SeenCode, second: &SeenCode) -> bool {
    let is_public = |code| public(code).is_some();
    let is_opaque = |code: &SeenCode| matches!(code.payload, QrPayload::Opaque(_));
    let comparable =
        is_public(first) || is_public(second) || (!is_opaque(first) && !is_opaque(second));
    comparable && first.payload != second.payload && first.place.is_same(second.place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::PlaceInPicture;

    const ONE: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";
    const OTHER: &str = "http://qr.ine.mx/432110987654301246813579/20230415/P/000001";
    const FOREIGN: &str = "https://ejemplo.mx/otra";
    const BINARY: &str = "\u{0}\u{1}";

    /// A code 100 pixels wide.
    fn at(text: &str, left: f32) -> SeenCode {
        SeenCode {
            payload: QrPayload::parse(text),
            place: PlaceInPicture::around([(left, 0.0), (left + 100.0, 100.0)]),
        }
    }

    fn said(first: &[SeenCode], second: &[SeenCode]) -> Said {
        together(&ReadBack {
            first: first.to_vec(),
            second: second.to_vec(),
            second_finished: true,
        })
    }

    #[test]
    fn one_text_in_one_place_by_one_reader_or_both_is_what_the_picture_says() {
        let one = || Said::One(StructuredQr::parse(ONE).unwrap());
        let marked = format!("\u{feff}{ONE}");
        for (first, second) in [
            (vec![at(ONE, 0.0)], vec![]),
            // The second reader may read a code that the first could not.
            (vec![], vec![at(ONE, 0.0)]),
            (vec![at(ONE, 0.0)], vec![at(ONE, 0.0), at(ONE, 2.0)]),
            (vec![at(ONE, 0.0)], vec![at(&marked, 8.0)]),
            // The same code printed twice.
            (vec![at(ONE, 0.0)], vec![at(ONE, 500.0)]),
            // Other codes of the card, which only one of them read.
            (vec![at(ONE, 0.0)], vec![at(FOREIGN, 500.0)]),
            (
                vec![at(ONE, 0.0), at(BINARY, 500.0)],
                vec![at(FOREIGN, 900.0)],
            ),
            // Two readings of the same bytes in an unknown character set.
            (vec![at(ONE, 0.0), at(BINARY, 500.0)], vec![at("Ã¡", 500.0)]),
        ] {
            assert_eq!(said(&first, &second), one(), "{first:?} {second:?}");
        }
        for (first, second) in [
            (vec![], vec![]),
            (vec![at(FOREIGN, 0.0)], vec![at(FOREIGN, 0.0)]),
            (vec![at(BINARY, 0.0)], vec![]),
        ] {
            assert_eq!(said(&first, &second), Said::Nothing);
        }
    }

    #[test]
    fn different_texts_in_one_place_or_of_two_cards_are_for_people() {
        for (first, second) in [
            (vec![at(ONE, 0.0)], vec![at(OTHER, 0.0)]),
            (vec![at(ONE, 0.0)], vec![at(FOREIGN, 30.0)]),
            (vec![at(FOREIGN, 0.0)], vec![at(ONE, 30.0)]),
            (vec![at(ONE, 0.0)], vec![at(BINARY, 0.0)]),
            (vec![at(BINARY, 0.0)], vec![at(ONE, 0.0)]),
            // Two cards, seen by either reader.
            (vec![at(ONE, 0.0)], vec![at(OTHER, 500.0)]),
            (vec![at(ONE, 0.0), at(OTHER, 500.0)], vec![]),
            (vec![], vec![at(ONE, 0.0), at(OTHER, 500.0)]),
            // A small code within a large one.
            (
                vec![at(ONE, 0.0)],
                vec![SeenCode {
                    payload: QrPayload::parse(OTHER),
                    place: PlaceInPicture::around([(5.0, 5.0), (15.0, 15.0)]),
                }],
            ),
            (
                vec![at(ONE, 0.0), at(FOREIGN, 500.0)],
                vec![at("https://ejemplo.mx/mas", 500.0)],
            ),
        ] {
            assert_eq!(
                said(&first, &second),
                Said::Contradiction,
                "{first:?} {second:?}"
            );
        }
    }

    #[test]
    fn a_second_reader_that_gave_up_is_for_people_too() {
        let unfinished = |first: &[&str], second: &[&str]| {
            let codes = |texts: &[&str]| texts.iter().map(|text| at(text, 0.0)).collect();
            together(&ReadBack {
                first: codes(first),
                second: codes(second),
                second_finished: false,
            })
        };
        assert_eq!(unfinished(&[ONE], &[]), Said::Unfinished);
        assert_eq!(unfinished(&[ONE], &[ONE]), Said::Unfinished);
        assert_eq!(unfinished(&[ONE], &[OTHER]), Said::Contradiction);
        assert_eq!(unfinished(&[], &[]), Said::Nothing);
    }
}
