//! Finder patterns searched in grey levels.
//!
//! Blur of a module closes the white ring, and no run of black and white is 1:1:3:1:1 any more;
//! but the grey levels still correlate with the pattern. Box sums from integral images give a
//! cheap correlation at many scales; after non-maximum suppression the pattern itself is fitted
//! to each remaining maximum in position, scale and angle.

use crate::raster::{Bilinear, IntegralImage, integral::Window};
use image::GrayImage;

/// A finder pattern as it was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FinderPattern {
    /// Its centre in pixels.
    pub at: (f32, f32),
    /// Pixels of one module.
    pub module: f32,
    /// Rotation in radians, modulo a quarter turn.
    pub angle: f32,
    /// Normalised correlation with the pattern: 1 for a print without blur and noise.
    pub correlation: f32,
}

/// Factor from one scale to the next.
const SCALE: f32 = 1.22;

/// How many places are refined.
#[derive(Debug, Clone, Copy)]
pub(super) struct SearchSettings {
    /// Least correlation by box sums.
    least_score: f32,
    /// Most places, the best first.
    most_refined: usize,
}

impl SearchSettings {
    /// For a live frame. In every tuning frame that could be read at all, each pattern was among
    /// the best forty.
    pub const QUICK: Self = Self {
        least_score: 0.36,
        most_refined: 50,
    };
    /// For a still: also finds patterns blurred by more than a module, or half under a
    /// reflection.
    pub const WIDE: Self = Self {
        least_score: 0.27,
        most_refined: 140,
    };
}

/// Contrast below this, in grey levels, is noise.
const LEAST_SPREAD: f32 = 6.0;
/// Most patterns that are returned.
const MOST_PATTERNS: usize = 48;
/// Least correlation of a pattern.
const LEAST_CORRELATION: f32 = 0.5;

/// The integral images of the grey levels and of their squares.
struct Integrals {
    values: IntegralImage,
    squares: IntegralImage,
}

impl Integrals {
    fn of(luma: &GrayImage) -> Self {
        let (width, height) = (luma.width() as usize, luma.height() as usize);
        let pixel = |x: usize, y: usize| u32::from(luma.as_raw()[y * width + x]);
        Self {
            values: IntegralImage::of(width, height, pixel),
            squares: IntegralImage::of(width, height, |x, y| pixel(x, y) * pixel(x, y)),
        }
    }
}

/// Finds the patterns whose modules have between `modules.0` and `modules.1` pixels, best first.
pub(super) fn search(
    luma: &GrayImage,
    modules: (f32, f32),
    settings: SearchSettings,
    should_stop: &dyn Fn() -> bool,
) -> Vec<FinderPattern> {
    let Some(grey) = Bilinear::grey(luma) else {
        return Vec::new();
    };
    let integrals = Integrals::of(luma);
    let mut maxima = Vec::new();
    let mut module = modules.0;
    while module <= modules.1 && !should_stop() {
        scan(&integrals, module, settings.least_score, &mut maxima);
        module *= SCALE;
    }
    let mut found: Vec<FinderPattern> = Vec::new();
    for start in non_maximum_suppression(maxima, settings.most_refined, 1.5) {
        if should_stop() {
            break;
        }
        found.push(refined(&grey, start));
    }
    found.retain(|finder| finder.correlation >= LEAST_CORRELATION);
    non_maximum_suppression(found, MOST_PATTERNS, 2.5)
}

/// Keeps the best of all patterns that are nearer to each other than this many modules.
fn non_maximum_suppression(
    mut all: Vec<FinderPattern>,
    most: usize,
    modules: f32,
) -> Vec<FinderPattern> {
    all.sort_by(|one, two| two.correlation.total_cmp(&one.correlation));
    let mut kept: Vec<FinderPattern> = Vec::new();
    for one in all {
        let near = |old: &FinderPattern| {
            let reach = modules * old.module.max(one.module);
            (old.at.0 - one.at.0).abs() < reach && (old.at.1 - one.at.1).abs() < reach
        };
        if !kept.iter().any(near) {
            kept.push(one);
            if kept.len() == most {
                break;
            }
        }
    }
    kept
}

/// Correlates every place with the pattern by box sums over 3, 5, 7 and 9 modules.
fn scan(integrals: &Integrals, module: f32, least_score: f32, maxima: &mut Vec<FinderPattern>) {
    let window_of = |modules: f32| -> (Window, usize) {
        let side = (modules * module).round().max(1.0) as usize;
        let (before, after) = (side / 2, side - side / 2);
        (integrals.values.window(before, after), after)
    };
    let (core, _) = window_of(3.0);
    let (inner, _) = window_of(5.0);
    let (outer, _) = window_of(7.0);
    let (whole, reach) = window_of(9.0);
    let (width, height) = integrals.values.size();
    if width <= 2 * reach || height <= 2 * reach {
        return;
    }
    let step = ((module * 0.65) as usize).max(1);
    for y in (reach..height - reach).step_by(step) {
        for x in (reach..width - reach).step_by(step) {
            let dark = integrals.values.sum(x, y, &core);
            let all = integrals.values.sum(x, y, &whole);
            let mean = all / whole.area;
            // Most places are rejected here: their core is not darker than their surroundings.
            if dark / core.area > mean - 0.4 * LEAST_SPREAD {
                continue;
            }
            let (five, seven) = (
                integrals.values.sum(x, y, &inner),
                integrals.values.sum(x, y, &outer),
            );
            let white =
                (five - dark + all - seven) / (inner.area - core.area + whole.area - outer.area);
            let black = (dark + seven - five) / (core.area + outer.area - inner.area);
            if white - black < LEAST_SPREAD {
                continue;
            }
            let squares = integrals.squares.sum(x, y, &whole) / whole.area;
            let spread = (squares - mean * mean).max(1.0).sqrt();
            // 33 of 81 modules are dark: the standard deviation of the pattern is 0.4913.
            let correlation = (white - black) * 0.4913 / spread;
            if correlation >= least_score && spread >= LEAST_SPREAD / 2.0 {
                maxima.push(FinderPattern {
                    at: (x as f32, y as f32),
                    module,
                    angle: 0.0,
                    correlation,
                });
            }
        }
    }
}

