//! Photographs of a card on a desk, as phones take them: easy ones and bad ones.

mod desk;
mod homography;
mod scene;
pub mod screen;
mod twist;

use crate::{
    barcode::Area,
    chance::{Chance, scatter},
    draw,
    person::Person,
    sensor,
};
use desk::Desk;
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use scene::Scene;

pub use twist::{Shot, Twist, grey_copy};

/// The difficulty of reading the card on a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Straight above, even light, sharp.
    Easy,
    /// A little askew, a little noise.
    Ordinary,
    /// Tilted, a shadow, a small reflection, slightly out of focus.
    Careless,
    /// Strongly tilted, dark, a large reflection, the hand moved.
    Poor,
    /// A photograph that should rather be taken again.
    Dreadful,
}

impl Level {
    /// Every level, the easiest first.
    pub const ALL: [Level; 5] = [
        Level::Easy,
        Level::Ordinary,
        Level::Careless,
        Level::Poor,
        Level::Dreadful,
    ];

    /// Its number, 1 (easy) to 5.
    pub const fn number(self) -> u8 {
        match self {
            Level::Easy => 1,
            Level::Ordinary => 2,
            Level::Careless => 3,
            Level::Poor => 4,
            Level::Dreadful => 5,
        }
    }

    /// The JPEG quality that goes with it.
    pub const fn quality(self) -> u8 {
        match self {
            Level::Easy => 92,
            Level::Ordinary => 88,
            Level::Careless => 80,
            Level::Poor => 65,
            Level::Dreadful => 45,
        }
    }
}

/// The size of the photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Size {
    /// A frame of the live camera: 1,280 by 720.
    Frame,
    /// 1,920 by 1,080.
    TwoMegapixels,
    /// 4,032 by 3,024.
    TwelveMegapixels,
    /// 720 by 600: the still of a phone that is held upright and gives 720 by 1,280.
    UprightSmall,
    /// 1,080 by 900: the same of 1,080 by 1,920.
    Upright,
    /// 1,440 by 1,200: the same of 1,440 by 1,920.
    UprightFourThirds,
}

impl Size {
    /// The sizes of a camera on its side, the smallest first.
    pub const ALL: [Size; 3] = [Size::Frame, Size::TwoMegapixels, Size::TwelveMegapixels];
    /// The sizes of a phone that is held upright, the smallest first.
    pub const UPRIGHT: [Size; 3] = [Size::UprightSmall, Size::Upright, Size::UprightFourThirds];

    /// Width and height.
    pub const fn pixels(self) -> (u32, u32) {
        match self {
            Size::Frame => (1_280, 720),
            Size::TwoMegapixels => (1_920, 1_080),
            Size::TwelveMegapixels => (4_032, 3_024),
            Size::UprightSmall => (720, 600),
            Size::Upright => (1_080, 900),
            Size::UprightFourThirds => (1_440, 1_200),
        }
    }

    /// A word for file names.
    pub const fn word(self) -> &'static str {
        match self {
            Size::Frame => "frame",
            Size::TwoMegapixels => "2mp",
            Size::TwelveMegapixels => "12mp",
            Size::UprightSmall => "upright-720",
            Size::Upright => "upright-1080",
            Size::UprightFourThirds => "upright-1440",
        }
    }
}

/// Halves the card until one of its pixels is about one of the photograph's, which avoids aliasing of
/// fine lines.
fn fitting(card: &RgbImage, pixels_per_mm: f64) -> RgbImage {
    let have = f64::from(card.width()) / draw::CARD_WIDTH;
    let want = (pixels_per_mm * 1.25).min(have);
    if want >= have * 0.98 {
        return card.clone();
    }
    let share = want / have;
    let width = (f64::from(card.width()) * share).round().max(1.0) as u32;
    let height = (f64::from(card.height()) * share).round().max(1.0) as u32;
    imageops::thumbnail(card, width, height)
}

fn bilinear(image: &RgbImage, x: f64, y: f64) -> [f64; 3] {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let x = (x - 0.5).clamp(0.0, (width - 1) as f64);
    let y = (y - 0.5).clamp(0.0, (height - 1) as f64);
    let (x0, y0) = (x as usize, y as usize);
    let (x1, y1) = ((x0 + 1).min(width - 1), (y0 + 1).min(height - 1));
    let (dx, dy) = (x - x0 as f64, y - y0 as f64);
    let raw = image.as_raw();
    let at = |x: usize, y: usize, channel: usize| f64::from(raw[(y * width + x) * 3 + channel]);
    [0, 1, 2].map(|channel| {
        let top = at(x0, y0, channel) * (1.0 - dx) + at(x1, y0, channel) * dx;
        let bottom = at(x0, y1, channel) * (1.0 - dx) + at(x1, y1, channel) * dx;
        top * (1.0 - dy) + bottom * dy
    })
}

