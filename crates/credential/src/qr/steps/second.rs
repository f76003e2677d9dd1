//! Another reader's opinion, which finds patterns in another way.
//!
//! It panics on some pictures and takes very long on busy ones, so it comes last, gets little
//! pictures only, and none in which the first reader saw patterns everywhere: it copies the
//! whole picture for each pair of patterns that it tries.

use super::Step;
use crate::qr::{
    found::{DecodedCode, Found},
    locate::Frame,
    payload::QrPayload,
    scene::{Scene, smaller},
};
use image::GrayImage;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The longest side that it gets.
const MAX_SIDE: u32 = 1024;

pub(super) fn run(scene: &Scene, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    if should_stop() || found.is_busy() {
        return;
    }
    let native = scene.native();
    if native.width().max(native.height()) <= MAX_SIDE {
        read(native, 1.0, found);
    } else {
        let small = smaller(native, MAX_SIDE);
        let scale = small.width() as f32 / native.width() as f32;
        read(&small, scale, found);
    }
}

fn read(luma: &GrayImage, scale: f32, found: &mut Found) {
    let codes = catch_unwind(AssertUnwindSafe(|| decode(luma, Frame::whole(scale))));
    for code in codes.unwrap_or_default() {
        found.add(code);
    }
}

fn decode(luma: &GrayImage, frame: Frame) -> Vec<DecodedCode> {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let pixels = luma.as_raw();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let mut codes = Vec::new();
    for grid in prepared.detect_grids() {
        let mut bytes = Vec::new();
        // What was written before an error is half a text: it is dropped with the error.
        if grid.decode_to(&mut bytes).is_err() {
            continue;
        }
        codes.push(DecodedCode {
            payload: QrPayload::from_bytes(&bytes),
            corners: grid
                .bounds
                .map(|point| frame.back(point.x as f32, point.y as f32)),
            step: Step::SecondReader,
            // It does not tell, and it comes last.
            corrected: 0,
            erased: 0,
        });
    }
    codes
}
