//! Signs of a screen: a grid all over the picture, in brightness or in colour.
//!
//! The pixels of a screen, or their moiré with those of the camera, are one or two frequencies that
//! are present on plain paper too. Print has frequencies of its own, but only where it is; so the
//! spectra of many squares are combined by a low quantile.

use super::{
    fourier::{Fourier, SIDE},
    plane::{CARD_HEIGHT, CARD_WIDTH, CardPlane},
};
use crate::raster::{Point, order::quantile};
use image::RgbImage;

/// Prominence of a grid: the logarithm of its power over that of similar frequencies.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Grid {
    /// In brightness.
    pub brightness: f32,
    /// In colour: the stripes of a screen are red, green and blue.
    pub colour: f32,
}

/// Number of squares that are compared, and of the plainest ones that are used.
const LOOKED_AT: usize = 40;
const PLAINEST: usize = 14;
/// Lowest frequency, in periods per square: lower ones are light and shade.
const SLOWEST: f32 = 5.0;

/// Measures the grid on the card, or all over the picture where no card was found.
pub(super) fn grid(picture: &RgbImage, plane: Option<&CardPlane>) -> Grid {
    let squares = squares(picture, plane);
    if squares.len() < 6 {
        return Grid::default();
    }
    let fourier = Fourier::new();
    let prominence = |channel: fn([u8; 3]) -> f32| {
        let spectra: Vec<Vec<f32>> = squares
            .iter()
            .map(|at| spectrum(&fourier, picture, *at, channel))
            .collect();
        most_prominent(&spectra)
    };
    Grid {
        brightness: prominence(|[r, g, b]| f32::from(r) + 2.0 * f32::from(g) + f32::from(b)),
        colour: prominence(|[r, _, b]| f32::from(r) - f32::from(b)).max(prominence(|[r, g, b]| {
            2.0 * f32::from(g) - f32::from(r) - f32::from(b)
        })),
    }
}

/// The top left corners of the plainest squares.
fn squares(picture: &RgbImage, plane: Option<&CardPlane>) -> Vec<(u32, u32)> {
    let (width, height) = picture.dimensions();
    let side = SIDE as u32;
    if width < side * 2 || height < side * 2 {
        return Vec::new();
    }
    let across = 8usize;
    let places = (0..LOOKED_AT).map(|nth| {
        let (u, v) = ((nth % across) as f32 + 0.5, (nth / across) as f32 + 0.5);
        let share = (u / across as f32, v / (LOOKED_AT / across) as f32);
        match plane {
            Some(plane) => {
                // Away from the edges of the card.
                let inside = |share: f32, length: f32| (0.06 + 0.88 * share) * length;
                plane.pixel((inside(share.0, CARD_WIDTH), inside(share.1, CARD_HEIGHT)))
            }
            None => (share.0 * width as f32, share.1 * height as f32),
        }
    });
    let corner = |(x, y): Point| {
        let corner = |at: f32, length: u32| {
            (at - SIDE as f32 / 2.0).clamp(0.0, (length - side) as f32) as u32
        };
        (corner(x, width), corner(y, height))
    };
    let mut rough: Vec<(f32, (u32, u32))> = places
        .map(corner)
        .map(|at| (roughness(picture, at), at))
        .collect();
    rough.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    rough.truncate(PLAINEST);
    rough.into_iter().map(|(_, at)| at).collect()
}

/// Mean deviation of the means of 8 × 8 pixels: large on print, small on paper and on a grid.
fn roughness(picture: &RgbImage, (left, top): (u32, u32)) -> f32 {
    let mut means = [0f32; 64];
    for y in (0..64).step_by(2) {
        for x in (0..64).step_by(2) {
            let value = picture.get_pixel(left + x, top + y).0[1];
            means[(y / 8 * 8 + x / 8) as usize] += f32::from(value) / 16.0;
        }
    }
    let mean = means.iter().sum::<f32>() / 64.0;
    let spread = means.iter().map(|one| (one - mean).abs()).sum::<f32>() / 64.0;
    // Overexposed and black squares are plain, but useless.
    if (20.0..247.0).contains(&mean) {
        spread
    } else {
        spread + 1_000.0
    }
}

/// The logarithm of the power spectrum, dilated by one frequency: the grid of a tilted screen changes
/// its frequency a little over the picture.
fn spectrum(
    fourier: &Fourier,
    picture: &RgbImage,
    (left, top): (u32, u32),
    channel: fn([u8; 3]) -> f32,
) -> Vec<f32> {
    let mut square = Vec::with_capacity(SIDE * SIDE);
    for y in top..top + SIDE as u32 {
        for x in left..left + SIDE as u32 {
            square.push(channel(picture.get_pixel(x, y).0));
        }
    }
    let power = fourier.power(&square);
    let mut spread = vec![0.0; SIDE * SIDE];
    for y in 0..SIDE {
        for x in 0..SIDE {
            let mut most = 0.0f32;
            for dy in [SIDE - 1, 0, 1] {
                for dx in [SIDE - 1, 0, 1] {
                    most = most.max(power[(y + dy) % SIDE * SIDE + (x + dx) % SIDE]);
                }
            }
            // Power below that of quantisation noise does not count.
            spread[y * SIDE + x] = (most + 400.0).ln();
        }
    }
    spread
}

/// Greatest prominence of a frequency over the median of those of similar magnitude.
fn most_prominent(spectra: &[Vec<f32>]) -> f32 {
    let mut middle = vec![0.0; SIDE * SIDE];
    let mut column = Vec::with_capacity(spectra.len());
    for (place, value) in middle.iter_mut().enumerate() {
        column.clear();
        column.extend(spectra.iter().map(|spectrum| spectrum[place]));
        *value = quantile(&mut column, 0.4);
    }
    let speed = |place: usize| {
        let wave = |nth: usize| {
            if nth > SIDE / 2 {
                nth as f32 - SIDE as f32
            } else {
                nth as f32
            }
        };
        (wave(place % SIDE), wave(place / SIDE))
    };
    let mut rings: Vec<Vec<f32>> = vec![Vec::new(); SIDE];
    for (place, value) in middle.iter().enumerate() {
        let (x, y) = speed(place);
        rings[(x.hypot(y) / 2.0) as usize].push(*value);
    }
    let usual: Vec<f32> = rings.iter_mut().map(|ring| quantile(ring, 0.5)).collect();
    let mut most = 0.0f32;
    for (place, value) in middle.iter().enumerate() {
        let (x, y) = speed(place);
        // Multiples of an eighth come from the JPEG's blocks.
        let of_jpeg = |one: f32, other: f32| {
            one.abs() <= 1.0 && (other.abs() % 8.0).min(8.0 - other.abs() % 8.0) <= 1.0
        };
        if x.hypot(y) < SLOWEST || of_jpeg(x, y) || of_jpeg(y, x) {
            continue;
        }
        most = most.max(value - usual[(x.hypot(y) / 2.0) as usize]);
    }
    most
}
