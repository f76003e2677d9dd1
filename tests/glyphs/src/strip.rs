//! One line of the zone, drawn and degraded: tilted, out of focus, in poor light, noisy, compressed.
//! It shares no code with the photographs of the synthetic cards.

use crate::font::Font;
use cards::chance::Chance;
use image::{GrayImage, ImageEncoder, codecs::jpeg::JpegEncoder};
use vision::mrz::network::{CROP_HEIGHT, CROP_WIDTH, Crop, GLYPHS, NONE, PITCH, normalise};

/// Glyphs of a strip.
const LETTERS: usize = 24;
/// Pixels of the drawing for one of the strip.
const FINE: usize = 1;
const WIDTH: usize = LETTERS * PITCH;
const HEIGHT: usize = 52;

/// A crop and its label.
pub struct Example {
    /// The crop, normalised.
    pub crop: Crop,
    /// The index of the right class.
    pub answer: usize,
}

/// The degradations of a line.
struct View {
    font: usize,
    edge: f32,
    turn: f32,
    shear: f32,
    high: f32,
    wide: f32,
    paper: f32,
    ink: f32,
    fog: [f32; 4],
    blur: (f32, f32),
    noise: f32,
    waves: [f32; 4],
}

impl View {
    fn by_chance(chance: &mut Chance, fonts: usize) -> Self {
        let mut between = |low: f64, high: f64| chance.between(low, high) as f32;
        let hard = between(0.0, 1.0);
        let paper = between(90.0, 245.0);
        let contrast = between(0.25, 0.9) * paper;
        Self {
            font: between(0.0, fonts as f64) as usize,
            edge: between(0.32, 0.66),
            turn: between(-0.05, 0.05),
            shear: between(-0.16, 0.16),
            high: between(0.88, 1.12),
            wide: between(0.97, 1.03),
            paper,
            ink: paper - contrast,
            fog: [
                // A reflection: its place along and across, its width, and its strength.
                between(0.0, LETTERS as f64),
                between(-1.5, 1.5),
                between(1.0, 6.0),
                (between(-1.0, 0.9)).max(0.0),
            ],
            blur: (
                hard * hard * between(0.3, 3.6),
                hard * hard * between(0.3, 3.0),
            ),
            noise: contrast * hard * between(0.0, 0.16) + 0.5,
            waves: [
                between(0.0, 0.05) * contrast,
                between(0.5, 2.5),
                between(0.5, 2.5),
                between(-0.3, 0.3),
            ],
        }
    }
}

/// A line of random letters, as grey values.
fn draw(fonts: &[Font], chance: &mut Chance) -> (Vec<f32>, Vec<usize>, View) {
    let view = View::by_chance(chance, fonts.len());
    let font = &fonts[view.font.min(fonts.len() - 1)];
    let text: Vec<usize> = (0..LETTERS)
        .map(|_| {
            // Every zone has rows of fillers.
            if chance.percent(12.0) {
                GLYPHS.len() - 1
            } else {
                chance.below(GLYPHS.len() as u64) as usize
            }
        })
        .collect();
    let unevenness: Vec<(f32, f32)> = (0..LETTERS)
        .map(|_| {
            (
                chance.between(-0.015, 0.015) as f32,
                chance.between(-0.02, 0.02) as f32,
            )
        })
        .collect();
    let (width, height) = (WIDTH * FINE, HEIGHT * FINE);
    let unit = (PITCH * FINE) as f32;
    let (sin, cos) = view.turn.sin_cos();
    let middle = LETTERS as f32 / 2.0;
    let mut values = Vec::with_capacity(width * height);
    for row in 0..height {
        for column in 0..width {
            let x = (column as f32 + 0.5) / unit - middle;
            let y = (row as f32 + 0.5 - height as f32 / 2.0) / unit;
            // Rotated around each letter, not around the line, because a rotated line is followed when it is
            // cut out.
            let along = x / view.wide + middle;
            let nth = (along.floor().max(0.0) as usize).min(LETTERS - 1);
            let mut printed = 0.0f32;
            // Rotated letters extend into their neighbours' cells.
            for letter in nth.saturating_sub(1)..=(nth + 1).min(LETTERS - 1) {
                let dx = along - letter as f32 - 0.5 + unevenness[letter].0;
                let dy = y + unevenness[letter].1;
                let u = dx * cos - dy * sin - dy * view.shear;
                let v = (dx * sin + dy * cos) / view.high;
                if u.abs() < 0.65 && v.abs() < 0.7 {
                    printed = printed.max(font.ink(text[letter], u, v, view.edge));
                }
            }
            let far = ((along - view.fog[0]) / view.fog[2]).powi(2) + (y - view.fog[1]).powi(2);
            let fog = view.fog[3] * (-far).exp();
            let wave =
                view.waves[0] * (along * view.waves[1] * 6.0 + y * view.waves[2] * 6.0).sin();
            let light = 1.0 + view.waves[3] * (x / middle) * 0.5;
            let value = view.paper - printed * (view.paper - view.ink) + wave;
            values.push((value + (250.0 - value) * fog) * light);
        }
    }
    (values, text, view)
}

