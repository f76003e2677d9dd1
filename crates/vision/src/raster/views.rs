//! Smaller views of one picture, each made once: when it is first asked for.

use super::{downsample, luma};
use image::{GrayImage, RgbImage};
use std::{borrow::Cow, cell::OnceCell};

/// The largest side on which codes are looked for in black and white.
const WORKING: u32 = 2048;
/// The largest side on which finder patterns are searched in grey levels: the pixels of a live
/// frame.
const SEARCH: u32 = 1280;
/// The largest side on which lines of print are looked for, about.
const PRINT: u32 = 1000;

/// A view and its scale: `pixel of the view = pixel of the picture × scale`.
pub(crate) type View<'v> = (&'v GrayImage, f32);

/// The views of a grey picture.
pub(crate) struct GreyViews<'a> {
    full: &'a GrayImage,
    working: OnceCell<GrayImage>,
    half: OnceCell<GrayImage>,
    search: OnceCell<GrayImage>,
    print: OnceCell<GrayImage>,
}

impl<'a> GreyViews<'a> {
    pub fn new(full: &'a GrayImage) -> Self {
        Self {
            full,
            working: OnceCell::new(),
            half: OnceCell::new(),
            search: OnceCell::new(),
            print: OnceCell::new(),
        }
    }

    /// The picture as it came.
    pub fn full(&self) -> &'a GrayImage {
        self.full
    }

    /// At most [`WORKING`] pixels a side.
    pub fn working(&self) -> View<'_> {
        self.at_most(WORKING, &self.working)
    }

    /// At most [`SEARCH`] pixels a side.
    pub fn search(&self) -> View<'_> {
        self.at_most(SEARCH, &self.search)
    }

    /// Half the size of [`Self::working`].
    pub fn half(&self) -> View<'_> {
        let half = self.half.get_or_init(|| {
            let (working, _) = self.working();
            within(working, longest(working) / 2)
        });
        self.with_scale(half)
    }

    /// Whole squares of pixels averaged down to about [`PRINT`] pixels a side; a side that is not a
    /// multiple of the square loses its last pixels. Means are rounded down. Both are as they were
    /// when the thresholds of `mrz/bars.rs` were chosen: half a level, or a fraction of a pixel,
    /// moves the faintest bars over the threshold or under it.
    pub fn print(&self) -> View<'_> {
        let factor = longest(self.full).div_ceil(PRINT).max(1);
        let print = self
            .print
            .get_or_init(|| downsample::squares(self.full, factor));
        (print, 1.0 / factor as f32)
    }

    fn at_most<'v>(&'v self, side: u32, cell: &'v OnceCell<GrayImage>) -> View<'v> {
        if longest(self.full) <= side {
            return (self.full, 1.0);
        }
        self.with_scale(cell.get_or_init(|| within(self.full, side)))
    }

    fn with_scale<'v>(&self, view: &'v GrayImage) -> View<'v> {
        (view, view.width() as f32 / self.full.width() as f32)
    }
}

fn longest(luma: &GrayImage) -> u32 {
    luma.width().max(luma.height())
}

fn within(luma: &GrayImage, longest: u32) -> GrayImage {
    let (wide, high) = downsample::size_within(luma.dimensions(), longest);
    downsample::grey(luma, wide.max(1), high.max(1))
}

/// About how many pixels a side the views of a colour picture have.
const FINE: u32 = 1280;
const SMALL: u32 = 640;
const TINY: u32 = 320;

/// The views of a colour picture, each made from the next larger one.
pub(crate) struct ColourViews<'a> {
    full: &'a RgbImage,
    fine: OnceCell<Cow<'a, RgbImage>>,
    small: OnceCell<RgbImage>,
    tiny: OnceCell<RgbImage>,
    fine_grey: OnceCell<GrayImage>,
    small_grey: OnceCell<GrayImage>,
}

impl<'a> ColourViews<'a> {
    pub fn new(full: &'a RgbImage) -> Self {
        Self {
            full,
            fine: OnceCell::new(),
            small: OnceCell::new(),
            tiny: OnceCell::new(),
            fine_grey: OnceCell::new(),
            small_grey: OnceCell::new(),
        }
    }

