//! Finder patterns looked for in grey levels.
//!
//! Where blur has closed the white ring no run of black and white is 1:1:3:1:1 any more, but
//! the grey levels still go up and down together with the pattern. Boxes at many scales say
//! where that may be; then the pattern itself is laid over, turned and moved until it fits.

use crate::raster::{Bilinear, IntegralImage, integral::Window};
use image::GrayImage;

/// A place that looks like a finder pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Finder {
    /// Its centre in pixels.
    pub at: (f32, f32),
    /// Pixels of one module.
    pub module: f32,
    /// How far it is turned, in radians; a quarter turn changes nothing.
    pub angle: f32,
    /// How well it fits: 1 is a print without blur and noise.
    pub fit: f32,
}

/// From one scale to the next.
const SCALE: f32 = 1.22;
/// Which places get a closer look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looks {
    /// What boxes must say.
    like: f32,
    /// How many places, the best first.
    most: usize,
}

impl Looks {
    /// For a live frame: in the tuning frames that could be read at all, each pattern was among
    /// the best forty.
    pub const QUICK: Self = Self {
        like: 0.36,
        most: 50,
    };
    /// For a still: a pattern under blur of more than a module, or half under a reflection.
    pub const WIDE: Self = Self {
        like: 0.27,
        most: 140,
    };
}

/// Less spread of grey levels than this is noise.
const LEAST_SPREAD: f32 = 6.0;
/// Patterns that are handed on.
const MOST: usize = 48;
/// How well a pattern must fit.
const FITS: f32 = 0.5;

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

/// The best places, best first. `modules` are the smallest and the largest module in pixels.
pub(super) fn search(
    luma: &GrayImage,
    modules: (f32, f32),
    looks: Looks,
    should_stop: &dyn Fn() -> bool,
) -> Vec<Finder> {
    let Some(grey) = Bilinear::grey(luma) else {
        return Vec::new();
    };
    let sums = Integrals::of(luma);
    let mut hits = Vec::new();
    let mut module = modules.0;
    while module <= modules.1 && !should_stop() {
        scan(&sums, module, looks.like, &mut hits);
        module *= SCALE;
    }
    let mut found: Vec<Finder> = Vec::new();
    for hit in apart(hits, looks.most, 1.5) {
        if should_stop() {
            break;
        }
        found.push(fitted(&grey, hit));
    }
    found.retain(|finder| finder.fit >= FITS);
    apart(found, MOST, 2.5)
}

/// The best ones that are this many modules apart.
fn apart(mut all: Vec<Finder>, most: usize, modules: f32) -> Vec<Finder> {
    all.sort_by(|one, two| two.fit.total_cmp(&one.fit));
    let mut kept: Vec<Finder> = Vec::new();
    for one in all {
        let near = |old: &Finder| {
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

/// Looks at every place with boxes of 3, 5, 7 and 9 modules.
fn scan(sums: &Integrals, module: f32, like: f32, hits: &mut Vec<Finder>) {
    let box_of = |modules: f32| -> (Window, usize) {
        let side = (modules * module).round().max(1.0) as usize;
        let (before, after) = (side / 2, side - side / 2);
        (sums.values.window(before, after), after)
    };
    let (core, _) = box_of(3.0);
    let (inner, _) = box_of(5.0);
    let (outer, _) = box_of(7.0);
    let (whole, reach) = box_of(9.0);
    let (width, height) = sums.values.size();
    if width <= 2 * reach || height <= 2 * reach {
        return;
    }
    let step = ((module * 0.65) as usize).max(1);
    for y in (reach..height - reach).step_by(step) {
        for x in (reach..width - reach).step_by(step) {
            let dark = sums.values.sum(x, y, &core);
            let all = sums.values.sum(x, y, &whole);
            let mean = all / whole.area;
            // Most places are left at once.
            if dark / core.area > mean - 0.4 * LEAST_SPREAD {
                continue;
            }
            let (five, seven) = (sums.values.sum(x, y, &inner), sums.values.sum(x, y, &outer));
            let white =
                (five - dark + all - seven) / (inner.area - core.area + whole.area - outer.area);
            let black = (dark + seven - five) / (core.area + outer.area - inner.area);
            if white - black < LEAST_SPREAD {
                continue;
            }
            let squares = sums.squares.sum(x, y, &whole) / whole.area;
            let spread = (squares - mean * mean).max(1.0).sqrt();
            // The share of dark modules is 33 of 81: their deviation is 0.4913.
            let fit = (white - black) * 0.4913 / spread;
            if fit >= like && spread >= LEAST_SPREAD / 2.0 {
                hits.push(Finder {
                    at: (x as f32, y as f32),
                    module,
                    angle: 0.0,
                    fit,
                });
            }
        }
    }
}

/// Whether the module this far from the centre is dark.
fn is_dark(u: i32, v: i32) -> bool {
    matches!(u.abs().max(v.abs()), 0 | 1 | 3)
}

/// How well the grey levels go up and down with the pattern: the correlation.
fn fit(grey: &Bilinear<u8>, at: (f32, f32), module: f32, angle: f32) -> f32 {
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

/// The pattern turned, moved and scaled until it fits best.
fn fitted(grey: &Bilinear<u8>, hit: Finder) -> Finder {
    let mut best = Finder {
        fit: f32::NEG_INFINITY,
        ..hit
    };
    let consider = |best: &mut Finder, at: (f32, f32), module: f32, angle: f32| {
        let fit = fit(grey, at, module, angle);
        if fit > best.fit {
            *best = Finder {
                at,
                module,
                angle,
                fit,
            };
            true
        } else {
            false
        }
    };
    for turn in 0..9 {
        let angle = (turn as f32 * 10.0 - 40.0).to_radians();
        consider(&mut best, hit.at, hit.module, angle);
    }
    let mut step = 0.5;
    while step > 0.1 {
        let Finder {
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
            better |= consider(&mut best, (x + dx, y + dy), module, angle);
        }
        for change in [1.0 + step * 0.2, 1.0 / (1.0 + step * 0.2)] {
            better |= consider(&mut best, (x, y), module * change, angle);
        }
        for turn in [step * 0.25, -step * 0.25] {
            better |= consider(&mut best, (x, y), module, angle + turn);
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

    /// A finder pattern of this module and turn among grey.
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
            let found = search(&luma, (1.8, 6.0), Looks::QUICK, &|| false);
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
            assert_eq!(search(&luma, (1.8, 6.0), Looks::WIDE, &|| false), []);
        }
    }
}
