//! A selfie: the drawn face in front of a wall.

use super::{face as portrait, pixels};
use crate::{chance::Chance, person::Person, sensor};
use image::{Rgb, RgbImage, imageops};

const WIDTH: u32 = 960;
const HEIGHT: u32 = 1_280;

const WALLS: &[(&str, &str)] = &[
    ("#d8d2c4", "#a9a292"),
    ("#c3d0d6", "#8a9aa3"),
    ("#dcc9b4", "#a88d70"),
    ("#bfc9b6", "#7f8f79"),
    ("#cfc3d6", "#8f7f9d"),
];

/// The cover of the eyes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cover {
    /// Nothing.
    #[default]
    Nothing,
    /// Dark glasses.
    Sunglasses,
    /// A hand.
    Hand,
    /// The credential, held in front of the face.
    Card,
}

/// The pose of a person in front of the camera; the default is the right one.
#[derive(Debug, Clone, PartialEq)]
pub struct Pose {
    /// The size, 1 for the usual one.
    pub size: f64,
    /// The distance from the middle, in widths and heights of the picture.
    pub shift: (f64, f64),
    /// The cover of the eyes.
    pub cover: Cover,
    /// The brightness, 1 for the usual light.
    pub light: f64,
    /// How much darker the right side is than the left, 0 to 1.
    pub side_light: f64,
    /// The picture is empty.
    pub nobody: bool,
    /// Not the person but a print of this picture, held up in a hand.
    pub print: bool,
    /// The blur in pixels.
    pub blur: f64,
}

impl Default for Pose {
    fn default() -> Self {
        Self {
            size: 1.0,
            shift: (0.0, 0.0),
            cover: Cover::Nothing,
            light: 1.0,
            side_light: 0.0,
            nobody: false,
            print: false,
            blur: 1.1,
        }
    }
}

/// The person's selfie, 960 by 1,280 pixels.
pub fn selfie(person: &Person) -> RgbImage {
    selfie_as(person, None, &Pose::default())
}

/// The place of the face in [`selfie_as`] of the same person and pose: its middle as shares of width
/// and height, and its width as a share of the width.
pub fn face_at(person: &Person, pose: &Pose) -> ((f64, f64), f64) {
    let mut chance = Chance::new(person.seed, person.index, "selfie");
    chance.below(WALLS.len() as u64);
    let (scale, x, y) = standing(&mut chance, pose);
    let middle = (
        (x + 50.0 * scale) / f64::from(WIDTH),
        (y + 60.0 * scale) / f64::from(HEIGHT),
    );
    (middle, 47.0 * scale / f64::from(WIDTH))
}

/// Scale and place of the portrait.
fn standing(chance: &mut Chance, pose: &Pose) -> (f64, f64, f64) {
    let scale = chance.between(9.2, 10.8) * pose.size;
    let x = f64::from(WIDTH) / 2.0 - 50.0 * scale
        + chance.between(-40.0, 40.0)
        + pose.shift.0 * f64::from(WIDTH);
    let y = f64::from(HEIGHT) - 122.0 * scale
        + chance.between(0.0, 60.0)
        + pose.shift.1 * f64::from(HEIGHT);
    (scale, x, y)
}

/// Over the eyes, in the units of the portrait.
fn cover(kind: Cover) -> &'static str {
    match kind {
        Cover::Nothing => "",
        Cover::Sunglasses => {
            r##"<g fill="#101114"><rect x="28" y="48" width="20" height="14" rx="6"/><rect x="52" y="48" width="20" height="14" rx="6"/><path d="M46 51H54V54H46zM26 51H30V53H26zM70 51H74V53H70z"/></g>"##
        }
        Cover::Hand => {
            r##"<g fill="#c98d5f" stroke="#8a5a38" stroke-width=".6"><rect x="12" y="44" width="66" height="7.4" rx="3.6"/><rect x="10" y="51" width="70" height="7.4" rx="3.6"/><rect x="14" y="58" width="62" height="7.4" rx="3.6"/></g>"##
        }
        Cover::Card => {
            r##"<g><rect x="10" y="36" width="80" height="50" rx="3" fill="#f3e4ec"/><rect x="15" y="48" width="22" height="28" fill="#b9a7c2"/><path d="M42 50h40M42 55h34M42 60h38M42 65h30M42 72h40" stroke="#333" stroke-width="1.6"/></g>"##
        }
    }
}

