//! SeetaFace's face detector over a small view in grey.

use crate::raster::order::quantile;
use image::{GrayImage, Luma, imageops};
use rustface::{ImageData, Model};
use std::sync::LazyLock;

/// A square that holds a face from the brow to the chin, in pixels of the picture it was
/// looked for in; it may reach beyond that picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Square {
    /// Its left side.
    pub left: f32,
    /// Its upper side.
    pub top: f32,
    /// Length of its sides.
    pub side: f32,
    /// The detector's score; a face found at several sizes scores higher.
    pub score: f32,
}

impl Square {
    /// The same square in a picture that is this many times as large.
    pub fn enlarged(&self, times: f32) -> Self {
        Self {
            left: self.left * times,
            top: self.top * times,
            side: self.side * times,
            score: self.score,
        }
    }
}

/// Side of the detector's window: smaller faces are not found.
pub(super) const WINDOW: u32 = 40;
/// Margin around the picture, so that a face at its rim is found too.
const RIM: u32 = WINDOW / 4;
/// The detector sums squares of brightness in 32 bits: more pixels could overflow.
const MOST_PIXELS: u32 = u32::MAX / (255 * 255);
/// Step of the window and of the image pyramid, as its authors chose them.
const STEP: u32 = 4;
const SCALE: f32 = 0.8;

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let bytes: &[u8] = include_bytes!("../../../models/seeta_fd_frontal_v1.0.bin");
    rustface::read_model(bytes).expect("the model is compiled in whole")
});

/// The squares with faces of at least this score, best first. None in a picture that is smaller than
/// a window or too large.
pub(super) fn squares(picture: &GrayImage, least: f32) -> Vec<Square> {
    let (width, height) = picture.dimensions();
    if width.min(height) < WINDOW || u64::from(width) * u64::from(height) > MOST_PIXELS.into() {
        return Vec::new();
    }
    let canvas = rimmed(picture);
    let (width, height) = canvas.dimensions();
    if width * height > MOST_PIXELS {
        return Vec::new();
    }
    let mut detector = rustface::create_detector_with_model(MODEL.clone());
    detector.set_score_thresh(f64::from(least.max(f32::MIN_POSITIVE)));
    detector.set_pyramid_scale_factor(SCALE);
    detector.set_slide_window_step(STEP, STEP);
    let mut found: Vec<Square> = detector
        .detect(&ImageData::new(canvas.as_raw(), width, height))
        .into_iter()
        .map(|face| Square {
            left: face.bbox().x() as f32 - RIM as f32,
            top: face.bbox().y() as f32 - RIM as f32,
            side: face.bbox().width() as f32,
            score: face.score() as f32,
        })
        .collect();
    found.sort_unstable_by(|one, other| other.score.total_cmp(&one.score));
    found
}

/// The picture with a margin of its own median grey.
fn rimmed(picture: &GrayImage) -> GrayImage {
    let mut greys: Vec<f32> = picture
        .as_raw()
        .iter()
        .map(|grey| f32::from(*grey))
        .collect();
    let ground = quantile(&mut greys, 0.5) as u8;
    let mut canvas = GrayImage::from_pixel(
        picture.width() + 2 * RIM,
        picture.height() + 2 * RIM,
        Luma([ground]),
    );
    imageops::replace(&mut canvas, picture, RIM.into(), RIM.into());
    canvas
}