fn blur(values: &mut Vec<f32>, width: usize, sigma: f32, down: bool) {
    if sigma < 0.25 {
        return;
    }
    let radius = (sigma * 2.5).ceil() as usize;
    let weights: Vec<f32> = (0..=2 * radius)
        .map(|at| {
            let off = at as f32 - radius as f32;
            (-off * off / (2.0 * sigma * sigma)).exp()
        })
        .collect();
    let sum: f32 = weights.iter().sum();
    let height = values.len() / width;
    let mut out = vec![0.0f32; values.len()];
    for row in 0..height {
        for (nth, weight) in weights.iter().enumerate() {
            let weight = weight / sum;
            if down {
                let from = (row + nth).saturating_sub(radius).min(height - 1);
                for column in 0..width {
                    out[row * width + column] += weight * values[from * width + column];
                }
            } else {
                for column in 0..width {
                    let from = (column + nth).saturating_sub(radius).min(width - 1);
                    out[row * width + column] += weight * values[row * width + from];
                }
            }
        }
    }
    *values = out;
}

/// The drawing at the size of a strip, as a camera's file has it.
fn photograph(values: &[f32], view: &View, chance: &mut Chance) -> GrayImage {
    let width = WIDTH * FINE;
    let grain = chance.between(0.0, 0.8) as f32;
    let mut noise = vec![0.0f32; WIDTH * HEIGHT];
    for value in &mut noise {
        let three: f64 = (0..3).map(|_| chance.between(-1.0, 1.0)).sum();
        *value = three as f32 * view.noise;
    }
    blur(&mut noise, WIDTH, grain, false);
    blur(&mut noise, WIDTH, grain, true);
    let grey = GrayImage::from_fn(WIDTH as u32, HEIGHT as u32, |x, y| {
        let (x, y) = (x as usize, y as usize);
        let mut sum = 0.0;
        for row in 0..FINE {
            for column in 0..FINE {
                sum += values[(y * FINE + row) * width + x * FINE + column];
            }
        }
        let value = sum / (FINE * FINE) as f32 + noise[y * WIDTH + x];
        image::Luma([value.clamp(0.0, 255.0) as u8])
    });
    if !chance.percent(30.0) {
        return grey;
    }
    let mut file = Vec::new();
    let quality = 40 + chance.below(50) as u8;
    let written = JpegEncoder::new_with_quality(&mut file, quality).write_image(
        grey.as_raw(),
        WIDTH as u32,
        HEIGHT as u32,
        image::ExtendedColorType::L8,
    );
    match written.and_then(|()| image::load_from_memory(&file)) {
        Ok(read) => read.into_luma8(),
        Err(_) => grey,
    }
}

