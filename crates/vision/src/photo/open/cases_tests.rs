//! Data that real cameras and programs put before, after and under a picture.

use super::*;
use crate::photo::reencode::{self, encode};
use image::{
    GrayAlphaImage, GrayImage, ImageEncoder, LumaA, Rgba, RgbaImage, codecs::jpeg::JpegEncoder,
};

const PLAIN: &[u8] = include_bytes!("../../../tests/pictures/photo-plain.jpg");
const TRAILER: &[u8] = include_bytes!("../../../tests/pictures/photo-motion-trailer.jpg");
const NO_END: &[u8] = include_bytes!("../../../tests/pictures/photo-no-eoi.jpg");
const ERASED: &[u8] =
    include_bytes!("../../../tests/pictures/photo-erased-but-kept-under-alpha.png");

fn open(bytes: &[u8]) -> Result<DynamicImage, PictureError> {
    open_picture(bytes, PictureLimits::CAPTURE)
}

/// A segment of metadata.
fn segment(marker: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], bytes].concat()
}

fn with_front(front: &[u8]) -> Vec<u8> {
    [&PLAIN[..2], front, &PLAIN[2..]].concat()
}

#[test]
fn a_picture_is_what_it_is_whatever_comes_before_and_behind_it() {
    let plain = open(PLAIN).unwrap();
    let extended: Vec<u8> = (0..60)
        .flat_map(|_| {
            segment(
                0xe1,
                &[
                    &b"http://ns.adobe.com/xmp/extension/\0"[..],
                    &[0xff, 0xda].repeat(30_000),
                ]
                .concat(),
            )
        })
        .collect();
    let profile: Vec<u8> = (1..=40)
        .flat_map(|part| {
            segment(
                0xe2,
                &[
                    &b"ICC_PROFILE\0"[..],
                    &[part, 40],
                    &[0xff, 0xd9].repeat(30_000),
                ]
                .concat(),
            )
        })
        .collect();
    let thumbnail = segment(0xed, &PLAIN[..60_000]);
    for (what, bytes) in [
        ("the film of a motion photo", TRAILER.to_vec()),
        (
            "scans in a trailer",
            [PLAIN, &[0xff, 0xda].repeat(5_000)].concat(),
        ),
        ("a second picture", [PLAIN, PLAIN].concat()),
        ("zeros", [PLAIN, &vec![0; 4_000_000]].concat()),
        ("text", [PLAIN, b"\r\n--boundary--\xff\xc0"].concat()),
        ("megabytes of extended XMP", with_front(&extended)),
        ("megabytes of a profile", with_front(&profile)),
        ("a small picture in its metadata", with_front(&thumbnail)),
        (
            "a comment that holds markers",
            with_front(&segment(0xfe, &[0xff, 0xd9, 0xff, 0xda])),
        ),
        ("fill bytes", with_front(&[0xff; 64])),
    ] {
        let opened = open(&bytes).map(|picture| picture == plain);
        assert_eq!(opened, Ok(true), "{what}");
    }
}

#[test]
fn each_refusal_says_its_own_reason() {
    let heic = |brand: &[u8]| [&[0, 0, 0, 24], &b"ftyp"[..], brand, &[0; 40]].concat();
    let scans = {
        let end = PLAIN.len() - 2;
        [
            &PLAIN[..end],
            &[0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0].repeat(200),
            &PLAIN[end..],
        ]
        .concat()
    };
    for (bytes, error) in [
        (NO_END.to_vec(), PictureError::Truncated),
        (PLAIN[..PLAIN.len() / 2].to_vec(), PictureError::Truncated),
        // A film alone does not bring the picture's end back.
        ([NO_END, b"ftypmp42"].concat(), PictureError::Truncated),
        (heic(b"heic"), PictureError::Heic),
        (heic(b"mif1"), PictureError::Heic),
        (heic(b"avif"), PictureError::Heic),
        (heic(b"mp42"), PictureError::NotAPicture),
        (b"RIFF\0\0\0\0WEBPVP8 ".to_vec(), PictureError::NotAPicture),
        (b"%PDF-1.7".to_vec(), PictureError::NotAPicture),
        (scans, PictureError::Broken),
        (
            [PLAIN, &vec![0; 49 << 20]].concat(),
            PictureError::TooManyBytes,
        ),
    ] {
        assert_eq!(open(&bytes).err(), Some(error), "{:?}", &bytes[..12]);
    }
}

#[test]
fn a_camera_of_a_hundred_megapixels_is_read_smaller() {
    for (width, height, part) in [
        (8_064, 6_048, 2),
        (9_248, 6_936, 2),
        (12_000, 9_000, 2),
        (16_320, 12_240, 4),
    ] {
        // Black on the left, white on the right.
        let mut row = vec![0; width as usize / 2];
        row.resize(width as usize, 255);
        let pixels = row.repeat(height as usize);
        let picture = GrayImage::from_raw(width, height, pixels).unwrap();
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 50)
            .write_image(
                picture.as_raw(),
                width,
                height,
                image::ExtendedColorType::L8,
            )
            .unwrap();
        drop(picture);
        let opened = open(&bytes).unwrap().into_luma8();
        assert_eq!(opened.dimensions(), (width / part, height / part));
        assert!(
            opened.get_pixel(9, 9).0[0] < 8 && opened.get_pixel(width / part - 9, 9).0[0] > 247
        );
        // What the server takes was made small by the app.
        assert_eq!(
            open_picture(&bytes, PictureLimits::EVIDENCE).err(),
            Some(PictureError::TooLarge)
        );
    }
}

fn png(picture: DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .unwrap();
    bytes
}

#[test]
fn what_is_transparent_is_white() {
    let hidden = image::load_from_memory(ERASED).unwrap().into_rgba8();
    let shown = open(ERASED).unwrap().into_rgb8();
    let mut erased = 0;
    for (under, over) in hidden.pixels().zip(shown.pixels()) {
        if under.0[3] == 0 {
            assert_eq!(over.0, [255; 3]);
            erased += 1;
        }
    }
    assert!(erased > 1_000);
    // More cases of the same kind: grey, half transparent, sixteen bits, a palette's transparent colour.
    let grey = GrayAlphaImage::from_pixel(20, 20, LumaA([0, 0]));
    let half = RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 128]));
    let deep = DynamicImage::from(RgbaImage::from_pixel(20, 20, Rgba([9, 9, 9, 0]))).into_rgba16();
    for (picture, white) in [
        (DynamicImage::from(grey), 255),
        (DynamicImage::from(half), 127),
        (DynamicImage::from(deep), 255),
    ] {
        let opened = open(&png(picture)).unwrap();
        assert!(!opened.color().has_alpha());
        assert_eq!(opened.into_rgb8().get_pixel(3, 3).0, [white; 3]);
    }
    // A transparent colour in a picture without an alpha channel.
    let mut keyed = png(DynamicImage::from(GrayImage::from_pixel(
        8,
        8,
        image::Luma([7]),
    )));
    let place = 33;
    let body = [&b"tRNS"[..], &[0, 7]].concat();
    let chunk = [&2u32.to_be_bytes()[..], &body, &crc(&body).to_be_bytes()].concat();
    keyed.splice(place..place, chunk);
    assert_eq!(
        open(&keyed).unwrap().into_rgb8().get_pixel(3, 3).0,
        [255; 3]
    );
    // It is sent like that too.
    let sent = encode(&open(ERASED).unwrap(), reencode::MAX_SIDE, 88).unwrap();
    assert!(open(&sent.bytes).is_ok());
}

/// The checksum of a PNG's chunk.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}
