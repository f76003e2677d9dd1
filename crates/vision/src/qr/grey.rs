//! Grey levels between the pixels, and sums over boxes of them.

use image::GrayImage;

/// A picture that is asked for places between its pixels.
#[derive(Clone, Copy)]
pub(super) struct Grey<'a> {
    pixels: &'a [u8],
    width: usize,
    height: usize,
}

impl<'a> Grey<'a> {
    /// `None` for a picture without anything between its pixels.
    pub fn of(luma: &'a GrayImage) -> Option<Self> {
        let (width, height) = (luma.width() as usize, luma.height() as usize);
        (width > 1 && height > 1).then_some(Self {
            pixels: luma.as_raw(),
            width,
            height,
        })
    }

    /// The grey level at a place; the centre of the first pixel is (0.5, 0.5). Beyond the
    /// picture it is as at its rim.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let x = (x - 0.5).clamp(0.0, self.width as f32 - 1.001);
        let y = (y - 0.5).clamp(0.0, self.height as f32 - 1.001);
        let (column, row) = (x as usize, y as usize);
        let (dx, dy) = (x - column as f32, y - row as f32);
        let start = row * self.width + column;
        let (top, bottom) = (
            &self.pixels[start..start + 2],
            &self.pixels[start + self.width..start + self.width + 2],
        );
        let mix = |row: &[u8]| f32::from(row[0]) * (1.0 - dx) + f32::from(row[1]) * dx;
        mix(top) * (1.0 - dy) + mix(bottom) * dy
    }
}

/// Sums over boxes of a picture and of its squares. They wrap around, which does no harm where
/// a box has fewer than 2^16 pixels: differences come out right.
pub(super) struct Sums {
    values: Vec<u32>,
    squares: Vec<u32>,
    /// Width and height of the picture.
    pub size: (usize, usize),
}

/// A box around a place, as the four corners in the table of sums.
#[derive(Clone, Copy)]
pub(super) struct Square {
    offsets: [isize; 4],
    /// How many pixels it has.
    pub area: f32,
}

impl Sums {
    pub fn of(luma: &GrayImage) -> Self {
        let (width, height) = (luma.width() as usize, luma.height() as usize);
        let stride = width + 1;
        let mut values = vec![0u32; stride * (height + 1)];
        let mut squares = values.clone();
        for (row, pixels) in luma.as_raw().chunks_exact(width.max(1)).enumerate() {
            let (mut value, mut square) = (0u32, 0u32);
            let above = row * stride + 1;
            let here = above + stride;
            for (column, pixel) in pixels.iter().enumerate() {
                let pixel = u32::from(*pixel);
                value = value.wrapping_add(pixel);
                square = square.wrapping_add(pixel * pixel);
                values[here + column] = values[above + column].wrapping_add(value);
                squares[here + column] = squares[above + column].wrapping_add(square);
            }
        }
        Self {
            values,
            squares,
            size: (width, height),
        }
    }

    /// The box that reaches from `-before` to `after` (exclusive) around a pixel.
    pub fn square(&self, before: usize, after: usize) -> Square {
        let stride = (self.size.0 + 1) as isize;
        let (low, high) = (-(before as isize), after as isize);
        Square {
            offsets: [
                low * stride + low,
                low * stride + high,
                high * stride + low,
                high * stride + high,
            ],
            area: ((before + after) * (before + after)) as f32,
        }
    }

    /// The sum over a box around this pixel, which must be that far from the rim.
    pub fn sum(&self, x: usize, y: usize, square: &Square) -> f32 {
        Self::over(&self.values, self.place(x, y), square)
    }

    /// The sum of squares.
    pub fn sum_of_squares(&self, x: usize, y: usize, square: &Square) -> f32 {
        Self::over(&self.squares, self.place(x, y), square)
    }

    fn place(&self, x: usize, y: usize) -> isize {
        (y * (self.size.0 + 1) + x) as isize
    }

    fn over(table: &[u32], place: isize, square: &Square) -> f32 {
        let [a, b, c, d] = square
            .offsets
            .map(|offset| table[(place + offset) as usize]);
        d.wrapping_sub(b).wrapping_sub(c).wrapping_add(a) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn between_two_pixels_it_is_between_and_boxes_hold_what_is_in_them() {
        let luma = GrayImage::from_fn(9, 7, |x, y| Luma([(x * 20 + y) as u8]));
        let grey = Grey::of(&luma).unwrap();
        assert_eq!(grey.at(3.5, 2.5), 62.0);
        assert_eq!(grey.at(4.0, 2.5), 72.0);
        assert!((grey.at(-5.0, 0.5) - 0.0).abs() < 0.1);
        let sums = Sums::of(&luma);
        let square = sums.square(1, 2);
        let all: u32 = (3..6).flat_map(|y| (4..7).map(move |x| x * 20 + y)).sum();
        assert_eq!(sums.sum(5, 4, &square), all as f32);
        assert_eq!(square.area, 9.0);
    }
}
