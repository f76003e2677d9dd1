//! The crate zxing-cpp as it comes: harder, turned, inverted and smaller are its defaults.

use image::GrayImage;
use zxingcpp::{BarcodeFormat, ImageFormat, ImageView};

pub fn texts(luma: &GrayImage) -> Vec<String> {
    let (width, height) = luma.dimensions();
    let Ok(view) = ImageView::from_slice(luma.as_raw(), width, height, ImageFormat::Lum) else {
        return Vec::new();
    };
    zxingcpp::read()
        .formats([BarcodeFormat::QRCode])
        .from(view)
        .map(|codes| codes.iter().map(|code| code.text()).collect())
        .unwrap_or_default()
}
