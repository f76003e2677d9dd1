use super::*;
use crate::read_back::answer::understand;
use credential::QrPayload;
use image::{DynamicImage, ImageFormat, Luma};
use qrcode::{Color, QrCode};
use server_core::ports::ReadBack;
use std::io::Cursor;

const ONE: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";
const OTHER: &str = "http://qr.ine.mx/432110987654301246813579/20230415/P/000001";

/// A code with this many pixels a module.
fn drawn(bytes: &[u8], module: u32) -> GrayImage {
    let code = QrCode::new(bytes).unwrap();
    let (side, quiet) = (code.width() as u32, 4);
    let colors = code.to_colors();
    let whole = (side + 2 * quiet) * module;
    GrayImage::from_fn(whole, whole, |x, y| {
        let (x, y) = (
            (x / module).wrapping_sub(quiet),
            (y / module).wrapping_sub(quiet),
        );
        let dark = x < side && y < side && colors[(y * side + x) as usize] == Color::Dark;
        Luma([if dark { 20 } else { 240 }])
    })
}

/// A grey picture of a photograph's size with these codes in it.
fn sheet(width: u32, height: u32, codes: &[(&GrayImage, u32, u32)]) -> GrayImage {
    let mut sheet = GrayImage::from_pixel(width, height, Luma([200]));
    for (code, x, y) in codes {
        imageops::replace(&mut sheet, *code, i64::from(*x), i64::from(*y));
    }
    sheet
}

/// The answer as the parent parses it.
fn heard(luma: &GrayImage) -> ReadBack {
    understand(&serde_json::to_vec(&read_grey(luma)).unwrap()).unwrap()
}

fn texts(codes: &[server_core::ports::SeenCode]) -> Vec<&str> {
    let mut texts: Vec<&str> = codes
        .iter()
        .filter_map(|code| match &code.payload {
            QrPayload::Structured(public) => Some(public.as_str()),
            QrPayload::Short(text) | QrPayload::Foreign(text) => Some(text),
            QrPayload::Opaque(_) => None,
        })
        .collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

#[test]
fn both_readers_read_one_symbol_at_every_size_and_place_it_alike() {
    let marked = [b"\xef\xbb\xbf", ONE.as_bytes()].concat();
    for (bytes, module, width, height) in [
        (ONE.as_bytes(), 6, 300, 300),
        (&marked[..], 6, 300, 300),
        (ONE.as_bytes(), 3, 1280, 960),
        (ONE.as_bytes(), 6, 2048, 1536),
        (ONE.as_bytes(), 12, 4000, 3000),
        (ONE.as_bytes(), 40, 4000, 3000),
    ] {
        let code = drawn(bytes, module);
        let read = heard(&sheet(width, height, &[(&code, width / 20, height / 20)]));
        assert!(read.second_finished);
        assert_eq!(texts(&read.first), [ONE]);
        assert_eq!(texts(&read.second), [ONE], "{module} {width}");
        for second in &read.second {
            assert!(second.place.is_same(read.first[0].place), "{second:?}");
        }
    }
}

#[test]
fn a_second_code_is_seen_wherever_it_is() {
    let (one, other) = (drawn(ONE.as_bytes(), 9), drawn(OTHER.as_bytes(), 9));
    let foreign = drawn(b"https://ejemplo.mx/otra", 9);
    for (second, text) in [(&other, OTHER), (&foreign, "https://ejemplo.mx/otra")] {
        for (x, y) in [(500, 20), (1500, 1000), (20, 900)] {
            let read = heard(&sheet(2048, 1536, &[(&one, 20, 20), (second, x, y)]));
            let mut all = [texts(&read.first), texts(&read.second)].concat();
            all.sort_unstable();
            all.dedup();
            let mut wanted = [ONE, text];
            wanted.sort_unstable();
            assert_eq!(all, wanted, "at {x}, {y}");
        }
    }
}

/// Finder patterns side by side, each with its ring.
fn patterns(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| {
        let from_middle = |at: u32| (at / 4 % 12).abs_diff(5);
        let ring = from_middle(x).max(from_middle(y));
        Luma([if ring < 2 || ring == 3 { 20 } else { 240 }])
    })
}

#[test]
fn a_picture_drawn_to_keep_the_second_reader_busy_ends_it_and_says_so() {
    let mut luma = patterns(2048, 1536);
    imageops::replace(&mut luma, &drawn(ONE.as_bytes(), 9), 40, 40);
    let read = heard(&luma);
    assert!(!read.second_finished);
}

#[test]
fn what_is_no_picture_has_no_codes() {
    let one = DynamicImage::new_luma8(1, 1);
    let mut png = Vec::new();
    one.write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
        .unwrap();
    for bytes in [&b"nothing"[..], b"", &png] {
        let answer = read(bytes);
        assert!(answer.first.is_empty() && answer.second.is_empty());
    }
}
