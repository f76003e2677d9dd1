//! The homography of a card's plane: a 3 by 3 matrix.

/// Maps points of one plane to points of another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Homography([[f64; 3]; 3]);

impl Homography {
    /// The homography that maps the corners (0,0), (1,0), (1,1), (0,1) of the unit square to these.
    fn of_unit_square(corners: [(f64, f64); 4]) -> Self {
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = corners;
        let (dx1, dx2, dx3) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
        let (dy1, dy2, dy3) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
        let denominator = dx1 * dy2 - dx2 * dy1;
        let g = (dx3 * dy2 - dx2 * dy3) / denominator;
        let h = (dx1 * dy3 - dx3 * dy1) / denominator;
        Self([
            [x1 - x0 + g * x1, x3 - x0 + h * x3, x0],
            [y1 - y0 + g * y1, y3 - y0 + h * y3, y0],
            [g, h, 1.0],
        ])
    }

    /// The inverse.
    pub fn inverse(self) -> Self {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.0;
        // The adjugate is enough, because a common factor does not change any point.
        Self([
            [e * i - f * h, c * h - b * i, b * f - c * e],
            [f * g - d * i, a * i - c * g, c * d - a * f],
            [d * h - e * g, b * g - a * h, a * e - b * d],
        ])
    }

    /// From the picture back to a rectangle of this size, whose corners are seen at `corners`
    /// (top left first, clockwise).
    pub fn back_to(width: f64, height: f64, corners: [(f64, f64); 4]) -> Self {
        let [across, down, depth] = Self::of_unit_square(corners).inverse().0;
        Self([
            across.map(|part| part * width),
            down.map(|part| part * height),
            depth,
        ])
    }

    /// The image of this point.
    pub fn map(&self, x: f64, y: f64) -> (f64, f64) {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.0;
        let w = g * x + h * y + i;
        ((a * x + b * y + c) / w, (d * x + e * y + f) / w)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_seen_go_back_to_the_corners_of_the_card() {
        let corners = [
            (110.0, 75.0),
            (900.0, 120.0),
            (870.0, 640.0),
            (140.0, 600.0),
        ];
        let back = Homography::back_to(85.6, 54.0, corners);
        let expected = [(0.0, 0.0), (85.6, 0.0), (85.6, 54.0), (0.0, 54.0)];
        for ((x, y), (u, v)) in corners.into_iter().zip(expected) {
            let (found_u, found_v) = back.map(x, y);
            assert!((found_u - u).abs() < 1e-9 && (found_v - v).abs() < 1e-9);
        }
    }
}
