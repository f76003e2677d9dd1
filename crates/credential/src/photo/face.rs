//! Faces, found by what every face has: skin, two dark eyes beside a light bridge, a darker
//! mouth between upper lip and chin, and the same on both sides.
//!
//! The places are proportions that drawing books give. How much each counts was learned from
//! drawn faces (`cargo run --release -p cards --example face_weights`); no picture of anybody
//! was used. It is meant for one face that looks into the camera; what it says is advice, and
//! never refuses a picture.

use super::small::{luma, shrink};
use image::RgbImage;

/// A face in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceSeen {
    /// Its middle, between eyes and mouth, as shares of width and height.
    pub middle: (f32, f32),
    /// Its width as a share of the picture's.
    pub width: f32,
    /// How much like a face it is.
    pub score: f32,
    /// How dark the eyes are against the cheeks: 0 for black glasses, 1 for no eyes at all.
    pub eyes: f32,
    /// How much lighter the bridge of the nose is than the eyes, against the cheeks.
    pub bridge: f32,
    /// How light it is, 0 to 255.
    pub light: f32,
    /// The darker half against the lighter one, 0 to 1.
    pub balance: f32,
}

/// Side on which faces are looked for.
const SMALL: u32 = 176;
/// From this score on it is a face.
pub(super) const FACE: f32 = super::thresholds::FACE_SCORE.at;

/// A rectangle around the middle of a face, in widths of the face: left, top, right, bottom.
type Part = [f32; 4];
const EYE: Part = [0.13, -0.18, 0.38, -0.02];
const CHEEK: Part = [0.14, 0.08, 0.36, 0.26];
const INSIDE: Part = [-0.36, -0.22, 0.36, 0.5];
/// Parts whose brightness counts, against the cheeks.
const LIGHT: [Part; 8] = [
    [-0.08, -0.16, 0.08, 0.0],
    [-0.14, 0.20, 0.14, 0.29],
    [-0.15, 0.33, 0.15, 0.44],
    [-0.12, 0.50, 0.12, 0.62],
    [-0.25, -0.42, 0.25, -0.28],
    [-0.30, -0.85, 0.30, -0.62],
    [0.13, -0.30, 0.38, -0.18],
    [-0.10, 0.04, 0.10, 0.18],
];
/// Parts whose colour counts: how much of it is skin. Those at the side on both sides.
const SKIN: [Part; 5] = [
    INSIDE,
    [-0.20, -0.36, 0.20, -0.24],
    [-0.14, 0.48, 0.14, 0.64],
    [-0.30, -0.85, 0.30, -0.66],
    [0.60, -0.2, 0.82, 0.45],
];
/// How many things are looked at.
pub const FEATURES: usize = 4 + LIGHT.len() + SKIN.len();
/// What each counts, learned from drawn faces of seed 5101; the last is the start.
const WEIGHTS: [f32; FEATURES + 1] = [
    3.675, -5.740, 3.134, 0.822, -0.817, 2.210, -3.278, 0.551, 6.545, -2.738, -9.151, -0.672,
    -3.710, 4.123, 4.851, -1.294, -1.975, -3.783,
];

/// Sums of everything left of and above each pixel.
struct Sums {
    width: usize,
    height: usize,
    light: Vec<f64>,
    skin: Vec<f64>,
}

/// The faces of a picture, the likeliest first.
pub fn faces(picture: &RgbImage) -> Vec<FaceSeen> {
    let small = shrink(picture, SMALL);
    if small.width() < 32 || small.height() < 32 {
        return Vec::new();
    }
    let sums = Sums::of(&small);
    let (width, height) = (small.width() as f32, small.height() as f32);
    let mut found: Vec<FaceSeen> = Vec::new();
    let mut side = width.min(height) * 0.14;
    while side < width.min(height) * 0.92 {
        let step = (side / 14.0).max(1.0);
        let mut y = side * 0.4;
        while y < height - side * 0.3 {
            let mut x = side * 0.4;
            while x < width - side * 0.4 {
                if let Some(face) = sums.judged(x, y, side).filter(|face| face.score >= FACE) {
                    found.push(face);
                }
                x += step;
            }
            y += step;
        }
        side *= 1.14;
    }
    found.sort_unstable_by(|one, other| other.score.total_cmp(&one.score));
    let ratio = height / width;
    let mut kept: Vec<FaceSeen> = Vec::new();
    for face in found {
        let near = |other: &FaceSeen| {
            let (dx, dy) = (
                face.middle.0 - other.middle.0,
                (face.middle.1 - other.middle.1) * ratio,
            );
            dx.hypot(dy) < 0.75 * face.width.max(other.width)
        };
        if !kept.iter().any(near) {
            kept.push(face);
        }
    }
    kept.truncate(4);
    kept
}