/// The crop around a place, in pixels of the strip.
fn crop(strip: &GrayImage, x: f32, y: f32) -> Crop {
    let (left, top) = (x - CROP_WIDTH as f32 / 2.0, y - CROP_HEIGHT as f32 / 2.0);
    let at = |x: usize, y: usize| f32::from(strip.get_pixel(x as u32, y as u32).0[0]);
    let mut crop = [0.0; CROP_WIDTH * CROP_HEIGHT];
    for (nth, value) in crop.iter_mut().enumerate() {
        let u = (left + (nth % CROP_WIDTH) as f32).clamp(0.0, WIDTH as f32 - 1.001);
        let v = (top + (nth / CROP_WIDTH) as f32).clamp(0.0, HEIGHT as f32 - 1.001);
        let (x, y) = (u as usize, v as usize);
        let (dx, dy) = (u - x as f32, v - y as f32);
        let above = at(x, y) * (1.0 - dx) + at(x + 1, y) * dx;
        let below = at(x, y + 1) * (1.0 - dx) + at(x + 1, y + 1) * dx;
        *value = above * (1.0 - dy) + below * dy;
    }
    normalise(&mut crop);
    crop
}

/// The examples of one line: every letter near its middle, and empty places between, above and below
/// the letters.
pub fn examples(fonts: &[Font], chance: &mut Chance, out: &mut Vec<Example>) {
    let (mut values, text, view) = draw(fonts, chance);
    let width = WIDTH * FINE;
    blur(&mut values, width, view.blur.0 * FINE as f32, false);
    blur(&mut values, width, view.blur.1 * FINE as f32, true);
    let strip = photograph(&values, &view, chance);
    let unit = PITCH as f64;
    let middle = LETTERS as f64 / 2.0;
    let place = |nth: usize| (nth as f64 + 0.5 - middle) * f64::from(view.wide) + middle;
    for (nth, answer) in text.iter().enumerate().take(LETTERS - 1).skip(1) {
        for _ in 0..2 {
            let x = (place(nth) + chance.between(-0.13, 0.13)) * unit;
            let y = HEIGHT as f64 / 2.0 + chance.between(-0.13, 0.13) * unit;
            out.push(Example {
                crop: crop(&strip, x as f32, y as f32),
                answer: *answer,
            });
        }
        if chance.percent(60.0) {
            let (dx, dy) = if chance.percent(75.0) {
                (chance.between(0.32, 0.68), chance.between(-0.2, 0.2))
            } else {
                let side = if chance.percent(50.0) { 1.0 } else { -1.0 };
                (chance.between(-0.5, 0.5), side * chance.between(0.45, 1.0))
            };
            let (x, y) = ((place(nth) + dx) * unit, HEIGHT as f64 / 2.0 + dy * unit);
            out.push(Example {
                crop: crop(&strip, x as f32, y as f32),
                answer: NONE,
            });
        }
    }
    // Stripes and blots, as in codes next to the lines and at the edge of the card.
    if chance.percent(50.0) {
        let (angle, step) = (chance.between(0.0, 3.2), chance.between(2.0, 9.0));
        let (sin, cos) = (angle.sin() as f32, angle.cos() as f32);
        let (start, edge) = (chance.between(0.0, 9.0) as f32, chance.percent(50.0));
        let mut texture = [0.0; CROP_WIDTH * CROP_HEIGHT];
        for (nth, value) in texture.iter_mut().enumerate() {
            let (x, y) = ((nth % CROP_WIDTH) as f32, (nth / CROP_WIDTH) as f32);
            let along = (x - 11.0) * cos + (y - 13.0) * sin;
            let dark = if edge {
                along > start - 4.5
            } else {
                ((along + start) / step as f32).sin() > 0.0
            };
            *value = if dark { 60.0 } else { 180.0 } + chance.between(-8.0, 8.0) as f32;
        }
        normalise(&mut texture);
        out.push(Example {
            crop: texture,
            answer: NONE,
        });
    }
}
