//! The part of a picture around one code, and the grey levels of its modules.

use crate::{
    qr::pose::Pose,
    raster::{Bilinear, downsample, homography::Projection},
};
use image::GrayImage;

/// Patches are averaged down to about this size of a module: finer pixels add nothing, and averaging
/// removes noise.
const PIXELS_PER_MODULE: f64 = 3.5;
/// Margin around the code, in modules, for a pose that is a little off.
const MARGIN: f64 = 4.0;
/// Modules around the code that are sampled too: the reach of the equaliser.
pub(super) const BORDER: usize = 2;
/// Samples along each side of a module.
const FINE: usize = 3;

/// The part of a picture around one code, averaged down where a module has many pixels.
pub(super) struct Patch {
    width: usize,
    height: usize,
    pixels: Vec<f32>,
}

/// Position and scale of a patch in its picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct CropOrigin {
    offset: (f64, f64),
    scale: f64,
}

impl CropOrigin {
    /// Converts a pose from the patch's pixels to the picture's.
    pub fn back(&self, pose: &Pose) -> Option<Pose> {
        let (x, y) = self.offset;
        pose.moved((-x * self.scale, -y * self.scale), 1.0 / self.scale)
    }
}

impl Patch {
    /// Cuts out the code at this pose. `None` where it is outside of the picture, or its modules
    /// have less than a pixel.
    pub fn cut(luma: &GrayImage, pose: &Pose) -> Option<(Self, Pose, CropOrigin)> {
        let module = pose.module();
        if module.is_nan() || module < 0.9 {
            return None;
        }
        let shrink = ((module / PIXELS_PER_MODULE) as usize).max(1);
        let corners = pose.corners();
        let least =
            |of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
        let most =
            |of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        // The near side of a tilted code has larger modules than the far one.
        let side = (most(|c| c.0) - least(|c| c.0)).max(most(|c| c.1) - least(|c| c.1));
        let margin = MARGIN * (side / pose.dimension() as f64).max(module);
        let limit = |value: f64, most: u32| value.clamp(0.0, f64::from(most)) as usize;
        let left = limit(least(|c| c.0) - margin, luma.width());
        let top = limit(least(|c| c.1) - margin, luma.height());
        let right = limit(most(|c| c.0) + margin, luma.width());
        let bottom = limit(most(|c| c.1) + margin, luma.height());
        let width = right.checked_sub(left)? / shrink;
        let height = bottom.checked_sub(top)? / shrink;
        // Half a code cannot be read.
        if width < pose.dimension() / 2 || height < pose.dimension() / 2 {
            return None;
        }
        let part = (left..left + width * shrink, top..top + height * shrink);
        let patch = Self {
            width,
            height,
            pixels: downsample::exact(luma, part, (width, height)),
        };
        let origin = CropOrigin {
            offset: (left as f64, top as f64),
            scale: 1.0 / shrink as f64,
        };
        let moved = pose.moved(origin.offset, origin.scale)?;
        Some((patch, moved, origin))
    }

    /// The patch, to be sampled between its pixels.
    pub fn grey(&self) -> Bilinear<'_, f32> {
        Bilinear::new(&self.pixels, self.width, self.height)
            .expect("a patch has at least half a code's modules a side, so more than one pixel")
    }
}

/// One value for each module of the code and of its border.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    /// Modules a side, with the border.
    pub side: usize,
    /// Row by row.
    pub values: Vec<f32>,
}

impl Grid {
    /// All zero, for a code with this many modules a side.
    pub fn empty(modules: usize) -> Self {
        let side = modules + 2 * BORDER;
        Self {
            side,
            values: vec![0.0; side * side],
        }
    }

    /// Index of a module of the code; column and row do not count the border.
    pub fn place(&self, column: usize, row: usize) -> usize {
        (row + BORDER) * self.side + column + BORDER
    }

    /// The mean grey level of each module.
    pub fn sample(&mut self, patch: &Patch, plane: &Projection) {
        let grey = patch.grey();
        let share = 1.0 / (FINE * FINE) as f32;
        let inner: [f32; FINE] = std::array::from_fn(|nth| (nth as f32 + 0.5) / FINE as f32);
        for (row, line) in self.values.chunks_exact_mut(self.side).enumerate() {
            for (column, value) in line.iter_mut().enumerate() {
                let (u, v) = (column as f32 - BORDER as f32, row as f32 - BORDER as f32);
                let mut sum = 0.0;
                for dv in inner {
                    for du in inner {
                        let (x, y) = plane.map(u + du, v + dv);
                        sum += grey.at(x, y);
                    }
                }
                *value = sum * share;
            }
        }
    }
}