/// Whether the module at this offset from the centre is dark.
fn is_dark(u: i32, v: i32) -> bool {
    matches!(u.abs().max(v.abs()), 0 | 1 | 3)
}

/// Normalised correlation of the grey levels with the pattern.
fn correlation(grey: &Bilinear<u8>, at: (f32, f32), module: f32, angle: f32) -> f32 {
    let (sin, cos) = (angle.sin() * module, angle.cos() * module);
    let (mut dark, mut all, mut squares) = (0.0, 0.0, 0.0);
    for v in -4..=4 {
        for u in -4..=4 {
            let (x, y) = (u as f32, v as f32);
            let value = grey.at(at.0 + x * cos - y * sin, at.1 + x * sin + y * cos);
            all += value;
            squares += value * value;
            if is_dark(u, v) {
                dark += value;
            }
        }
    }
    let mean = all / 81.0;
    let spread = (squares / 81.0 - mean * mean).max(1.0).sqrt();
    ((all - dark) / 48.0 - dark / 33.0) * 0.4913 / spread
}

/// The pattern moved, scaled and rotated to its greatest correlation, by coordinate descent.
fn refined(grey: &Bilinear<u8>, start: FinderPattern) -> FinderPattern {
    let mut best = FinderPattern {
        correlation: f32::NEG_INFINITY,
        ..start
    };
    let try_at = |best: &mut FinderPattern, at: (f32, f32), module: f32, angle: f32| {
        let correlation = correlation(grey, at, module, angle);
        if correlation > best.correlation {
            *best = FinderPattern {
                at,
                module,
                angle,
                correlation,
            };
            true
        } else {
            false
        }
    };
    for turn in 0..9 {
        let angle = (turn as f32 * 10.0 - 40.0).to_radians();
        try_at(&mut best, start.at, start.module, angle);
    }
    let mut step = 0.5;
    while step > 0.1 {
        let FinderPattern {
            at: (x, y),
            module,
            angle,
            ..
        } = best;
        let move_by = step * module;
        let mut better = false;
        for (dx, dy) in [
            (move_by, 0.0),
            (-move_by, 0.0),
            (0.0, move_by),
            (0.0, -move_by),
        ] {
            better |= try_at(&mut best, (x + dx, y + dy), module, angle);
        }
        for change in [1.0 + step * 0.2, 1.0 / (1.0 + step * 0.2)] {
            better |= try_at(&mut best, (x, y), module * change, angle);
        }
        for turn in [step * 0.25, -step * 0.25] {
            better |= try_at(&mut best, (x, y), module, angle + turn);
        }
        if !better {
            step /= 2.0;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Luma, imageops};

    /// A finder pattern of this module and rotation on grey.
    fn pattern(at: (f32, f32), module: f32, angle: f32, blur: f32) -> GrayImage {
        let (sin, cos) = angle.sin_cos();
        let sharp = GrayImage::from_fn(160, 120, |x, y| {
            let (dx, dy) = (x as f32 + 0.5 - at.0, y as f32 + 0.5 - at.1);
            let u = ((dx * cos + dy * sin) / module).round() as i32;
            let v = ((dy * cos - dx * sin) / module).round() as i32;
            Luma([if is_dark(u, v) { 60 } else { 180 }])
        });
        imageops::blur(&sharp, blur)
    }

    #[test]
    fn a_pattern_is_found_turned_and_so_blurred_that_its_white_ring_is_closed() {
        for (module, angle, blur) in [(3.0, 0.0, 0.5), (2.6, 0.5, 1.0), (3.4, -0.3, 3.0)] {
            let luma = pattern((70.3, 55.8), module, angle, blur);
            let found = search(&luma, (1.8, 6.0), SearchSettings::QUICK, &|| false);
            let best = found.first().expect("there is one");
            let off = (best.at.0 - 70.3).hypot(best.at.1 - 55.8);
            assert!(off < module * 0.4, "{best:?}");
            assert!((best.module / module - 1.0).abs() < 0.2, "{best:?}");
        }
    }

    #[test]
    fn there_is_none_in_grey_and_none_in_a_picture_of_one_pixel() {
        let flat = GrayImage::from_pixel(200, 200, Luma([120]));
        for luma in [flat, GrayImage::new(1, 1), GrayImage::new(0, 0)] {
            assert_eq!(
                search(&luma, (1.8, 6.0), SearchSettings::WIDE, &|| false),
                []
            );
        }
    }
}
