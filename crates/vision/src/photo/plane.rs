//! The plane of a card as the camera sees it: between millimetres and pixels.

use image::RgbImage;

/// A card is as wide as a bank card, in millimetres (ISO/IEC 7810 ID-1).
pub(super) const CARD_WIDTH: f32 = 85.6;
/// And as high.
pub(super) const CARD_HEIGHT: f32 = 54.0;

/// A point of the picture, in pixels or in shares of it.
pub type Point = (f32, f32);

/// Maps places of the card, in millimetres from its top left corner, to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Plane([[f32; 3]; 3]);

impl Plane {
    /// The plane whose corners are seen here: top left, top right, bottom right, bottom left.
    pub fn seen_at(corners: [Point; 4]) -> Self {
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = corners;
        let (dx1, dx2, dx3) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
        let (dy1, dy2, dy3) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
        let area = dx1 * dy2 - dx2 * dy1;
        let area = if area.abs() < 1e-6 { 1e-6 } else { area };
        let g = (dx3 * dy2 - dx2 * dy3) / area;
        let h = (dx1 * dy3 - dx3 * dy1) / area;
        let row = |p: f32, q: f32, o: f32| [p / CARD_WIDTH, q / CARD_HEIGHT, o];
        Self([
            row(x1 - x0 + g * x1, x3 - x0 + h * x3, x0),
            row(y1 - y0 + g * y1, y3 - y0 + h * y3, y0),
            row(g, h, 1.0),
        ])
    }

    /// Where this place of the card is in the picture.
    pub fn pixel(&self, (u, v): Point) -> Point {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.0;
        let w = g * u + h * v + i;
        let w = if w.abs() < 1e-6 { 1e-6 } else { w };
        ((a * u + b * v + c) / w, (d * u + e * v + f) / w)
    }

    /// The card laid flat: each millimetre is `scale` pixels; each pixel the mean of its
    /// neighbours in the picture.
    pub fn flat(&self, picture: &RgbImage, scale: u32) -> RgbImage {
        let (width, height) = (
            (CARD_WIDTH * scale as f32) as u32,
            (CARD_HEIGHT * scale as f32) as u32,
        );
        let step = 1.0 / scale as f32;
        let mut flat = RgbImage::new(width, height);
        for (y, row) in flat.rows_mut().enumerate() {
            let v = (y as f32 + 0.5) * step;
            for (x, pixel) in row.enumerate() {
                let place = self.pixel(((x as f32 + 0.5) * step, v));
                pixel.0 = between_pixels(picture, place);
            }
        }
        flat
    }
}

/// The colour between four pixels; beyond the rim, that of the rim.
fn between_pixels(picture: &RgbImage, (x, y): Point) -> [u8; 3] {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if width == 0 || height == 0 {
        return [0; 3];
    }
    let x = (x - 0.5).clamp(0.0, (width - 1) as f32);
    let y = (y - 0.5).clamp(0.0, (height - 1) as f32);
    let (left, top) = (x as usize, y as usize);
    let (right, below) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    // In 256ths: three channels of whole numbers are faster than floats.
    let (dx, dy) = (
        ((x - left as f32) * 256.0) as u32,
        ((y - top as f32) * 256.0) as u32,
    );
    let raw = picture.as_raw();
    let at = |x: usize, y: usize, channel: usize| u32::from(raw[(y * width + x) * 3 + channel]);
    [0, 1, 2].map(|channel| {
        let above = at(left, top, channel) * (256 - dx) + at(right, top, channel) * dx;
        let under = at(left, below, channel) * (256 - dx) + at(right, below, channel) * dx;
        ((above * (256 - dy) + under * dy) >> 16) as u8
    })
}

/// Twice the area of a polygon; positive when it goes clockwise on the screen.
fn twice_area(corners: &[Point; 4]) -> f32 {
    (0..4)
        .map(|nth| {
            let ((x0, y0), (x1, y1)) = (corners[nth], corners[(nth + 1) % 4]);
            x0 * y1 - x1 * y0
        })
        .sum()
}

/// The area of a quadrilateral.
pub(super) fn area(corners: &[Point; 4]) -> f32 {
    twice_area(corners).abs() / 2.0
}

/// From one point to another.
pub(super) fn distance(from: Point, to: Point) -> f32 {
    (from.0 - to.0).hypot(from.1 - to.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_of_the_card_are_where_they_were_seen() {
        let corners = [(10.0, 8.0), (90.0, 12.0), (86.0, 63.0), (14.0, 60.0)];
        let plane = Plane::seen_at(corners);
        let card = [
            (0.0, 0.0),
            (CARD_WIDTH, 0.0),
            (CARD_WIDTH, CARD_HEIGHT),
            (0.0, CARD_HEIGHT),
        ];
        for (place, corner) in card.into_iter().zip(corners) {
            assert!(distance(plane.pixel(place), corner) < 0.01);
        }
        assert!((area(&[(0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0)]) - 12.0).abs() < 1e-6);
    }

    #[test]
    fn corners_that_make_no_quadrilateral_break_nothing() {
        let plane = Plane::seen_at([(5.0, 5.0); 4]);
        plane.flat(&RgbImage::new(9, 9), 2);
        plane.flat(&RgbImage::new(0, 0), 2);
    }
}