/// The distance of a point, in millimetres from the card's top left corner, from its rounded edge;
/// negative inside.
fn outside(x: f64, y: f64) -> f64 {
    let (half_w, half_h) = (draw::CARD_WIDTH / 2.0, draw::CARD_HEIGHT / 2.0);
    let dx = (x - half_w).abs() - half_w + draw::CARD_CORNER;
    let dy = (y - half_h).abs() - half_h + draw::CARD_CORNER;
    dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - draw::CARD_CORNER
}

/// The distinct seed of the `nth` photograph of this person's card.
pub fn seed_for(person: &Person, nth: u64) -> u64 {
    Chance::new(person.seed, person.index, "photographs").bits() ^ scatter(nth)
}

/// The corners, in pixels, of an area of the card in the picture that [`take`] makes with the same
/// level, size and seed: top left first, clockwise. (0, 0) is the outer corner of the first pixel.
pub fn where_seen(level: Level, size: Size, seed: u64, place: Area) -> [(f64, f64); 4] {
    let (width, height) = size.pixels();
    let mut chance = Chance::new(seed, u64::from(level.number()), "photograph");
    let scene = Scene::of(level, &mut chance, f64::from(width), f64::from(height));
    let (right, bottom) = (place.x + place.width, place.y + place.height);
    [
        (place.x, place.y),
        (right, place.y),
        (right, bottom),
        (place.x, bottom),
    ]
    .map(|(u, v)| scene.in_picture(u, v))
}

/// A photograph of one side of a card. The same card, level, size and seed give the same bytes.
pub fn take(card: &RgbImage, level: Level, size: Size, seed: u64) -> RgbImage {
    shoot(card, level, size, seed, &Twist::default()).photo
}

/// The same with a change, and with the card's corners.
pub fn shoot(card: &RgbImage, level: Level, size: Size, seed: u64, twist: &Twist) -> Shot {
    let (width, height) = size.pixels();
    let mut chance = Chance::new(seed, u64::from(level.number()), "photograph");
    let mut scene = Scene::of(level, &mut chance, f64::from(width), f64::from(height));
    let desk = Desk::of(&mut chance);
    scene.twist(twist);
    if let Some(frame) = twist.frame {
        chance = Chance::new(seed, frame, "hand");
        scene.shake(&mut chance);
    }
    let card = fitting(card, scene.pixels_per_mm);
    let card_scale = f64::from(card.width()) / draw::CARD_WIDTH;
    let mut photo = RgbImage::new(width, height);
    for (x, y, pixel) in photo.enumerate_pixels_mut() {
        let (px, py) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
        let (u, v) = scene.on_card(px, py);
        let distance = if twist.no_card {
            f64::INFINITY
        } else {
            outside(u, v)
        };
        let covered = (0.5 - distance * scene.pixels_per_mm).clamp(0.0, 1.0);
        let mut colour = [0.0; 3];
        if covered < 1.0 {
            let shade = if twist.no_card {
                1.0
            } else {
                scene.shade_under_card(outside(u - scene.shadow.0, v - scene.shadow.1))
            };
            colour = desk.colour(u, v).map(|part| part * shade);
        }
        if covered > 0.0 {
            let printed = bilinear(&card, u * card_scale, v * card_scale);
            let reflection = scene.reflection(u, v);
            for channel in 0..3 {
                let lit = printed[channel] + (255.0 - printed[channel]) * reflection;
                colour[channel] = colour[channel] * (1.0 - covered) + lit * covered;
            }
        }
        let light = scene.light(px, py);
        *pixel = Rgb([0, 1, 2].map(|channel| {
            (colour[channel] * light * scene.tint[channel]).clamp(0.0, 255.0) as u8
        }));
    }
    sensor::blur(&mut photo, scene.blur.0, scene.blur.1);
    sensor::noise(&mut photo, scene.noise, chance.bits());
    Shot {
        photo,
        corners: scene.corners,
    }
}

/// The picture as JPEG of this quality (1 to 100).
pub fn jpeg(image: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality.clamp(1, 100))
        .write_image(
            image.as_raw(),
            image.width(),
            image.height(),
            ExtendedColorType::Rgb8,
        )
        .expect("the buffer is as long as its sizes say and a Vec takes all that is written");
    bytes
}
