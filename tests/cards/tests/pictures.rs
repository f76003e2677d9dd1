//! What the drawings say when a machine reads them.

use cards::{
    Model, Person, draw,
    photograph::{self, Level, Size},
};
use credential::QrPayload;
use image::{RgbImage, imageops};
use vision::qr::{Budget, decode_luma};

/// The text of each QR found on the picture: a reader other than the one that drew them.
fn codes(image: &RgbImage) -> Vec<Vec<u8>> {
    let gray = imageops::grayscale(image);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(
        gray.width() as usize,
        gray.height() as usize,
        |x, y| gray.get_pixel(x as u32, y as u32).0[0],
    );
    prepared
        .detect_grids()
        .into_iter()
        .filter_map(|grid| {
            let mut bytes = Vec::new();
            grid.decode_to(&mut bytes).ok().map(|_| bytes)
        })
        .collect()
}

#[test]
fn the_public_qr_of_every_model_says_what_the_person_is() {
    for (index, model) in [Model::E, Model::F, Model::G, Model::H]
        .into_iter()
        .enumerate()
    {
        let person = Person::synthetic(2, index as u64);
        let back = draw::back(&person, model, 600);
        let qr = person.qr();
        let public = qr.as_str().as_bytes();
        assert!(
            codes(&back).iter().any(|bytes| bytes == public),
            "{model:?}"
        );
    }
}

#[test]
fn the_two_dense_codes_are_full_of_bytes_that_say_nothing() {
    let back = draw::back(&Person::synthetic(2, 2), Model::G, 600);
    let mut found = Vec::new();
    // One at a time, so that the reader has nothing else to look for.
    for left in [39.4, 62.1] {
        let pixels = |millimetres: f64| (millimetres * 600.0 / 25.4) as u32;
        let (left, top, side) = (pixels(left), pixels(4.8), pixels(22.2));
        let alone = imageops::crop_imm(&back, left, top, side, side).to_image();
        found.extend(decode_luma(&imageops::grayscale(&alone), Budget::still()));
    }
    assert_eq!(found.len(), 2);
    assert_ne!(found[0].payload, found[1].payload);
    for code in found {
        let QrPayload::Opaque(bytes) = code.payload else {
            panic!("a dense code says something: {:?}", code.kind());
        };
        assert_eq!(bytes.len(), 840);
    }
}

#[test]
fn a_card_has_the_proportions_of_a_bank_card_at_any_fineness() {
    let person = Person::synthetic(2, 0);
    assert_eq!(draw::front(&person, Model::E, 150).dimensions(), (506, 319));
    assert_eq!(
        draw::back(&person, Model::G, 600).dimensions(),
        (2_022, 1_276)
    );
    assert_eq!(
        draw::back(&person, Model::G, 1_200).dimensions(),
        (4_044, 2_551)
    );
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_person_other_ones() {
    let [one, again, other] = [0, 0, 1].map(|index| Person::synthetic(8, index));
    let front = |person| draw::front(person, Model::G, 150);
    assert!(front(&one) == front(&again) && front(&one) != front(&other));
    assert!(draw::signature(&one) == draw::signature(&again));
    assert!(draw::signature(&one) != draw::signature(&other));
    assert!(draw::selfie(&one) == draw::selfie(&again));
    assert!(draw::selfie(&one) != draw::selfie(&other));
    let back = draw::back(&one, Model::G, 300);
    let photo = |seed| {
        photograph::jpeg(
            &photograph::take(&back, Level::Careless, Size::Frame, seed),
            80,
        )
    };
    assert!(photo(1) == photo(1) && photo(1) != photo(2));
}

#[test]
fn a_photograph_has_its_size_and_an_easy_one_of_a_frame_is_read() {
    let person = Person::synthetic(6, 0);
    let back = draw::back(&person, Model::G, 600);
    for (size, expected) in [
        (Size::Frame, (1_280, 720)),
        (Size::TwoMegapixels, (1_920, 1_080)),
    ] {
        let photo = photograph::take(&back, Level::Easy, size, 4);
        assert_eq!(photo.dimensions(), expected);
        let public = person.qr();
        assert!(
            codes(&photo)
                .iter()
                .any(|bytes| bytes == public.as_str().as_bytes()),
            "{size:?}"
        );
    }
}

#[test]
fn an_upright_photograph_is_what_such_a_phone_shows_of_a_card() {
    let back = draw::back(&Person::synthetic(6, 0), Model::G, 300);
    for (size, camera) in Size::UPRIGHT.into_iter().zip([720, 1_080, 1_440]) {
        let photo = photograph::take(&back, Level::Easy, size, 4);
        // As wide as the camera, and 1.2 times as wide as high.
        assert_eq!(photo.dimensions(), (camera, camera * 5 / 6));
        let code = draw::public_code(Model::G);
        let corners = photograph::where_seen(Level::Easy, size, 4, code);
        let across = (corners[1].0 - corners[0].0) / code.width * draw::CARD_WIDTH;
        assert!(
            (0.85..0.96).contains(&(across / f64::from(camera))),
            "the card is {across} of {camera} pixels wide"
        );
    }
}

#[test]
fn harder_levels_are_less_sharp() {
    /// The mean step from one pixel to the next, after the noise is averaged away.
    fn sharpness(image: &RgbImage) -> f64 {
        let small = imageops::grayscale(&imageops::thumbnail(image, 640, 360));
        let steps = small
            .as_raw()
            .windows(2)
            .map(|pair| f64::from(pair[0].abs_diff(pair[1])));
        steps.sum::<f64>() / small.len() as f64
    }
    let back = draw::back(&Person::synthetic(6, 1), Model::G, 600);
    let mean = |level| {
        let takes = (0..3).map(|seed| photograph::take(&back, level, Size::Frame, seed));
        takes.map(|photo| sharpness(&photo)).sum::<f64>()
    };
    assert!(mean(Level::Easy) > mean(Level::Careless));
    assert!(mean(Level::Careless) > mean(Level::Dreadful));
}