    /// The picture as it came.
    pub fn full(&self) -> &'a RgbImage {
        self.full
    }

    /// About [`FINE`] pixels a side.
    pub fn fine(&self) -> &RgbImage {
        self.fine
            .get_or_init(|| match about(self.full.dimensions(), FINE) {
                size if size == self.full.dimensions() => Cow::Borrowed(self.full),
                (wide, high) => Cow::Owned(downsample::colour(self.full, wide, high)),
            })
    }

    /// About [`SMALL`] pixels a side.
    pub fn small(&self) -> &RgbImage {
        self.small.get_or_init(|| reduced(self.fine(), SMALL))
    }

    /// About [`TINY`] pixels a side.
    pub fn tiny(&self) -> &RgbImage {
        self.tiny.get_or_init(|| reduced(self.small(), TINY))
    }

    /// [`Self::fine`] in grey.
    pub fn fine_grey(&self) -> &GrayImage {
        self.fine_grey.get_or_init(|| luma::grey(self.fine()))
    }

    /// [`Self::small`] in grey.
    pub fn small_grey(&self) -> &GrayImage {
        self.small_grey.get_or_init(|| luma::grey(self.small()))
    }
}

fn reduced(picture: &RgbImage, longest: u32) -> RgbImage {
    let (wide, high) = about(picture.dimensions(), longest);
    downsample::colour(picture, wide, high)
}

/// A size with about this longest side. Whole squares of pixels are preferred, since they keep
/// edges sharpest: a side may be up to a fifth longer than asked for.
fn about((width, height): (u32, u32), longest: u32) -> (u32, u32) {
    let factor = (width.max(height) / longest.max(1)).max(1);
    let whole = (
        (width / factor).max(width.min(1)),
        (height / factor).max(height.min(1)),
    );
    if u64::from(whole.0.max(whole.1)) * 10 <= u64::from(longest) * 12 {
        whole
    } else {
        downsample::size_within((width, height), longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_views_have_their_sizes_and_scales_and_small_pictures_are_their_own_view() {
        let luma = GrayImage::new(4000, 3000);
        let views = GreyViews::new(&luma);
        let sizes = [views.working(), views.half(), views.search(), views.print()]
            .map(|(view, scale)| (view.dimensions(), scale));
        assert_eq!(
            sizes,
            [
                ((2048, 1536), 0.512),
                ((1024, 768), 0.256),
                ((1280, 960), 0.32),
                ((1000, 750), 0.25)
            ]
        );
        // Squares of five leave two pixels of each side; the scale is that of the squares.
        let luma = GrayImage::new(4032, 3022);
        let views = GreyViews::new(&luma);
        let (print, scale) = views.print();
        assert_eq!((print.dimensions(), scale), ((806, 604), 0.2));
        let luma = GrayImage::new(640, 480);
        let views = GreyViews::new(&luma);
        assert!(std::ptr::eq(views.working().0, views.full()));
        assert_eq!(views.half().0.dimensions(), (320, 240));
        assert_eq!(GreyViews::new(&GrayImage::new(1, 1)).half().0.width(), 1);
    }

    #[test]
    fn colour_views_come_in_whole_squares_where_that_is_near_enough() {
        for (size, expected) in [
            ((4000, 3000), [(1333, 1000), (666, 500), (333, 250)]),
            ((1920, 1080), [(1280, 720), (640, 360), (320, 180)]),
            ((1280, 720), [(1280, 720), (640, 360), (320, 180)]),
            ((100, 30), [(100, 30); 3]),
            ((5000, 1), [(1280, 1), (640, 1), (320, 1)]),
            ((0, 0), [(0, 0); 3]),
        ] {
            let picture = RgbImage::new(size.0, size.1);
            let views = ColourViews::new(&picture);
            let seen = [views.fine(), views.small(), views.tiny()].map(RgbImage::dimensions);
            assert_eq!(seen, expected, "{size:?}");
            assert_eq!(views.small_grey().dimensions(), expected[1]);
        }
    }
}
