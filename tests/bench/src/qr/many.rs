//! A plain reader after several preprocessing steps in turn, until it reads the wanted text.

use super::corpus::Picture;
use credential::qr::{QrKind, QrPayload};
use image::{GrayImage, Luma, imageops};

/// The most pixels of an enlarged picture.
const MOST: u64 = 9_000_000;

type Prepare = fn(&GrayImage) -> Option<GrayImage>;

const WAYS: &[Prepare] = &[
    |luma| Some(luma.clone()),
    |luma| Some(scaled(luma, 1, 2)),
    |luma| Some(sharper(luma, 1.5)),
    |luma| enlarged(luma, 2),
    |luma| enlarged(&sharper(luma, 1.5), 2),
    |luma| Some(even(luma, 24)),
    |luma| Some(even(luma, 64)),
    |luma| Some(imageops::blur(luma, 1.0)),
    |luma| enlarged(&even(luma, 40), 2),
    |luma| Some(split(luma, 10)),
    |luma| Some(split(luma, 30)),
    |luma| enlarged(&sharper(luma, 3.0), 2),
    |luma| Some(scaled(luma, 2, 3)),
    |luma| enlarged(luma, 3),
];

/// Reads after each step in turn.
pub fn over(
    luma: &GrayImage,
    picture: &Picture,
    read: impl Fn(&GrayImage) -> Vec<String>,
) -> Vec<String> {
    let mut texts = Vec::new();
    for prepare in WAYS {
        let Some(prepared) = prepare(luma) else {
            continue;
        };
        texts.extend(read(&prepared));
        let wanted = |text: &String| {
            picture.is_public_set() || QrPayload::parse(text).kind() == QrKind::Structured
        };
        if texts.iter().any(wanted) {
            break;
        }
    }
    texts
}

fn scaled(luma: &GrayImage, times: u32, of: u32) -> GrayImage {
    let side = |length: u32| (length * times / of).max(1);
    imageops::resize(
        luma,
        side(luma.width()),
        side(luma.height()),
        imageops::FilterType::Triangle,
    )
}

fn enlarged(luma: &GrayImage, times: u32) -> Option<GrayImage> {
    let pixels = u64::from(luma.width()) * u64::from(luma.height());
    let few = pixels * u64::from(times * times) <= MOST;
    few.then(|| {
        let (width, height) = (luma.width() * times, luma.height() * times);
        imageops::resize(luma, width, height, imageops::FilterType::CatmullRom)
    })
}

fn sharper(luma: &GrayImage, reach: f32) -> GrayImage {
    let soft = imageops::blur(luma, reach);
    GrayImage::from_fn(luma.width(), luma.height(), |x, y| {
        let (value, mean) = (luma.get_pixel(x, y).0[0], soft.get_pixel(x, y).0[0]);
        Luma([(i32::from(value) * 5 / 2 - i32::from(mean) * 3 / 2).clamp(0, 255) as u8])
    })
}

/// Contrast stretch per tile.
fn even(luma: &GrayImage, tile: u32) -> GrayImage {
    let tiles = |length: u32| length.div_ceil(tile).max(1);
    let (across, down) = (tiles(luma.width()), tiles(luma.height()));
    let mut spans = vec![(255u8, 0u8); (across * down) as usize];
    for (x, y, pixel) in luma.enumerate_pixels() {
        let span = &mut spans[(y / tile * across + x / tile) as usize];
        *span = (span.0.min(pixel.0[0]), span.1.max(pixel.0[0]));
    }
    let around = |x: u32, y: u32| {
        let (column, row) = (x / tile, y / tile);
        let mut span = (255u8, 0u8);
        for row in row.saturating_sub(1)..=(row + 1).min(down - 1) {
            for column in column.saturating_sub(1)..=(column + 1).min(across - 1) {
                let one = spans[(row * across + column) as usize];
                span = (span.0.min(one.0), span.1.max(one.1));
            }
        }
        span
    };
    GrayImage::from_fn(luma.width(), luma.height(), |x, y| {
        let (least, most) = around(x, y);
        let range = u32::from(most.saturating_sub(least)).max(24);
        let above = u32::from(luma.get_pixel(x, y).0[0].saturating_sub(least));
        Luma([(above * 255 / range).min(255) as u8])
    })
}

/// Adaptive thresholding.
fn split(luma: &GrayImage, reach: u32) -> GrayImage {
    let mean = imageops::blur(luma, reach as f32);
    GrayImage::from_fn(luma.width(), luma.height(), |x, y| {
        let dark = luma.get_pixel(x, y).0[0] < mean.get_pixel(x, y).0[0].saturating_sub(5);
        Luma([if dark { 0 } else { 255 }])
    })
}
