//! One picture of each kind that the photo checks are measured on, side by side, for a person to see.
//!
//! `cargo run --release -p cards --example contact_sheet -- sheet.jpg`
#![allow(clippy::unwrap_used)]

use cards::{
    Model, Person,
    draw::{self, Cover, Pose},
    photograph::{self, Level, Size, Twist, grey_copy, screen},
};
use image::{RgbImage, imageops};

fn main() {
    let out = std::env::args().nth(1).unwrap();
    let person = Person::synthetic(5_101, 3);
    let front = draw::front(&person, Model::G, 600);
    let back = draw::back(&person, Model::G, 600);
    let size = Size::TwoMegapixels;
    let mut all: Vec<RgbImage> = Vec::new();
    for level in [Level::Ordinary, Level::Careless, Level::Poor] {
        all.push(photograph::take(&back, level, size, 3));
    }
    let twist = |twist: Twist| photograph::shoot(&front, Level::Ordinary, size, 5, &twist).photo;
    all.push(twist(Twist {
        glare: Some((50.0, 25.0, 9.0)),
        ..Twist::default()
    }));
    all.push(twist(Twist {
        shift: (0.3, 0.0),
        ..Twist::default()
    }));
    all.push(twist(Twist {
        shadow: Some(0.6),
        ..Twist::default()
    }));
    all.push(photograph::take(
        &grey_copy(&front),
        Level::Ordinary,
        size,
        6,
    ));
    for one in screen::Screen::ALL {
        all.push(screen::rephotograph(&front, &one, Level::Ordinary, size, 7).photo);
    }
    let other = Person::synthetic(5_101, 4);
    for pose in [
        Pose::default(),
        Pose {
            cover: Cover::Sunglasses,
            ..Pose::default()
        },
        Pose {
            cover: Cover::Hand,
            ..Pose::default()
        },
        Pose {
            cover: Cover::Card,
            ..Pose::default()
        },
        Pose {
            print: true,
            ..Pose::default()
        },
        Pose {
            side_light: 0.7,
            ..Pose::default()
        },
    ] {
        all.push(draw::selfie_as(&person, None, &pose));
    }
    let two = Pose {
        size: 0.6,
        shift: (-0.18, 0.0),
        ..Pose::default()
    };
    all.push(draw::selfie_as(&person, Some(&other), &two));
    let mut sheet = RgbImage::new(5 * 400, (all.len() as u32).div_ceil(5) * 300);
    for (nth, picture) in all.iter().enumerate() {
        let share = (400.0 / picture.width() as f32).min(300.0 / picture.height() as f32);
        let side = |length: u32| (length as f32 * share) as u32;
        let small = imageops::thumbnail(picture, side(picture.width()), side(picture.height()));
        let (x, y) = (nth % 5 * 400, nth / 5 * 300);
        imageops::replace(&mut sheet, &small, x as i64, y as i64);
    }
    sheet.save(out).unwrap();
}
