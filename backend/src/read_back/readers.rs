//! Both readers over one picture, in the child. The picture is decoded once, and its smaller copy
//! is made once for both.

use super::{
    answer::{Answer, Seen},
    picture::MAX_PIXELS,
    second::{self, Looked},
};
use image::{GrayImage, imageops};
use vision::{
    photo::{PictureLimits, open_picture},
    qr::{Budget, DecodedCode, Still},
};

/// Pixels a side of one code for the second reader: ten for each module of the largest code of a public
/// QR.
const CLOSE: u32 = 480;
/// The margin around a code, as a part of its side. The quiet zone is four modules of 33 or more.
const MARGIN: f32 = 0.25;
/// The most codes of one picture that are read closely; a card has three.
const MOST: usize = 8;

/// The codes in the picture by both readers; none if it cannot be opened.
pub fn read(picture: &[u8]) -> Answer {
    let limits = PictureLimits {
        max_pixels: MAX_PIXELS,
        max_scaled: 0,
        max_bytes: picture.len(),
    };
    match open_picture(picture, limits) {
        Ok(opened) => read_grey(&opened.into_luma8()),
        Err(_) => Answer::default(),
    }
}

/// As [`read`], for an open picture.
///
/// The second reader reads twice: closely each code that ours has read, so that both see the same symbol;
/// and the whole picture in a smaller size, because ours stops after the public code and may have missed
/// another one.
fn read_grey(luma: &GrayImage) -> Answer {
    let still = Still::new(luma);
    let first = still.codes(Budget::still());
    let (small, scale) = still.search_view();
    let whole = second::look(small);
    let mut second = seen(&whole, |x, y| (x / scale, y / scale));
    let mut finished = whole.finished;
    for code in first.iter().take(MOST) {
        let Some(close) = Close::of(luma, code) else {
            continue;
        };
        let looked = second::look(&close.pixels);
        finished &= looked.finished;
        second.extend(seen(&looked, |x, y| {
            (close.left + x * close.step, close.top + y * close.step)
        }));
    }
    Answer {
        first: first
            .iter()
            .map(|code| Seen::new(&code.payload, code.corners))
            .collect(),
        second,
        second_finished: finished,
    }
}

fn seen(looked: &Looked, to_picture: impl Fn(f32, f32) -> (f32, f32)) -> Vec<Seen> {
    let of = |text: &second::Text| {
        let corners = text.corners.map(|(x, y)| to_picture(x, y));
        Seen::new(&text.payload, corners)
    };
    looked.texts.iter().map(of).collect()
}

/// The part of a picture around one code, made smaller if it has more pixels than a reader needs.
struct Close {
    pixels: GrayImage,
    left: f32,
    top: f32,
    /// Pixels of the picture for one of these.
    step: f32,
}

impl Close {
    fn of(luma: &GrayImage, code: &DecodedCode) -> Option<Self> {
        let along = |of: fn(&(f32, f32)) -> f32| {
            let values = || code.corners.iter().map(of);
            let (least, most) = (
                values().fold(f32::INFINITY, f32::min),
                values().fold(f32::NEG_INFINITY, f32::max),
            );
            let margin = (most - least) * MARGIN;
            ((least - margin).max(0.0), most + margin)
        };
        let ((left, right), (top, bottom)) = (along(|p| p.0), along(|p| p.1));
        // A float that is out of range becomes the nearest number.
        let (x, y) = (left as u32, top as u32);
        let wide = (right.ceil() as u32).min(luma.width()).checked_sub(x)?;
        let high = (bottom.ceil() as u32).min(luma.height()).checked_sub(y)?;
        let longest = wide.max(high);
        if wide.min(high) == 0 {
            return None;
        }
        let cut = imageops::crop_imm(luma, x, y, wide, high);
        let (pixels, step) = if longest <= CLOSE {
            (cut.to_image(), 1.0)
        } else {
            let side = |length: u32| (length * CLOSE / longest).max(1);
            let small = imageops::thumbnail(&*cut, side(wide), side(high));
            (small, longest as f32 / CLOSE as f32)
        };
        Some(Self {
            pixels,
            left: x as f32,
            top: y as f32,
            step,
        })
    }
}

#[cfg(test)]
#[path = "readers_tests.rs"]
mod tests;
