//! Decorated codes, structured append, and codes that begin with a byte order mark.

use credential::QrPayload;
use image::{GrayImage, Luma};
use qrcode::{Color, EcLevel, Version, canvas::Canvas, ec::construct_codewords};
use vision::{
    photo::{PictureLimits, open_picture},
    qr::{Budget, decode_luma, decode_picture},
};

const PUBLIC: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

#[test]
fn a_code_of_round_modules_is_read() {
    let picture = include_bytes!("pictures/qr-round-modules.png");
    let still = open_picture(picture, PictureLimits::CAPTURE).unwrap();
    let read = decode_picture(&still.into_luma8(), Budget::still());
    assert!(!read.codes.is_empty());
}

#[test]
fn a_code_of_dots_is_read_whatever_its_dots_are() {
    for (module, shape) in [
        (6, Shape::Disc(0.5)),
        (8, Shape::Disc(0.5)),
        (12, Shape::Disc(0.5)),
        (10, Shape::Disc(0.45)),
        (12, Shape::Disc(0.45)),
        (10, Shape::Disc(0.4)),
        (8, Shape::Diamond(0.7)),
        (12, Shape::Diamond(0.6)),
    ] {
        let luma = shaped(Bits::default().bytes(PUBLIC.as_bytes()), module, shape);
        let codes = decode_luma(&luma, Budget::still());
        let payloads: Vec<_> = codes.iter().map(|code| &code.payload).collect();
        assert_eq!(payloads, [&QrPayload::parse(PUBLIC)], "{module} {shape:?}");
    }
}

/// Bits, most significant first.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn push(mut self, width: u32, value: u32) -> Self {
        self.0
            .extend((0..width).rev().map(|bit| value >> bit & 1 == 1));
        self
    }

    /// A segment of bytes, in a version of at most 9.
    fn bytes(self, bytes: &[u8]) -> Self {
        let head = self.push(4, 4).push(8, bytes.len() as u32);
        bytes
            .iter()
            .fold(head, |bits, byte| bits.push(8, u32::from(*byte)))
    }

    /// The data codewords, terminated and padded.
    fn codewords(self, count: usize) -> Vec<u8> {
        let mut bits = self.push(4, 0).0;
        bits.resize(bits.len().next_multiple_of(8), false);
        let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
        let mut words: Vec<u8> = bits.chunks(8).map(byte).collect();
        let padding = [0xec, 0x11].into_iter().cycle();
        words.extend(padding.take(count - words.len()));
        words
    }
}

/// How a dark module is drawn, and how far from its middle it is dark, in modules.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Square,
    Disc(f32),
    Diamond(f32),
}

impl Shape {
    fn covers(self, x: f32, y: f32) -> bool {
        match self {
            Shape::Square => true,
            Shape::Disc(radius) => x.hypot(y) <= radius,
            Shape::Diamond(reach) => x.abs() + y.abs() <= reach,
        }
    }
}

/// A code of version 6, level L (136 data codewords), six pixels a module.
fn drawn(bits: Bits) -> GrayImage {
    shaped(bits, 6, Shape::Square)
}

fn shaped(bits: Bits, module: u32, shape: Shape) -> GrayImage {
    let (version, level) = (Version::Normal(6), EcLevel::L);
    let (data, correction) = construct_codewords(&bits.codewords(136), version, level)
        .expect("136 codewords are those of a version 6, level L");
    let mut canvas = Canvas::new(version, level);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    let colours = canvas.apply_best_mask().into_colors();
    let (side, quiet) = (41, 4);
    GrayImage::from_fn(
        (side + 2 * quiet) * module,
        (side + 2 * quiet) * module,
        |x, y| {
            let from_middle = |at: u32| ((at % module) as f32 + 0.5) / module as f32 - 0.5;
            let covered = shape.covers(from_middle(x), from_middle(y));
            let (x, y) = (
                (x / module).wrapping_sub(quiet),
                (y / module).wrapping_sub(quiet),
            );
            let is_dark = x < side && y < side && colours[(y * side + x) as usize] == Color::Dark;
            let dark = is_dark && covered;
            Luma([if dark { 20 } else { 240 }])
        },
    )
}

/// The first of three codes that belong together.
fn append() -> Bits {
    Bits::default()
        .push(4, 3)
        .push(4, 0)
        .push(4, 2)
        .push(8, 0x5a)
}

#[test]
fn what_comes_in_front_of_the_text_is_not_part_of_it() {
    let marked = [b"\xef\xbb\xbf", PUBLIC.as_bytes()].concat();
    let spaced = format!(" {PUBLIC}\r\n");
    let (host, rest) = PUBLIC.split_at(20);
    for (what, bits) in [
        ("nothing", Bits::default().bytes(PUBLIC.as_bytes())),
        ("a mark of the byte order", Bits::default().bytes(&marked)),
        ("structured append", append().bytes(PUBLIC.as_bytes())),
        ("structured append and a mark", append().bytes(&marked)),
        (
            "structured append, then UTF-8 is announced",
            append().push(4, 7).push(8, 26).bytes(PUBLIC.as_bytes()),
        ),
        (
            "UTF-8 is announced",
            Bits::default().push(4, 7).push(8, 26).bytes(&marked),
        ),
        (
            "FNC1 in first position",
            Bits::default().push(4, 5).bytes(PUBLIC.as_bytes()),
        ),
        (
            "two segments",
            Bits::default()
                .bytes(host.as_bytes())
                .bytes(rest.as_bytes()),
        ),
        (
            "a mark in a segment of its own",
            append().bytes(b"\xef\xbb\xbf").bytes(PUBLIC.as_bytes()),
        ),
        ("space around it", Bits::default().bytes(spaced.as_bytes())),
    ] {
        let codes = decode_luma(&drawn(bits), Budget::still());
        let payloads: Vec<_> = codes.iter().map(|code| &code.payload).collect();
        assert_eq!(payloads, [&QrPayload::parse(PUBLIC)], "{what}");
    }
}

#[test]
fn half_an_address_is_not_a_public_code() {
    // The first of two codes that hold the URL together: the content of the other one is unknown.
    let codes = decode_luma(
        &drawn(append().bytes(&PUBLIC.as_bytes()[..40])),
        Budget::still(),
    );
    assert!(
        codes
            .iter()
            .all(|code| !matches!(code.payload, QrPayload::Structured(_)))
    );
}
