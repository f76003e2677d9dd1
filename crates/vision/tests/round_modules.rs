//! Codes that are drawn for looks: round modules.

use vision::{
    photo::{PictureLimits, open_picture},
    qr::{Budget, decode_picture},
};

#[test]
fn a_code_of_round_modules_is_read() {
    let picture = include_bytes!("pictures/qr-round-modules.png");
    let still = open_picture(picture, PictureLimits::CAPTURE).unwrap();
    let read = decode_picture(&still.into_luma8(), Budget::still());
    assert!(!read.codes.is_empty());
}
