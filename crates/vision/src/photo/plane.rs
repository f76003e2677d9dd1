//! The plane of a card as the camera sees it: a homography between millimetres and pixels.

use crate::raster::{Bilinear, Homography, Point, homography::Projection};
use image::RgbImage;

/// Width of a card in millimetres (ISO/IEC 7810 ID-1).
pub(super) const CARD_WIDTH: f32 = 85.6;
/// Height of a card in millimetres.
pub(super) const CARD_HEIGHT: f32 = 54.0;

/// Maps points of the card, in millimetres from its top left corner, to pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct CardPlane(Projection);

impl CardPlane {
    /// The plane of a card with these corners: top left, top right, bottom right, bottom left. `None`
    /// where no card looks like that.
    pub fn seen_at(corners: [Point; 4]) -> Option<Self> {
        let (width, height) = (f64::from(CARD_WIDTH), f64::from(CARD_HEIGHT));
        let places = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
        let pixels = corners.map(|(x, y)| (f64::from(x), f64::from(y)));
        let plane = Homography::of_points(places, pixels)?;
        places
            .iter()
            .all(|corner| plane.sees(*corner))
            .then(|| Self(plane.projection()))
    }

    /// The same card read upside down.
    pub fn turned(&self) -> Self {
        Self(self.0.turned(CARD_WIDTH, CARD_HEIGHT))
    }

    /// The pixel of a point of the card.
    pub fn pixel(&self, (u, v): Point) -> Point {
        self.0.map(u, v)
    }

    /// The card rectified, at `scale` pixels to a millimetre. All black where the picture is too small
    /// to be sampled.
    pub fn flat(&self, picture: &RgbImage, scale: u32) -> RgbImage {
        let (width, height) = (
            (CARD_WIDTH * scale as f32) as u32,
            (CARD_HEIGHT * scale as f32) as u32,
        );
        let step = 1.0 / scale as f32;
        let mut flat = RgbImage::new(width, height);
        let Some(colour) = Bilinear::colour(picture) else {
            return flat;
        };
        for (y, row) in flat.rows_mut().enumerate() {
            let v = (y as f32 + 0.5) * step;
            for (x, pixel) in row.enumerate() {
                let (x, y) = self.pixel(((x as f32 + 0.5) * step, v));
                pixel.0 = colour.at(x, y);
            }
        }
        flat
    }
}

/// Twice the signed area of a polygon, positive if it is clockwise on the screen.
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

/// The distance between two points.
pub(super) fn distance(from: Point, to: Point) -> f32 {
    (from.0 - to.0).hypot(from.1 - to.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_of_the_card_are_where_they_were_seen() {
        let corners = [(10.0, 8.0), (90.0, 12.0), (86.0, 63.0), (14.0, 60.0)];
        let plane = CardPlane::seen_at(corners).unwrap();
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
    fn corners_that_make_no_quadrilateral_are_no_card_and_no_picture_is_black() {
        assert!(CardPlane::seen_at([(5.0, 5.0); 4]).is_none());
        let corners = [(1.0, 1.0), (8.0, 1.0), (8.0, 6.0), (1.0, 6.0)];
        let plane = CardPlane::seen_at(corners).unwrap();
        let flat = plane.flat(&RgbImage::from_pixel(9, 9, image::Rgb([7; 3])), 2);
        assert!(flat.as_raw().iter().all(|level| *level == 7));
        let black = plane.flat(&RgbImage::new(0, 0), 2);
        assert!(black.as_raw().iter().all(|level| *level == 0));
    }
}
