//! A card shown on a screen, and the screen photographed: the simplest forgery.
//!
//! The grids of screen and sensor are both simulated, so their moiré is as in a real camera: each pixel of
//! the screen has three stripes, and each pixel of the photograph takes a few samples of them.

use super::{Level, Shot, Size, bilinear, desk::Desk, fitting, outside, scene::Scene};
use crate::{chance::Chance, draw, sensor};
use image::{Rgb, RgbImage};

/// A screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// The pitch of its pixels in millimetres: 0.25 on a large screen, 0.06 on a phone.
    pub pitch: f64,
    /// The margin of the picture around the card, in millimetres; then comes the bezel.
    pub around: f64,
    /// The width of the bezel, in millimetres.
    pub bezel: f64,
    /// Brightness of the screen relative to the room.
    pub brightness: f64,
}

impl Screen {
    /// A large screen, a laptop, a tablet, a phone.
    pub const ALL: [Screen; 4] = [
        Screen {
            pitch: 0.27,
            around: 90.0,
            bezel: 14.0,
            brightness: 0.95,
        },
        Screen {
            pitch: 0.18,
            around: 40.0,
            bezel: 9.0,
            brightness: 1.0,
        },
        Screen {
            pitch: 0.096,
            around: 16.0,
            bezel: 8.0,
            brightness: 0.9,
        },
        Screen {
            pitch: 0.063,
            around: 5.0,
            bezel: 3.0,
            brightness: 1.05,
        },
    ];

    /// The light of one point of the screen: its pixel's colour in the stripe of that point.
    fn light(&self, shown: impl Fn(f64, f64) -> [f64; 3], u: f64, v: f64) -> [f64; 3] {
        let (column, row) = ((u / self.pitch).floor(), (v / self.pitch).floor());
        let (x, y) = (u / self.pitch - column, v / self.pitch - row);
        let colour = shown((column + 0.5) * self.pitch, (row + 0.5) * self.pitch);
        // Dark between the rows, and a third of the width for each colour.
        let lit = if y < 0.86 { 1.0 / 0.86 } else { 0.0 };
        let stripe = (x * 3.0) as usize;
        let inside = (x * 3.0).fract() < 0.88;
        [0, 1, 2].map(|channel| {
            if channel == stripe && inside {
                // Part of each colour leaks into its neighbours.
                colour[channel] * lit * (3.0 / 0.88) * 0.86
            } else {
                colour[channel] * 0.14 * lit
            }
        })
    }
}

/// A photograph of the screen with the card on it.
pub fn rephotograph(card: &RgbImage, screen: &Screen, level: Level, size: Size, seed: u64) -> Shot {
    const SAMPLES: usize = 3;
    let (width, height) = size.pixels();
    let mut chance = Chance::new(seed, u64::from(level.number()), "screen");
    let scene = Scene::of(level, &mut chance, f64::from(width), f64::from(height));
    let desk = Desk::of(&mut chance);
    let around = [chance.between(10.0, 60.0); 3];
    let card = fitting(card, (1.0 / screen.pitch).min(scene.pixels_per_mm * 2.0));
    let scale = f64::from(card.width()) / draw::CARD_WIDTH;
    let shown = |u: f64, v: f64| {
        if outside(u, v) <= 0.0 {
            bilinear(&card, u * scale, v * scale)
        } else {
            around
        }
    };
    let point = |x: f64, y: f64| {
        let (u, v) = scene.on_card(x, y);
        let beyond = (-u)
            .max(u - draw::CARD_WIDTH)
            .max(-v)
            .max(v - draw::CARD_HEIGHT);
        if beyond <= screen.around {
            let light = screen.light(shown, u, v);
            light.map(|part| part * screen.brightness)
        } else if beyond <= screen.around + screen.bezel {
            [14.0; 3]
        } else {
            let light = scene.light(x, y) * 0.7;
            desk.colour(u, v).map(|part| part * light)
        }
    };
    let mut photo = RgbImage::new(width, height);
    for (x, y, pixel) in photo.enumerate_pixels_mut() {
        let mut sum = [0.0; 3];
        for nth in 0..SAMPLES * SAMPLES {
            let place = |nth: usize| (nth as f64 + 0.5) / SAMPLES as f64;
            let light = point(
                f64::from(x) + place(nth % SAMPLES),
                f64::from(y) + place(nth / SAMPLES),
            );
            for channel in 0..3 {
                sum[channel] += light[channel];
            }
        }
        *pixel = Rgb(sum.map(|part| (part / (SAMPLES * SAMPLES) as f64).clamp(0.0, 255.0) as u8));
    }
    sensor::blur(&mut photo, scene.blur.0, scene.blur.1);
    sensor::noise(&mut photo, scene.noise, chance.bits());
    Shot {
        photo,
        corners: scene.corners,
    }
}
