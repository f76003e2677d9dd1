//! Films for a browser's fake camera.
//!
//! A browser started with `--use-fake-device-for-media-stream` and
//! `--use-file-for-fake-video-capture=FILE.y4m` shows such a film as its camera.

use crate::photograph::Size;
use image::{Rgb, RgbImage, imageops};

/// Pictures per second of the film.
pub const FRAMES_PER_SECOND: u32 = 10;

/// The picture within a frame of 1,280 by 720, as large as it fits, on a dark background.
pub fn frame(image: &RgbImage) -> RgbImage {
    let (width, height) = Size::Frame.pixels();
    if image.dimensions() == (width, height) {
        return image.clone();
    }
    let scale = (f64::from(width) / f64::from(image.width()))
        .min(f64::from(height) / f64::from(image.height()));
    let fitted = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    let (fit_w, fit_h) = (
        fitted(image.width()).min(width),
        fitted(image.height()).min(height),
    );
    let small = imageops::resize(image, fit_w, fit_h, imageops::FilterType::Triangle);
    let mut frame = RgbImage::from_pixel(width, height, Rgb([40, 40, 42]));
    let (x, y) = ((width - fit_w) / 2, (height - fit_h) / 2);
    imageops::replace(&mut frame, &small, i64::from(x), i64::from(y));
    frame
}

/// The picture in a camera's format: 1,280 by 720, I420 (all of Y, then U, then V, the colours at half
/// the size), in the limited range of BT.601.
pub fn i420(image: &RgbImage) -> Vec<u8> {
    let image = frame(image);
    let (width, height) = (image.width() as usize, image.height() as usize);
    let raw = image.as_raw();
    let mut planes = Vec::with_capacity(width * height * 3 / 2);
    planes.extend(raw.chunks_exact(3).map(|rgb| {
        let [r, g, b] = [rgb[0], rgb[1], rgb[2]].map(i32::from);
        (((66 * r + 129 * g + 25 * b + 128) >> 8) + 16) as u8
    }));
    for (from_r, from_g, from_b) in [(-38, -74, 112), (112, -94, -18)] {
        for y in (0..height).step_by(2) {
            for x in (0..width).step_by(2) {
                let [mut r, mut g, mut b] = [0i32; 3];
                for place in [
                    y * width + x,
                    y * width + x + 1,
                    (y + 1) * width + x,
                    (y + 1) * width + x + 1,
                ] {
                    r += i32::from(raw[place * 3]);
                    g += i32::from(raw[place * 3 + 1]);
                    b += i32::from(raw[place * 3 + 2]);
                }
                let value = (from_r * r + from_g * g + from_b * b + 512) >> 10;
                planes.push((value + 128).clamp(0, 255) as u8);
            }
        }
    }
    planes
}

/// A film of these pictures, [`FRAMES_PER_SECOND`] of them a second.
pub fn y4m(images: &[RgbImage]) -> Vec<u8> {
    let (width, height) = Size::Frame.pixels();
    let mut film =
        format!("YUV4MPEG2 W{width} H{height} F{FRAMES_PER_SECOND}:1 Ip A1:1 C420mpeg2\n")
            .into_bytes();
    for image in images {
        film.extend_from_slice(b"FRAME\n");
        film.extend(i420(image));
    }
    film
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_black_and_red_become_their_values_in_a_film_of_the_right_length() {
        let one = |colour| i420(&RgbImage::from_pixel(1_280, 720, Rgb(colour)));
        let luma = 1_280 * 720;
        let (white, black, red) = (one([255; 3]), one([0; 3]), one([255, 0, 0]));
        assert_eq!(white.len(), luma * 3 / 2);
        assert_eq!(
            (white[0], white[luma], black[0], black[luma]),
            (235, 128, 16, 128)
        );
        assert_eq!((red[0], red[luma], red[luma + luma / 4]), (82, 90, 240));
        let portrait = RgbImage::from_pixel(300, 400, Rgb([9; 3]));
        let film = y4m(&[portrait.clone(), portrait]);
        let header = film.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        assert_eq!(film.len(), header + 2 * (6 + luma * 3 / 2));
    }
}
