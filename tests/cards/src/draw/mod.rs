//! Drawing: cards, selfies and signatures as vectors, turned into pixels here.
//!
//! Every drawing is an SVG in millimetres (or in units of its own) with the fonts of this
//! crate, so that the same person is the same picture on every machine.

mod back;
mod face;
mod front;
mod paper;
mod selfie;
mod signature;

use crate::{barcode::Area, person::Person};
use credential::Model;
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, codecs::png::PngEncoder};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};
use std::sync::{Arc, OnceLock};

pub use selfie::{Cover, Pose, face_at, selfie, selfie_as};

/// A card is as wide as a bank card, in millimetres.
pub const CARD_WIDTH: f64 = 85.6;
/// And as high.
pub const CARD_HEIGHT: f64 = 54.0;
/// The radius of its corners.
pub const CARD_CORNER: f64 = 3.2;
/// The default resolution in dots per inch.
pub const DEFAULT_DPI: u32 = 600;
/// The highest resolution.
pub const FINEST_DPI: u32 = 1_200;

fn fonts() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    FONTS
        .get_or_init(|| {
            let mut fonts = Database::new();
            for font in [
                include_bytes!("../../fonts/DejaVuSans-latin.ttf").as_slice(),
                include_bytes!("../../fonts/DejaVuSans-Bold-latin.ttf").as_slice(),
                include_bytes!("../../fonts/OCRB.otf").as_slice(),
            ] {
                fonts.load_font_data(font.to_vec());
            }
            Arc::new(fonts)
        })
        .clone()
}

/// The pixels of an SVG whose units are `scale` pixels each.
fn pixels(svg: &str, width: u32, height: u32, scale: f64) -> RgbImage {
    let options = Options {
        fontdb: fonts(),
        font_family: "DejaVu Sans".to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).expect("the drawings of this crate are valid SVG");
    let mut pixmap = Pixmap::new(width, height).expect("a picture has a size");
    pixmap.fill(resvg::tiny_skia::Color::WHITE);
    let scale = scale as f32;
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    let mut image = RgbImage::new(width, height);
    for (to, from) in image.pixels_mut().zip(pixmap.data().chunks_exact(4)) {
        // Opaque everywhere: the pixmap was filled before anything was drawn.
        *to = Rgb([from[0], from[1], from[2]]);
    }
    image
}

fn card(svg: &str, dpi: u32) -> RgbImage {
    let dpi = dpi.clamp(72, FINEST_DPI);
    let scale = f64::from(dpi) / 25.4;
    let pixels_of = |millimetres: f64| (millimetres * scale).round() as u32;
    pixels(svg, pixels_of(CARD_WIDTH), pixels_of(CARD_HEIGHT), scale)
}

/// The front of this person's card, drawn as `model`; at most [`FINEST_DPI`].
pub fn front(person: &Person, model: Model, dpi: u32) -> RgbImage {
    card(&front::svg(person, model), dpi)
}

/// The back of this person's card, drawn as `model`; at most [`FINEST_DPI`].
pub fn back(person: &Person, model: Model, dpi: u32) -> RgbImage {
    card(&back::svg(person, model), dpi)
}

/// The place of the public QR on the back of a card of this model, in millimetres.
pub fn public_code(model: Model) -> Area {
    back::public_code(model)
}

/// The picture as PNG.
pub fn png(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(
            image.as_raw(),
            image.width(),
            image.height(),
            ExtendedColorType::Rgb8,
        )
        .expect("the buffer is as long as its sizes say and a Vec takes all that is written");
    bytes
}

/// The person's signature, black on white, 900 by 330 pixels.
pub fn signature(person: &Person) -> RgbImage {
    let (width, height) = (signature::WIDTH, signature::HEIGHT);
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{}</svg>"#,
        signature::strokes(person, "#10142e", 2.6)
    );
    pixels(&svg, width as u32 * 3, height as u32 * 3, 3.0)
}
