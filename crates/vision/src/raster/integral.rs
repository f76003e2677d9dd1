//! The integral image (summed-area table): for each pixel the sum of everything above and left of
//! it, so that the sum over a box costs four look-ups whatever its size.

/// Sums over boxes of one channel.
///
/// Sums are kept modulo 2³². A difference is right whenever the box itself sums to less than that.
pub(crate) struct IntegralImage {
    width: usize,
    height: usize,
    /// One column and one row more than the picture: both are zero.
    sums: Vec<u32>,
}

/// A square box around a pixel, as offsets of its four corners in the table.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    offsets: [isize; 4],
    /// The number of its pixels.
    pub area: f32,
}

impl IntegralImage {
    /// The integral image of `value` over a picture of this size.
    pub fn of(width: usize, height: usize, value: impl Fn(usize, usize) -> u32) -> Self {
        let stride = width + 1;
        let mut sums = vec![0u32; stride * (height + 1)];
        for y in 0..height {
            let (above, here) = (y * stride + 1, (y + 1) * stride + 1);
            let mut row = 0u32;
            for x in 0..width {
                row = row.wrapping_add(value(x, y));
                sums[here + x] = sums[above + x].wrapping_add(row);
            }
        }
        Self {
            width,
            height,
            sums,
        }
    }

    /// Width and height of the picture.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// The window that reaches from `-before` to `after` (exclusive) around a pixel, in both
    /// directions.
    pub fn window(&self, before: usize, after: usize) -> Window {
        let stride = (self.width + 1) as isize;
        let (low, high) = (-(before as isize), after as isize);
        Window {
            offsets: [
                low * stride + low,
                low * stride + high,
                high * stride + low,
                high * stride + high,
            ],
            area: ((before + after) * (before + after)) as f32,
        }
    }

    /// The sum over a window of this image. The pixel must be as far from the rim as the window
    /// reaches.
    pub fn sum(&self, x: usize, y: usize, window: &Window) -> f32 {
        let place = (y * (self.width + 1) + x) as isize;
        let [a, b, c, d] = window
            .offsets
            .map(|offset| self.sums[(place + offset) as usize]);
        d.wrapping_sub(b).wrapping_sub(c).wrapping_add(a) as f32
    }

    /// The sum and the number of pixels of the square that reaches `reach` pixels around this
    /// one, as far as it lies in the picture.
    pub fn around(&self, x: usize, y: usize, reach: usize) -> (u32, u32) {
        let (left, top) = (x.saturating_sub(reach), y.saturating_sub(reach));
        let right = (x + reach + 1).min(self.width);
        let bottom = (y + reach + 1).min(self.height);
        let at = |x: usize, y: usize| self.sums[y * (self.width + 1) + x];
        let sum = at(right, bottom)
            .wrapping_add(at(left, top))
            .wrapping_sub(at(right, top))
            .wrapping_sub(at(left, bottom));
        (sum, ((right - left) * (bottom - top)) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_hold_the_sum_of_their_pixels_inside_and_at_the_rim() {
        let value = |x: usize, y: usize| (x * 20 + y * 3) as u32;
        let integral = IntegralImage::of(9, 7, value);
        assert_eq!(integral.size(), (9, 7));
        let plain = |xs: std::ops::Range<usize>, ys: std::ops::Range<usize>| -> u32 {
            ys.flat_map(|y| xs.clone().map(move |x| value(x, y))).sum()
        };
        let window = integral.window(1, 2);
        assert_eq!(window.area, 9.0);
        assert_eq!(integral.sum(5, 4, &window), plain(4..7, 3..6) as f32);
        assert_eq!(integral.around(4, 3, 1), (plain(3..6, 2..5), 9));
        assert_eq!(integral.around(0, 6, 2), (plain(0..3, 4..7), 9));
        assert_eq!(integral.around(8, 0, 3), (plain(5..9, 0..4), 16));
    }

    #[test]
    fn sums_that_wrap_around_still_give_right_differences() {
        let integral = IntegralImage::of(40, 40, |_, _| u32::MAX / 50);
        let window = integral.window(2, 2);
        assert_eq!(integral.sum(30, 30, &window), (16 * (u32::MAX / 50)) as f32);
    }
}
