//! Faces: found by a trained detector (`models/README.md`) and measured here. It is meant for one
//! face that looks into the camera; the result is advice and never refuses a picture.

mod detector;

use super::thresholds as limit;
use crate::raster::{downsample, order::quantile, views::ColourViews};
use detector::{Square, squares};
use image::{GrayImage, RgbImage};

/// A face in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceSeen {
    /// Its middle, as shares of width and height.
    pub middle: (f32, f32),
    /// Its width as a share of the picture's shorter side: cameras give wide and tall pictures.
    pub width: f32,
    /// The detector's score.
    pub score: f32,
    /// The share of the eye region that is darker than half of the cheeks: nearly all of it under
    /// dark glasses.
    pub dark: f32,
    /// Its brightness, 0 to 255.
    pub light: f32,
    /// Brightness of the darker half relative to the lighter one, 0 to 1.
    pub balance: f32,
}

/// A rectangle in shares of a face's square: left, top, right, bottom.
type Part = [f32; 4];
/// Both eyes, in any direction of view, with brows and the rims of glasses.
const EYES: Part = [0.12, 0.24, 0.88, 0.50];
/// The left cheek, under the eye.
const CHEEK: Part = [0.14, 0.52, 0.36, 0.70];
/// The skin, with eyes and mouth.
const INSIDE: Part = [0.16, 0.12, 0.84, 0.88];

/// Sizes, in pixels, at which faces are searched: in a live frame at the second only if the first has
/// none; in a still at all, which finds smaller faces and misses fewer.
const LIVE: [u32; 2] = [26_000, 17_000];
const STILL: [u32; 3] = [52_000, 36_000, 23_000];
/// Squares whose centres are nearer than this share of the larger one are one face (non-maximum
/// suppression).
const SAME: f32 = 0.6;

/// The faces of a picture, best first. In a still smaller ones are found too.
pub fn faces(picture: &RgbImage, still: bool) -> Vec<FaceSeen> {
    faces_in(ColourViews::new(picture).small_grey(), still)
}

/// As [`faces`], of a small view in grey.
pub(super) fn faces_in(picture: &GrayImage, still: bool) -> Vec<FaceSeen> {
    let mut found: Vec<FaceSeen> = Vec::new();
    let sizes: &[u32] = if still { &STILL } else { &LIVE };
    for pixels in sizes {
        if !still && !found.is_empty() {
            break;
        }
        let small = of_pixels(picture, *pixels);
        let seen = squares(&small, limit::FACE_SCORE.at);
        // Measured on the larger view: an eye has few pixels.
        let zoom = picture.width() as f32 / small.width().max(1) as f32;
        found.extend(
            seen.iter()
                .map(|square| measured(picture, &square.enlarged(zoom))),
        );
    }
    found.sort_by(|one, other| other.score.total_cmp(&one.score));
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let short = width.min(height).max(1.0);
    let mut kept: Vec<FaceSeen> = Vec::new();
    for face in found {
        let is_same = |other: &FaceSeen| {
            let across = (face.middle.0 - other.middle.0) * width / short;
            let down = (face.middle.1 - other.middle.1) * height / short;
            across.hypot(down) < SAME * face.width.max(other.width)
        };
        if !kept.iter().any(is_same) {
            kept.push(face);
        }
    }
    kept
}

/// The picture with about this many pixels at most.
fn of_pixels(picture: &GrayImage, pixels: u32) -> GrayImage {
    let (width, height) = picture.dimensions();
    let share = (pixels as f32 / (width as f32 * height as f32).max(1.0)).sqrt();
    if share >= 1.0 {
        return picture.clone();
    }
    let side = |length: u32| ((length as f32 * share) as u32).max(1);
    downsample::grey(picture, side(width), side(height))
}

fn measured(picture: &GrayImage, square: &Square) -> FaceSeen {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let middle_of = |part: Part| quantile(&mut within(picture, square, part), 0.5);
    let (left, right) = (middle_of(CHEEK), middle_of(mirrored(CHEEK)));
    let cheeks = ((left + right) / 2.0).max(1.0);
    let eyes = within(picture, square, EYES);
    let dark = eyes.iter().filter(|grey| **grey < cheeks / 2.0).count();
    let dark = dark as f32 / eyes.len().max(1) as f32;
    FaceSeen {
        middle: (
            (square.left + square.side / 2.0) / width,
            (square.top + square.side / 2.0) / height,
        ),
        width: square.side / width.min(height),
        score: square.score,
        dark,
        light: middle_of(INSIDE),
        balance: left.min(right) / left.max(right).max(1.0),
    }
}

/// The same part on the other side of the face.
const fn mirrored(part: Part) -> Part {
    [1.0 - part[2], part[1], 1.0 - part[0], part[3]]
}

/// The grey levels of a part of a face, as far as it is in the picture.
fn within(picture: &GrayImage, square: &Square, part: Part) -> Vec<f32> {
    let along = |from: f32, share: f32, most: u32| {
        (from + share * square.side).round().clamp(0.0, most as f32) as u32
    };
    let (left, right) = (
        along(square.left, part[0], picture.width()),
        along(square.left, part[2], picture.width()),
    );
    let (top, bottom) = (
        along(square.top, part[1], picture.height()),
        along(square.top, part[3], picture.height()),
    );
    (top..bottom)
        .flat_map(|y| (left..right).map(move |x| (x, y)))
        .map(|(x, y)| f32::from(picture.get_pixel(x, y).0[0]))
        .collect()
}
