//! A picture of the holder as the front camera takes it: the drawn face, before a wall.

use super::{face as portrait, pixels};
use crate::{chance::Chance, person::Person, photograph::sensor};
use image::RgbImage;

const WIDTH: u32 = 960;
const HEIGHT: u32 = 1_280;

const WALLS: &[(&str, &str)] = &[
    ("#d8d2c4", "#a9a292"),
    ("#c3d0d6", "#8a9aa3"),
    ("#dcc9b4", "#a88d70"),
    ("#bfc9b6", "#7f8f79"),
    ("#cfc3d6", "#8f7f9d"),
];

/// The person's selfie, 960 by 1,280 pixels.
pub fn selfie(person: &Person) -> RgbImage {
    let mut chance = Chance::new(person.seed, person.index, "selfie");
    let (light, dark) = WALLS[chance.below(WALLS.len() as u64) as usize];
    let scale = chance.between(9.2, 10.8);
    let (x, y) = (
        f64::from(WIDTH) / 2.0 - 50.0 * scale + chance.between(-40.0, 40.0),
        f64::from(HEIGHT) - 122.0 * scale + chance.between(0.0, 60.0),
    );
    let shelf = chance.between(150.0, 520.0);
    let svg = format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"><defs>"#,
            r#"<linearGradient id="wall" x1="0" y1="0" x2="1" y2=".8"><stop offset="0" stop-color="{light}"/>"#,
            r#"<stop offset="1" stop-color="{dark}"/></linearGradient></defs>"#,
            r#"<rect width="{w}" height="{h}" fill="url(#wall)"/>"#,
            r##"<path d="M0 {shelf:.0}H{w}V{shelf2:.0}H0z" fill="#000" fill-opacity=".10"/>"##,
            r#"<g transform="translate({x:.1} {y:.1}) rotate({tilt:.2} {px:.1} {py:.1}) scale({scale:.3})">{portrait}</g></svg>"#
        ),
        w = WIDTH,
        h = HEIGHT,
        light = light,
        dark = dark,
        shelf = shelf,
        shelf2 = shelf + 14.0,
        x = x,
        y = y,
        tilt = chance.between(-4.0, 4.0),
        px = 50.0 * scale,
        py = 100.0 * scale,
        scale = scale,
        portrait = portrait::portrait(person),
    );
    let mut image = pixels(&svg, WIDTH, HEIGHT, 1.0);
    sensor::blur(&mut image, 1.1, 1.1);
    sensor::noise(&mut image, 4.0, chance.bits());
    image
}
