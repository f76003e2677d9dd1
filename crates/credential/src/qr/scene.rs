//! A picture at the scales that the steps ask for, each made once.

use image::{GrayImage, imageops};
use std::cell::OnceCell;

/// The largest side that most steps work on.
const FIT: u32 = 2048;
/// The largest side on which finder patterns are searched in grey levels: the pixels of a
/// live frame.
const SEARCH: u32 = 1280;

/// One picture in grey.
pub(super) struct Scene<'a> {
    native: &'a GrayImage,
    fit: OnceCell<GrayImage>,
    half: OnceCell<GrayImage>,
    search: OnceCell<GrayImage>,
}

impl<'a> Scene<'a> {
    pub fn new(native: &'a GrayImage) -> Self {
        Self {
            native,
            fit: OnceCell::new(),
            half: OnceCell::new(),
            search: OnceCell::new(),
        }
    }

    /// The picture as it came.
    pub fn native(&self) -> &GrayImage {
        self.native
    }

    /// The picture, made smaller if a side is longer than [`FIT`], and its scale.
    pub fn fit(&self) -> (&GrayImage, f32) {
        let longest = self.native.width().max(self.native.height());
        if longest <= FIT {
            return (self.native, 1.0);
        }
        let fit = self.fit.get_or_init(|| smaller(self.native, FIT));
        (fit, fit.width() as f32 / self.native.width() as f32)
    }

    /// The picture, made smaller if a side is longer than [`SEARCH`], and its scale.
    pub fn search(&self) -> (&GrayImage, f32) {
        let longest = self.native.width().max(self.native.height());
        if longest <= SEARCH {
            return (self.native, 1.0);
        }
        let search = self.search.get_or_init(|| smaller(self.native, SEARCH));
        (search, search.width() as f32 / self.native.width() as f32)
    }

    /// Half of [`Scene::fit`], and its scale.
    pub fn half(&self) -> (&GrayImage, f32) {
        let half = self.half.get_or_init(|| {
            let (fit, _) = self.fit();
            smaller(fit, fit.width().max(fit.height()) / 2)
        });
        (half, half.width() as f32 / self.native.width() as f32)
    }
}

/// The picture with this longest side, each pixel the mean of those it stands for.
pub(super) fn smaller(luma: &GrayImage, longest: u32) -> GrayImage {
    let (width, height) = luma.dimensions();
    let most = width.max(height).max(1);
    let side = |length: u32| {
        let scaled = u64::from(length) * u64::from(longest) / u64::from(most);
        u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
    };
    imageops::thumbnail(luma, side(width), side(height))
}
