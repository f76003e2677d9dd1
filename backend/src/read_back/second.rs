//! The second, independent reader: `rqrr`, bounded.
//!
//! `rqrr` groups finder patterns by trying every plausible three of them, and copies the whole picture for
//! each try. A photograph with many false finder patterns took 20 seconds, and a picture can be drawn to
//! take hours. So its picture type allows a limited number of copies, and one more ends the read.

use credential::QrPayload;
use image::{GenericImage, GenericImageView, GrayImage, Luma};
use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    rc::Rc,
};

/// The most codes that are tried in one picture; a card has three.
const MOST: usize = 16;
/// The most triples of finder patterns that are tried in one picture.
const MOST_COPIES: u32 = 256;

/// A text, and its place in the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub payload: QrPayload,
    /// The code's corners, in pixels.
    pub corners: [(f32, f32); 4],
}

/// The result of the second reader.
#[derive(Debug)]
pub struct Looked {
    pub texts: Vec<Text>,
    /// Whether it finished.
    pub finished: bool,
}

/// Every text that `rqrr` reads. It may panic on a stranger's picture; then the list is empty and the
/// reader has not finished.
pub fn look(luma: &GrayImage) -> Looked {
    let sheet = Sheet {
        pixels: luma.clone(),
        copies_left: Rc::new(Cell::new(MOST_COPIES)),
    };
    match catch_unwind(AssertUnwindSafe(|| texts(sheet))) {
        Ok(texts) => Looked {
            texts,
            finished: true,
        },
        Err(_) => Looked {
            texts: Vec::new(),
            finished: false,
        },
    }
}

fn texts(sheet: Sheet) -> Vec<Text> {
    if sheet.pixels.is_empty() {
        return Vec::new();
    }
    rqrr::PreparedImage::prepare(sheet)
        .detect_grids()
        .iter()
        .take(MOST)
        .filter_map(|grid| {
            let (_, text) = grid.decode().ok()?;
            Some(Text {
                payload: QrPayload::parse(&text),
                corners: grid.bounds.map(|point| (point.x as f32, point.y as f32)),
            })
        })
        .collect()
}

/// A grey picture that counts its copies.
struct Sheet {
    pixels: GrayImage,
    copies_left: Rc<Cell<u32>>,
}

impl Clone for Sheet {
    fn clone(&self) -> Self {
        let Some(left) = self.copies_left.get().checked_sub(1) else {
            // The only way to stop `rqrr`. Caught in `look`, without a message.
            resume_unwind(Box::new("no more copies"));
        };
        self.copies_left.set(left);
        Self {
            pixels: self.pixels.clone(),
            copies_left: self.copies_left.clone(),
        }
    }
}

impl GenericImageView for Sheet {
    type Pixel = Luma<u8>;

    fn dimensions(&self) -> (u32, u32) {
        self.pixels.dimensions()
    }

    fn get_pixel(&self, x: u32, y: u32) -> Self::Pixel {
        *self.pixels.get_pixel(x, y)
    }
}

impl GenericImage for Sheet {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Self::Pixel {
        self.pixels.get_pixel_mut(x, y)
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Self::Pixel) {
        self.pixels.put_pixel(x, y, pixel);
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Self::Pixel) {
        self.pixels.put_pixel(x, y, pixel);
    }
}
