//! The pose of a code in a picture, which the finding steps pass to the reading steps.
//!
//! The contract between finding and reading:
//!
//! ```text
//! finding   locate, squares, finder, corners -> Pose, chosen by timing and alignment patterns
//! reading   soft::read(&GrayImage, &pose)    -> Option<SoftRead { bytes, corrected, erased, .. }>:
//!                                               the content; how many codewords were corrected,
//!                                               and how many of those were erasures
//! frames    soft::Fusion::default(), then for each frame of one card
//!           .add(&GrayImage, &pose)          -> Option<SoftRead>, from all frames so far
//! ```
//!
//! The picture may be a part or a smaller view of the whole one; the pose is in its pixels. A pose
//! may be off by half a module, and the thing there may not be a code at all: reading then answers
//! `None`, quickly. A mirrored code has a mirrored pose and needs no other treatment.

use crate::raster::Homography;

/// Maps the modules of one code to pixels: a homography and the code's version.
///
/// In modules (0, 0) is the outer corner of the top left finder pattern and (d, d) the corner
/// without one, so that the centre of the first module is (0.5, 0.5). In pixels (0, 0) is the
/// outer corner of the first pixel and its centre is (0.5, 0.5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    version: u8,
    plane: Homography,
}

/// The largest version of a QR code: 177 modules a side.
const MAX_VERSION: u8 = 40;

impl Pose {
    /// The code of this version (1 to 40) whose outer corners are at these pixels: top left,
    /// top right, bottom right, bottom left. `None` where no plane in front of the camera looks
    /// like that.
    pub fn of_corners(version: u8, corners: [(f64, f64); 4]) -> Option<Self> {
        let side = f64::from(dimension_of(version)?);
        Self::of_points(
            version,
            [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)],
            corners,
        )
    }

    /// The code of this version whose four points `modules` are seen at `pixels`. No three of the
    /// points may lie on a line.
    pub fn of_points(
        version: u8,
        modules: [(f64, f64); 4],
        pixels: [(f64, f64); 4],
    ) -> Option<Self> {
        Self::on(version, Homography::of_points(modules, pixels)?)
    }

    /// The code of this version on a plane. `None` where a part of it would be behind the camera.
    pub(super) fn on(version: u8, plane: Homography) -> Option<Self> {
        let side = f64::from(dimension_of(version)?);
        let corners = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)];
        let is_seen = corners.into_iter().all(|corner| plane.sees(corner));
        is_seen.then_some(Self { version, plane })
    }

    /// The plane of the code, in modules.
    pub(super) fn plane(&self) -> &Homography {
        &self.plane
    }

    /// The version, 1 to 40.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Modules a side: 17 + 4 × version.
    pub fn dimension(&self) -> usize {
        17 + 4 * usize::from(self.version)
    }

    /// The pixel of a place in modules; the centre of module (column, row) is at + 0.5.
    pub fn map(&self, u: f64, v: f64) -> (f64, f64) {
        self.plane.map(u, v)
    }

    /// The place in modules that is seen at this pixel: [`Self::map`] the other way round. `None`
    /// on the horizon of the code's plane.
    pub fn place_of(&self, pixel: (f64, f64)) -> Option<(f64, f64)> {
        self.plane.place_of(pixel)
    }

    /// The outer corners in pixels: top left, top right, bottom right, bottom left.
    pub fn corners(&self) -> [(f64, f64); 4] {
        let side = self.dimension() as f64;
        [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(u, v)| self.map(u, v))
    }

    /// Approximate pixels of a module along the shortest side of the code.
    pub fn module(&self) -> f64 {
        let corners = self.corners();
        let side = |one: usize| {
            let ((ax, ay), (bx, by)) = (corners[one], corners[(one + 1) % 4]);
            (ax - bx).hypot(ay - by)
        };
        let least = (0..4).map(side).fold(f64::INFINITY, f64::min);
        least / self.dimension() as f64
    }

    /// The same pose in the pixels of another picture: `new = (old - offset) × scale`.
    pub fn moved(&self, offset: (f64, f64), scale: f64) -> Option<Self> {
        Self::on(self.version, self.plane.in_picture(offset, scale)?)
    }
}

/// Modules a side of this version; `None` where there is no such version.
fn dimension_of(version: u8) -> Option<u16> {
    (1..=MAX_VERSION)
        .contains(&version)
        .then(|| 17 + 4 * u16::from(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: [(f64, f64); 4] = [(110.0, 75.0), (300.0, 90.0), (280.0, 260.0), (120.0, 240.0)];

    fn near(one: (f64, f64), two: (f64, f64)) -> bool {
        (one.0 - two.0).abs() < 1e-6 && (one.1 - two.1).abs() < 1e-6
    }

    #[test]
    fn corners_go_in_and_come_out() {
        let pose = Pose::of_corners(4, SEEN).unwrap();
        assert_eq!((pose.version(), pose.dimension()), (4, 33));
        for (one, two) in pose.corners().into_iter().zip(SEEN) {
            assert!(near(one, two), "{one:?} {two:?}");
        }
        assert!((4.5..5.2).contains(&pose.module()), "{}", pose.module());
        let moved = pose.moved((100.0, 50.0), 2.0).unwrap();
        let (x, y) = pose.map(3.5, 29.5);
        assert!(near(
            moved.map(3.5, 29.5),
            ((x - 100.0) * 2.0, (y - 50.0) * 2.0)
        ));
    }

    #[test]
    fn what_is_no_plane_is_no_pose() {
        assert_eq!(Pose::of_corners(0, SEEN), None);
        assert_eq!(Pose::of_corners(41, SEEN), None);
        assert_eq!(Pose::of_corners(4, [(1.0, 1.0); 4]), None);
        let line = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)];
        assert_eq!(Pose::of_corners(4, line), None);
        let [a, b, c, d] = SEEN;
        // Two sides that cross: seen from nowhere.
        assert_eq!(Pose::of_corners(4, [a, c, b, d]), None);
        assert_eq!(Pose::of_corners(4, [(f64::NAN, 0.0), b, c, d]), None);
    }
}
