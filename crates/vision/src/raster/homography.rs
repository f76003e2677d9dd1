//! Homographies: how a plane in space and its picture correspond, as a 3 × 3 matrix over
//! homogeneous coordinates.

use nalgebra::{Matrix3, Vector2, Vector3};

/// Four corners, clockwise on the screen: top left, top right, bottom right, bottom left.
pub type Corners = [(f64, f64); 4];

/// Maps places of a plane to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homography(Matrix3<f64>);

/// Least depth (third homogeneous coordinate) of a place that the camera sees.
const HORIZON: f64 = 1e-3;

impl Homography {
    /// The homography that takes four places of a plane to the pixels at which they are seen.
    /// `None` where no plane looks like that; no three of the points may lie on a line.
    pub fn of_points(places: Corners, pixels: Corners) -> Option<Self> {
        let (from, to) = (of_unit_square(places)?, of_unit_square(pixels)?);
        Self::of_matrix(to * from.try_inverse()?)
    }

    /// The homography of this matrix, which is only defined up to a factor: its last element
    /// becomes 1. `None` where that is not possible or the matrix is singular.
    fn of_matrix(matrix: Matrix3<f64>) -> Option<Self> {
        let last = matrix[(2, 2)];
        if !matrix.iter().all(|part| part.is_finite()) || last.abs() < 1e-12 {
            return None;
        }
        let matrix = matrix / last;
        (matrix.determinant().abs() > 1e-9).then_some(Self(matrix))
    }

    /// The pixel of a place.
    pub fn map(&self, u: f64, v: f64) -> (f64, f64) {
        let seen = self.0 * Vector3::new(u, v, 1.0);
        (seen.x / seen.z, seen.y / seen.z)
    }

    /// The place that is seen at a pixel: the inverse of [`Self::map`]. `None` on the horizon of
    /// the plane.
    pub fn place_of(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let place = self.0.try_inverse()? * Vector3::new(x, y, 1.0);
        let place = (place.x / place.z, place.y / place.z);
        (place.0.is_finite() && place.1.is_finite()).then_some(place)
    }

    /// Whether the camera sees this place: it lies in front of the camera and not near the horizon.
    pub fn sees(&self, (u, v): (f64, f64)) -> bool {
        (self.0 * Vector3::new(u, v, 1.0)).z > HORIZON
    }

    /// The same plane in the pixels of another picture: `new = (old - offset) × scale`.
    pub fn in_picture(&self, (x, y): (f64, f64), scale: f64) -> Option<Self> {
        let scaled = Matrix3::new_scaling(scale);
        let shifted = Matrix3::new_translation(&Vector2::new(-x, -y));
        Self::of_matrix(scaled * shifted * self.0)
    }

    /// This homography after a change of the plane's own coordinates.
    pub(crate) fn after(&self, change: &Matrix3<f64>) -> Option<Self> {
        Self::of_matrix(self.0 * change)
    }

    /// The same in single precision, for mapping thousands of points.
    pub(crate) fn projection(&self) -> Projection {
        let element = |row: usize, column: usize| self.0[(row, column)] as f32;
        Projection([0, 1, 2].map(|row| [0, 1, 2].map(|column| element(row, column))))
    }
}

/// A homography in single precision.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Projection([[f32; 3]; 3]);

impl Projection {
    /// The pixel of a place.
    #[inline]
    pub fn map(&self, u: f32, v: f32) -> (f32, f32) {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.0;
        let w = 1.0 / (g * u + h * v + i);
        ((a * u + b * v + c) * w, (d * u + e * v + f) * w)
    }

    /// The same plane with its places counted from the opposite corner of a rectangle of this
    /// size.
    pub fn turned(&self, width: f32, height: f32) -> Self {
        Self(self.0.map(|[u, v, w]| [-u, -v, w + u * width + v * height]))
    }
}

/// The matrix that takes (0,0), (1,0), (1,1), (0,1) to these points.
#[rustfmt::skip]
fn of_unit_square(points: Corners) -> Option<Matrix3<f64>> {
    let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = points;
    let (dx1, dx2, dx3) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
    let (dy1, dy2, dy3) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
    let denominator = dx1 * dy2 - dx2 * dy1;
    if denominator.abs() < 1e-9 || !denominator.is_finite() {
        return None;
    }
    let g = (dx3 * dy2 - dx2 * dy3) / denominator;
    let h = (dx1 * dy3 - dx3 * dy1) / denominator;
    Some(Matrix3::new(
        x1 - x0 + g * x1, x3 - x0 + h * x3, x0,
        y1 - y0 + g * y1, y3 - y0 + h * y3, y0,
        g,                h,                1.0,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACES: Corners = [(0.0, 0.0), (8.0, 0.0), (8.0, 5.0), (0.0, 5.0)];
    const SEEN: Corners = [(110.0, 75.0), (300.0, 90.0), (280.0, 260.0), (120.0, 240.0)];

    fn near(one: (f64, f64), two: (f64, f64)) -> bool {
        (one.0 - two.0).abs() < 1e-6 && (one.1 - two.1).abs() < 1e-6
    }

    #[test]
    fn points_go_where_they_were_seen_and_come_back() {
        let plane = Homography::of_points(PLACES, SEEN).unwrap();
        let single = plane.projection();
        for (place, pixel) in PLACES.into_iter().zip(SEEN) {
            assert!(near(plane.map(place.0, place.1), pixel));
            assert!(near(plane.place_of(pixel).unwrap(), place));
            assert!(plane.sees(place));
            let (x, y) = single.map(place.0 as f32, place.1 as f32);
            assert!((f64::from(x) - pixel.0).abs() < 1e-3 && (f64::from(y) - pixel.1).abs() < 1e-3);
        }
        let half = plane.in_picture((100.0, 50.0), 0.5).unwrap();
        let (x, y) = plane.map(3.0, 2.0);
        assert!(near(
            half.map(3.0, 2.0),
            ((x - 100.0) / 2.0, (y - 50.0) / 2.0)
        ));
        let moved = Matrix3::new_translation(&Vector2::new(2.0, 1.0));
        let moved = plane.after(&moved).unwrap();
        assert!(near(moved.map(1.0, 1.0), plane.map(3.0, 2.0)));
    }

    #[test]
    fn points_of_no_plane_have_no_homography() {
        assert_eq!(Homography::of_points(PLACES, [(5.0, 5.0); 4]), None);
        let line = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)];
        assert_eq!(Homography::of_points(PLACES, line), None);
        assert_eq!(Homography::of_points(line, SEEN), None);
        let [a, b, c, d] = SEEN;
        assert_eq!(
            Homography::of_points(PLACES, [(f64::NAN, 0.0), b, c, d]),
            None
        );
        // Two sides that cross: some corner lies behind the camera.
        let crossed = Homography::of_points(PLACES, [a, c, b, d]);
        assert!(crossed.is_none_or(|plane| !PLACES.iter().all(|place| plane.sees(*place))));
    }
}
