//! Pictures of other codes than a credential's, each with one difficulty, like those of the public sets
//! of test pictures. They are made from a seed, each with its text in a file.
//!
//! `cargo run --release -p cards --example strange_codes -- SEED COUNT FOLDER` writes COUNT
//! pictures of each kind, 1024 × 768, as JPEG; `cargo xtask bench qr FOLDER/*` reads them.
#![allow(clippy::unwrap_used)]

use cards::chance::Chance;
use image::{DynamicImage, GrayImage, Luma, codecs::jpeg::JpegEncoder, imageops};
use qrcode::{Color, EcLevel, QrCode};
use std::{f64::consts::TAU, fs};
use vision::qr::pose::Pose;

const SIZE: (u32, u32) = (1024, 768);

/// The difficulty of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    Turned,
    Slanted,
    Mirrored,
    LightOnDark,
    Faint,
    Shadow,
    Glare,
    Stained,
    NoMargin,
    Blurred,
    Dense,
}

const KINDS: [(Kind, &str); 12] = [
    (Kind::Plain, "plain"),
    (Kind::Turned, "turned"),
    (Kind::Slanted, "slanted"),
    (Kind::Mirrored, "mirrored"),
    (Kind::LightOnDark, "light-on-dark"),
    (Kind::Faint, "faint"),
    (Kind::Shadow, "shadow"),
    (Kind::Glare, "glare"),
    (Kind::Stained, "stained"),
    (Kind::NoMargin, "no-margin"),
    (Kind::Blurred, "blurred"),
    (Kind::Dense, "dense"),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, seed, count, folder] = arguments.as_slice() else {
        panic!("strange_codes SEED COUNT FOLDER");
    };
    let (seed, count): (u64, u64) = (seed.parse().unwrap(), count.parse().unwrap());
    for (kind, name) in KINDS {
        let folder = format!("{folder}/{name}");
        fs::create_dir_all(&folder).unwrap();
        for nth in 0..count {
            let mut chance = Chance::new(seed, nth, name);
            let (text, code) = code(kind, &mut chance);
            let seen = photographed(kind, &code, &mut chance);
            let mut file = fs::File::create(format!("{folder}/{nth:03}.jpg")).unwrap();
            let quality = chance.between(60.0, 95.0) as u8;
            DynamicImage::ImageLuma8(seen)
                .write_with_encoder(JpegEncoder::new_with_quality(&mut file, quality))
                .unwrap();
            fs::write(format!("{folder}/{nth:03}.txt"), text).unwrap();
        }
    }
}

/// A URL of random length as a code of random level.
fn code(kind: Kind, chance: &mut Chance) -> (String, QrCode) {
    let letters: Vec<char> = "abcdefghijkmnpqrstuvwxyz0123456789/-".chars().collect();
    let length = match kind {
        Kind::Dense => chance.between(250.0, 900.0),
        _ => chance.between(5.0, 60.0),
    };
    let letter = |chance: &mut Chance| letters[chance.below(letters.len() as u64) as usize];
    let end: String = (0..length as usize).map(|_| letter(chance)).collect();
    let text = format!("http://example.org/{end}");
    let levels = match kind {
        Kind::Dense => [EcLevel::L, EcLevel::M],
        Kind::Stained => [EcLevel::Q, EcLevel::H],
        _ => [EcLevel::M, EcLevel::Q],
    };
    let level = levels[chance.below(2) as usize];
    let code = QrCode::with_error_correction_level(text.as_bytes(), level).unwrap();
    (text, code)
}

/// Pixels of a module of the print.
const MODULE: u32 = 12;

/// The code on paper, with its margin and stains; 0 is ink.
fn printed(kind: Kind, code: &QrCode, chance: &mut Chance) -> GrayImage {
    let modules = code.width() as u32;
    let margin = if kind == Kind::NoMargin { 0 } else { 4 };
    let colors = code.to_colors();
    let side = (modules + 2 * margin) * MODULE;
    let mut paper = GrayImage::from_fn(side, side, |x, y| {
        let x = if kind == Kind::Mirrored {
            side - 1 - x
        } else {
            x
        };
        let place = |at: u32| (at / MODULE).wrapping_sub(margin);
        let (x, y) = (place(x), place(y));
        let inside = x < modules && y < modules;
        let dark = inside && colors[(y * modules + x) as usize] == Color::Dark;
        Luma([if dark == (kind == Kind::LightOnDark) {
            255
        } else {
            0
        }])
    });
    if kind == Kind::Stained {
        for _ in 0..2 + chance.below(3) {
            let at = [(); 2].map(|()| f64::from(side) * chance.between(0.3, 0.7));
            let reach = f64::from(side) * chance.between(0.02, 0.06);
            let level = [0, 128, 255][chance.below(3) as usize];
            for (x, y, pixel) in paper.enumerate_pixels_mut() {
                if (f64::from(x) - at[0]).hypot(f64::from(y) - at[1]) < reach {
                    pixel.0 = [level];
                }
            }
        }
    }
    paper
}