impl Sums {
    fn of(picture: &RgbImage) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let row = width + 1;
        let mut light = vec![0f64; row * (height + 1)];
        let mut skin = light.clone();
        for y in 0..height {
            let (mut light_here, mut skin_here) = (0.0, 0.0);
            for x in 0..width {
                let pixel = picture.get_pixel(x as u32, y as u32).0;
                light_here += f64::from(luma(pixel));
                skin_here += f64::from(skin_likeness(pixel));
                let place = (y + 1) * row + x + 1;
                light[place] = light[place - row] + light_here;
                skin[place] = skin[place - row] + skin_here;
            }
        }
        Self {
            width,
            height,
            light,
            skin,
        }
    }

    /// The mean over a part of a face at this middle and of this width.
    fn mean(&self, sums: &[f64], (x, y): (f32, f32), side: f32, part: Part) -> f32 {
        let clamp = |at: f32, most: usize| at.round().clamp(0.0, most as f32) as usize;
        let left = clamp(x + part[0] * side, self.width - 1);
        let top = clamp(y + part[1] * side, self.height - 1);
        let right = clamp(x + part[2] * side, self.width).max(left + 1);
        let bottom = clamp(y + part[3] * side, self.height).max(top + 1);
        let row = self.width + 1;
        let sum = sums[bottom * row + right] + sums[top * row + left]
            - sums[top * row + right]
            - sums[bottom * row + left];
        (sum / ((right - left) * (bottom - top)) as f64) as f32
    }

    /// How much like a face this place is; `None` where it is nothing like one.
    fn judged(&self, x: f32, y: f32, side: f32) -> Option<FaceSeen> {
        let features = self.features(x, y, side)?;
        let score = WEIGHTS[FEATURES]
            + features
                .iter()
                .zip(WEIGHTS)
                .map(|(feature, weight)| feature * weight)
                .sum::<f32>();
        let at = (x, y);
        let (left, right) = (
            self.mean(&self.light, at, side, mirrored(CHEEK)),
            self.mean(&self.light, at, side, CHEEK),
        );
        Some(FaceSeen {
            middle: (x / self.width as f32, y / self.height as f32),
            width: side / self.width as f32,
            score,
            eyes: features[0] - features[1] / 2.0,
            bridge: features[4] - features[0],
            light: self.mean(&self.light, at, side, INSIDE),
            balance: left.min(right) / left.max(right).max(1.0),
        })
    }

    /// What is looked at in one place; `None` where nothing can be a face.
    fn features(&self, x: f32, y: f32, side: f32) -> Option<[f32; FEATURES]> {
        let at = (x, y);
        let light = |part| self.mean(&self.light, at, side, part);
        let both = |part: Part| (light(mirrored(part)), light(part));
        let (left, right) = both(CHEEK);
        let cheeks = (left + right) / 2.0;
        let skin = self.mean(&self.skin, at, side, INSIDE);
        if cheeks < 14.0 || skin < 0.25 {
            return None;
        }
        let eyes = both(EYE);
        let (left_eye, right_eye) = (eyes.0 / left.max(1.0), eyes.1 / right.max(1.0));
        let mut features = [0.0; FEATURES];
        features[0] = (left_eye + right_eye) / 2.0;
        features[1] = (left_eye - right_eye).abs();
        features[2] = left.min(right) / left.max(right).max(1.0);
        features[3] = left_eye.max(right_eye);
        for (feature, part) in features[4..].iter_mut().zip(LIGHT) {
            let (one, other) = both(part);
            *feature = (one + other) / 2.0 / cheeks;
        }
        for (feature, part) in features[4 + LIGHT.len()..].iter_mut().zip(SKIN) {
            *feature = (self.mean(&self.skin, at, side, part)
                + self.mean(&self.skin, at, side, mirrored(part)))
                / 2.0;
        }
        Some(features.map(|feature| feature.clamp(-1.0, 2.5)))
    }
}

/// The same part on the other side of the face.
fn mirrored(part: Part) -> Part {
    [-part[2], part[1], -part[0], part[3]]
}

/// What is looked at around a middle (shares of width and height) and for a width (a share of
/// the width): for the program that learns the weights.
pub fn face_features(picture: &RgbImage) -> impl Fn((f32, f32), f32) -> Option<[f32; FEATURES]> {
    let small = shrink(picture, SMALL);
    let sums = Sums::of(&small);
    let (width, height) = (small.width() as f32, small.height() as f32);
    move |(x, y), side| sums.features(x * width, y * height, side * width)
}

/// How much like skin a colour is, 0 to 1: redder than green, greener than blue, by about as
/// much whatever its tone.
fn skin_likeness([r, g, b]: [u8; 3]) -> f32 {
    let (r, g, b) = (f32::from(r), f32::from(g), f32::from(b));
    let sum = r + g + b;
    if sum < 36.0 {
        return 0.0;
    }
    let (red, green) = (r / sum, g / sum);
    // 0.36 to 0.50 of red and 0.28 to 0.35 of green, falling off around.
    let within = |value: f32, low: f32, high: f32, soft: f32| {
        let out = (low - value).max(value - high).max(0.0);
        (1.0 - out / soft).max(0.0)
    };
    within(red, 0.375, 0.50, 0.025) * within(green, 0.28, 0.345, 0.02)
}
