//! What is read of the three lines on photographs of synthetic backs.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use cards::{
    Model, Person, draw,
    photograph::{self, Level, Size},
};
use image::{GrayImage, Luma, imageops};
use vision::mrz::{ZoneReading, read_zone};

const LUPITA: u64 = 8_101;

fn person(index: u64) -> Person {
    Person::synthetic(LUPITA, index)
}

/// A frame of the camera.
fn frame(index: u64, model: Model, level: Level) -> GrayImage {
    let back = draw::back(&person(index), model, 600);
    let seed = photograph::seed_for(&person(index), 3);
    imageops::grayscale(&photograph::take(&back, level, Size::Frame, seed))
}

fn read(picture: &GrayImage) -> Option<ZoneReading> {
    read_zone(picture, &[], &|| false)
}

/// Asserts that all three lines are read and taken for read.
fn assert_read(picture: &GrayImage, index: u64, how: &str) {
    let zone = read(picture).unwrap_or_else(|| panic!("{how}: nothing was found"));
    let mrz = zone.trusted();
    assert!(
        mrz.is_some_and(|mrz| mrz == &person(index).mrz()),
        "{how}: {:?} {:.2}",
        zone.lines.each_ref().map(|line| &line.text),
        zone.confidence()
    );
}

#[test]
fn the_lines_of_every_model_are_read_on_easy_and_on_careless_frames() {
    let models = [Model::E, Model::F, Model::G, Model::H];
    for (index, model) in (0..).zip(models) {
        for level in [Level::Easy, Level::Ordinary, Level::Careless] {
            let picture = frame(index, model, level);
            assert_read(&picture, index, &format!("{model:?} {level:?}"));
        }
    }
}

#[test]
fn a_card_lying_on_any_side_is_read_and_its_corners_turn_with_it() {
    let mut picture = frame(4, Model::G, Level::Ordinary);
    for turn in 0..4 {
        assert_read(&picture, 4, &format!("{turn} quarter turns"));
        let [a, b, ..] = read(&picture).unwrap().corners;
        let along = (b.0 - a.0, b.1 - a.1);
        let expected = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][turn];
        let share = (along.0 * expected.0 + along.1 * expected.1) / along.0.hypot(along.1);
        assert!(share > 0.95, "{turn}: {along:?}");
        picture = imageops::rotate90(&picture);
    }
}

#[test]
fn a_tilted_card_is_read() {
    // Every line falls by a twentieth of its length, and the card is seen from below.
    let whole = frame(5, Model::H, Level::Easy);
    let (width, height) = whole.dimensions();
    let tilted = GrayImage::from_fn(width, height, |x, y| {
        let (u, v) = (
            x as f32 / width as f32 - 0.5,
            y as f32 / height as f32 - 0.5,
        );
        let near = 1.0 + 0.35 * v + 0.1 * u;
        let (u, v) = (u * near * 1.15, (v - u * 0.08) * near * 1.15);
        let (x, y) = ((u + 0.5) * width as f32, (v + 0.5) * height as f32);
        if x < 0.0 || y < 0.0 || x >= width as f32 || y >= height as f32 {
            Luma([90])
        } else {
            *whole.get_pixel(x as u32, y as u32)
        }
    });
    assert_read(&tilted, 5, "tilted");
}

/// The picture with a bright spot in the middle of the three lines.
fn with_glare(picture: &GrayImage, strength: f32) -> GrayImage {
    let corners = read(picture).unwrap().corners;
    let middle = corners
        .iter()
        .fold((0.0, 0.0), |sum, p| (sum.0 + p.0 / 4.0, sum.1 + p.1 / 4.0));
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let far = (x as f32 - middle.0).hypot(y as f32 - middle.1) / 110.0;
        let white = strength * (-far * far).exp();
        let value = f32::from(picture.get_pixel(x, y).0[0]);
        Luma([(value + (255.0 - value) * white) as u8])
    })
}

#[test]
fn a_reflection_over_the_lines_is_read_through_and_a_blinding_one_is_not_guessed_away() {
    let picture = frame(6, Model::G, Level::Easy);
    assert_read(&with_glare(&picture, 0.7), 6, "a reflection");
    // Nothing but white is left: the characters cannot be told, not even by the check digits.
    let zone = read(&with_glare(&with_glare(&picture, 0.9), 0.99));
    let wrong = zone.as_ref().and_then(ZoneReading::trusted);
    assert!(wrong.is_none_or(|mrz| mrz == &person(6).mrz()));
}

#[test]
fn a_card_cut_off_at_the_edge_is_never_taken_for_read() {
    let picture = frame(7, Model::E, Level::Easy);
    let corners = read(&picture).unwrap().corners;
    // A third of each line is outside, at either end; then the third line is.
    let third = (corners[1].0 - corners[0].0) / 3.0;
    let (left, right) = (corners[0].0 + third, corners[1].0 - third);
    let low = (corners[0].1 * 0.35 + corners[3].1 * 0.65) as u32;
    let (width, height) = picture.dimensions();
    for (x, y, w, h) in [
        (left as u32, 0, width - left as u32, height),
        (0, 0, right as u32, height),
        (0, 0, width, low),
    ] {
        let cut = imageops::crop_imm(&picture, x, y, w, h).to_image();
        let zone = read(&cut);
        assert!(
            zone.as_ref().and_then(ZoneReading::trusted).is_none(),
            "{:?}",
            zone.unwrap().lines.each_ref().map(|line| &line.text)
        );
    }
}

#[test]
fn a_front_has_no_such_lines() {
    let front = draw::front(&person(8), Model::G, 300);
    let zone = read(&imageops::grayscale(&front));
    assert!(zone.is_none_or(|zone| zone.trusted().is_none()));
}
