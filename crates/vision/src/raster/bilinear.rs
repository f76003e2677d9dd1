//! Values between pixels, by bilinear interpolation.

use image::{GrayImage, RgbImage};

/// A picture that is sampled between its pixels. The centre of the first pixel is (0.5, 0.5);
/// beyond the rim the picture is as at its rim.
#[derive(Clone, Copy)]
pub(crate) struct Bilinear<'a, P> {
    pixels: &'a [P],
    width: usize,
    height: usize,
}

/// A pixel that can be mixed with its neighbours.
pub(crate) trait Mix: Copy {
    /// The type of a mixture.
    type Mixed;

    /// The value at (`dx`, `dy`), each 0 to 1, between four neighbours: upper left, upper right,
    /// lower left, lower right.
    fn mix(corners: [Self; 4], dx: f32, dy: f32) -> Self::Mixed;
}

impl<'a, P: Mix> Bilinear<'a, P> {
    /// Samples a picture of `width` × `height` pixels, row by row. `None` where a side has fewer
    /// than two, since nothing lies between them.
    pub fn new(pixels: &'a [P], width: usize, height: usize) -> Option<Self> {
        let is_whole = pixels.len() == width * height;
        (is_whole && width > 1 && height > 1).then_some(Self {
            pixels,
            width,
            height,
        })
    }

    /// The value at a place in pixels.
    #[inline]
    pub fn at(&self, x: f32, y: f32) -> P::Mixed {
        let x = (x - 0.5).clamp(0.0, (self.width - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (self.height - 1) as f32);
        // The last pixel is reached from the one before it, with a share of 1.
        let (column, row) = (
            (x as usize).min(self.width - 2),
            (y as usize).min(self.height - 2),
        );
        let upper = row * self.width + column;
        let lower = upper + self.width;
        let (above, below) = (
            &self.pixels[upper..upper + 2],
            &self.pixels[lower..lower + 2],
        );
        P::mix(
            [above[0], above[1], below[0], below[1]],
            x - column as f32,
            y - row as f32,
        )
    }
}

impl<'a> Bilinear<'a, u8> {
    /// Samples a grey picture.
    pub fn grey(luma: &'a GrayImage) -> Option<Self> {
        let (width, height) = luma.dimensions();
        Self::new(luma.as_raw(), width as usize, height as usize)
    }
}

impl<'a> Bilinear<'a, [u8; 3]> {
    /// Samples a colour picture.
    pub fn colour(picture: &'a RgbImage) -> Option<Self> {
        let (width, height) = picture.dimensions();
        let (pixels, _) = picture.as_raw().as_chunks::<3>();
        Self::new(pixels, width as usize, height as usize)
    }
}

#[inline]
fn between([a, b, c, d]: [f32; 4], dx: f32, dy: f32) -> f32 {
    let above = a * (1.0 - dx) + b * dx;
    let below = c * (1.0 - dx) + d * dx;
    above * (1.0 - dy) + below * dy
}

impl Mix for u8 {
    type Mixed = f32;

    #[inline]
    fn mix(corners: [u8; 4], dx: f32, dy: f32) -> f32 {
        between(corners.map(f32::from), dx, dy)
    }
}

impl Mix for f32 {
    type Mixed = f32;

    #[inline]
    fn mix(corners: [f32; 4], dx: f32, dy: f32) -> f32 {
        between(corners, dx, dy)
    }
}

impl Mix for [u8; 3] {
    type Mixed = [u8; 3];

    // In 256ths: three channels of integers are faster than three of floats.
    #[inline]
    fn mix([a, b, c, d]: [[u8; 3]; 4], dx: f32, dy: f32) -> [u8; 3] {
        let (dx, dy) = ((dx * 256.0) as u32, (dy * 256.0) as u32);
        let row = |left: u8, right: u8| u32::from(left) * (256 - dx) + u32::from(right) * dx;
        std::array::from_fn(|channel| {
            let (above, below) = (row(a[channel], b[channel]), row(c[channel], d[channel]));
            ((above * (256 - dy) + below * dy) >> 16) as u8
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Luma, Rgb};

    #[test]
    fn a_value_lies_between_its_neighbours_and_the_rim_goes_on() {
        let luma = GrayImage::from_fn(9, 7, |x, y| Luma([(x * 20 + y) as u8]));
        let grey = Bilinear::grey(&luma).unwrap();
        assert_eq!(grey.at(3.5, 2.5), 62.0);
        assert_eq!(grey.at(4.0, 2.5), 72.0);
        assert_eq!(grey.at(4.0, 3.0), 72.5);
        assert_eq!(grey.at(-5.0, 0.5), 0.0);
        assert_eq!(grey.at(8.5, 6.5), 166.0);
        assert_eq!(grey.at(99.0, 99.0), 166.0);
        assert!(grey.at(f32::NAN, 2.5).is_nan());
        let values: Vec<f32> = luma.as_raw().iter().copied().map(f32::from).collect();
        let exact = Bilinear::new(&values, 9, 7).unwrap();
        assert_eq!(exact.at(4.25, 3.75), grey.at(4.25, 3.75));
    }

    #[test]
    fn colours_are_mixed_channel_by_channel() {
        let picture = RgbImage::from_fn(4, 3, |x, y| Rgb([(x * 40) as u8, (y * 80) as u8, 7]));
        let colour = Bilinear::colour(&picture).unwrap();
        assert_eq!(colour.at(1.5, 1.5), [40, 80, 7]);
        assert_eq!(colour.at(2.0, 2.0), [60, 120, 7]);
        assert_eq!(colour.at(3.5, 2.5), [120, 160, 7]);
    }

    #[test]
    fn a_picture_of_one_pixel_has_nothing_between_its_pixels() {
        assert!(Bilinear::grey(&GrayImage::new(1, 9)).is_none());
        assert!(Bilinear::grey(&GrayImage::new(9, 1)).is_none());
        assert!(Bilinear::grey(&GrayImage::new(0, 0)).is_none());
        assert!(Bilinear::colour(&RgbImage::new(1, 1)).is_none());
    }
}