/// The four corners of the paper in the picture.
fn corners(kind: Kind, chance: &mut Chance) -> [(f64, f64); 4] {
    let (wide, high) = (f64::from(SIZE.0), f64::from(SIZE.1));
    let side = match kind {
        Kind::Dense => chance.between(560.0, 700.0),
        Kind::Blurred => chance.between(120.0, 260.0),
        _ => chance.between(130.0, 380.0),
    };
    let turn = match kind {
        Kind::Turned => chance.between(0.0, TAU),
        _ => chance.between(-0.3, 0.3),
    };
    let (bent, squeezed) = match kind {
        Kind::Slanted => (0.35, chance.between(0.5, 1.0)),
        Kind::Dense => (0.02, 1.0),
        _ => (0.06, 1.0),
    };
    let room = if side > 430.0 { 0.5 } else { 0.3 };
    let middle = (
        wide * chance.between(room, 1.0 - room),
        high * chance.between(room, 1.0 - room),
    );
    [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(x, y)| {
        let reach = side / 2.0 * (1.0 + chance.between(-bent, bent));
        let (x, y) = (x * reach, y * reach);
        let (sin, cos) = turn.sin_cos();
        (
            middle.0 + (x * cos - y * sin) * squeezed,
            middle.1 + x * sin + y * cos,
        )
    })
}

/// Uneven light: the grey level at a place.
fn light(
    kind: Kind,
    corners: &[(f64, f64); 4],
    chance: &mut Chance,
) -> impl Fn(f64, f64, f64) -> f64 + use<> {
    let middle = (
        corners.iter().map(|at| at.0).sum::<f64>() / 4.0,
        corners.iter().map(|at| at.1).sum::<f64>() / 4.0,
    );
    let side = (corners[0].0 - corners[2].0).hypot(corners[0].1 - corners[2].1) / 1.5;
    let mut near = || side * chance.between(-0.35, 0.35);
    let at = (middle.0 + near(), middle.1 + near());
    let (sin, cos) = chance.between(0.0, TAU).sin_cos();
    let shade = chance.between(0.15, 0.4);
    let reach = side * chance.between(0.12, 0.3);
    move |x, y, level| {
        let (dx, dy) = (x - at.0, y - at.1);
        match kind {
            Kind::Shadow if dx * cos + dy * sin > 0.0 => level * shade,
            Kind::Glare => level + 230.0 * (-(dx * dx + dy * dy) / (reach * reach)).exp(),
            _ => level,
        }
    }
}

fn photographed(kind: Kind, code: &QrCode, chance: &mut Chance) -> GrayImage {
    let paper = printed(kind, code, chance);
    let corners = corners(kind, chance);
    // Any version will do, because the pose is that of the paper.
    let pose = Pose::of_corners(1, corners).unwrap();
    let side = f64::from(paper.width());
    let table = Table::new(chance);
    let (ink, white) = match kind {
        Kind::Faint => (100.0, 100.0 + chance.between(18.0, 40.0)),
        _ => (chance.between(20.0, 60.0), chance.between(170.0, 240.0)),
    };
    let lit = light(kind, &corners, chance);
    let sharp = GrayImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let mut sum = 0.0;
        for part in 0..9 {
            let x = f64::from(x) + (f64::from(part % 3) + 0.5) / 3.0;
            let y = f64::from(y) + (f64::from(part / 3) + 0.5) / 3.0;
            let place = pose
                .place_of((x, y))
                .map(|(u, v)| (u / 21.0 * side, v / 21.0 * side));
            let on = |at: f64| (0.0..side).contains(&at);
            let level = match place {
                Some((u, v)) if on(u) && on(v) => paper.get_pixel(u as u32, v as u32).0[0].into(),
                _ => table.level(x, y),
            };
            sum += lit(x, y, ink + level / 255.0 * (white - ink));
        }
        Luma([(sum / 9.0) as u8])
    });
    let module = pose.module() * 21.0 * f64::from(MODULE) / side;
    let blur = match kind {
        Kind::Blurred => module * chance.between(0.5, 0.95),
        _ => 0.6,
    };
    let mut seen = imageops::blur(&sharp, blur as f32);
    let noise = chance.between(1.0, 6.0);
    for pixel in seen.iter_mut() {
        // The sum of twelve uniform numbers is nearly normal.
        let bell: f64 = (0..12).map(|_| chance.unit()).sum::<f64>() - 6.0;
        *pixel = (f64::from(*pixel) + bell * noise) as u8;
    }
    seen
}

/// The background of the paper: light and dark patches.
struct Table {
    things: Vec<([f64; 4], f64)>,
}

impl Table {
    fn new(chance: &mut Chance) -> Self {
        let mut thing = || {
            let (x, y) = (chance.between(0.0, 1024.0), chance.between(0.0, 768.0));
            let (wide, high) = (chance.between(5.0, 90.0), chance.between(2.0, 40.0));
            ([x, y, x + wide, y + high], chance.between(20.0, 240.0))
        };
        let things = (0..40).map(|_| thing()).collect();
        Self { things }
    }

    fn level(&self, x: f64, y: f64) -> f64 {
        let under =
            |(at, _): &&([f64; 4], f64)| (at[0]..at[2]).contains(&x) && (at[1]..at[3]).contains(&y);
        let wood = 130.0 + 40.0 * (x / 70.0).sin() * (y / 55.0).cos();
        self.things.iter().find(under).map_or(wood, |thing| thing.1)
    }
}