/// The same in this pose, perhaps with a second person.
pub fn selfie_as(person: &Person, other: Option<&Person>, pose: &Pose) -> RgbImage {
    let mut chance = Chance::new(person.seed, person.index, "selfie");
    let (light, dark) = WALLS[chance.below(WALLS.len() as u64) as usize];
    let (scale, x, y) = standing(&mut chance, pose);
    let shelf = chance.between(150.0, 520.0);
    let tilt = chance.between(-4.0, 4.0);
    let place = |x: f64, face: &str| {
        format!(
            r#"<g transform="translate({x:.1} {y:.1}) rotate({tilt:.2} {px:.1} {py:.1}) scale({scale:.3})">{face}</g>"#,
            px = 50.0 * scale,
            py = 100.0 * scale,
        )
    };
    let mut faces = String::new();
    if !pose.nobody {
        faces += &place(x, &(portrait::portrait(person) + cover(pose.cover)));
    }
    if let Some(other) = other {
        faces += &place(x + 62.0 * scale, &portrait::portrait(other));
    }
    let svg = format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"><defs>"#,
            r#"<linearGradient id="wall" x1="0" y1="0" x2="1" y2=".8"><stop offset="0" stop-color="{light}"/>"#,
            r#"<stop offset="1" stop-color="{dark}"/></linearGradient></defs>"#,
            r#"<rect width="{w}" height="{h}" fill="url(#wall)"/>"#,
            r##"<path d="M0 {shelf:.0}H{w}V{shelf2:.0}H0z" fill="#000" fill-opacity=".10"/>"##,
            "{faces}</svg>"
        ),
        w = WIDTH,
        h = HEIGHT,
        light = light,
        dark = dark,
        shelf = shelf,
        shelf2 = shelf + 14.0,
        faces = faces,
    );
    let mut image = pixels(&svg, WIDTH, HEIGHT, 1.0);
    if pose.print {
        image = held_up(&image, &mut chance);
    }
    lit(&mut image, pose);
    sensor::blur(&mut image, pose.blur, pose.blur);
    sensor::noise(&mut image, 4.0, chance.bits());
    image
}

/// A print of the picture on white paper, in front of another wall.
fn held_up(picture: &RgbImage, chance: &mut Chance) -> RgbImage {
    let (light, _) = WALLS[chance.below(WALLS.len() as u64) as usize];
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"><rect width="{WIDTH}" height="{HEIGHT}" fill="{light}"/><path d="M0 900H{WIDTH}V{HEIGHT}H0z" fill="\#000" fill-opacity=".2"/></svg>"#
    )
    .replace("\\#", "#");
    let mut scene = pixels(&svg, WIDTH, HEIGHT, 1.0);
    let share = chance.between(0.62, 0.8);
    let (wide, high) = (
        (f64::from(WIDTH) * share) as u32,
        (f64::from(HEIGHT) * share) as u32,
    );
    let small = imageops::thumbnail(picture, wide, high);
    let (left, top) = ((WIDTH - wide) / 2, (HEIGHT - high) / 2);
    let margin = 14;
    let paper = RgbImage::from_pixel(wide + 2 * margin, high + 2 * margin, Rgb([238, 238, 235]));
    imageops::replace(
        &mut scene,
        &paper,
        i64::from(left - margin),
        i64::from(top - margin),
    );
    imageops::replace(&mut scene, &small, i64::from(left), i64::from(top));
    scene
}

fn lit(image: &mut RgbImage, pose: &Pose) {
    if pose.light == 1.0 && pose.side_light == 0.0 {
        return;
    }
    for (x, _, pixel) in image.enumerate_pixels_mut() {
        let across = f64::from(x) / f64::from(WIDTH);
        let light = pose.light * (1.0 - pose.side_light * (across * 2.0 - 0.5).clamp(0.0, 1.0));
        pixel.0 = pixel
            .0
            .map(|part| (f64::from(part) * light).min(255.0) as u8);
    }
}
