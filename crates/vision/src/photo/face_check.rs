//! The check of a face: present, alone, large enough, centred, uncovered and evenly lit.

use super::{
    Advice,
    face::{FaceSeen, faces_in},
    light,
    lines::edges,
    outline,
    plane::area,
    screen::grid,
    thresholds as limit,
};
use crate::raster::views::ColourViews;
use credential::FindingCode;
use image::RgbImage;

/// The result of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceCheck {
    /// The advice.
    pub advice: Advice,
    /// The findings.
    pub findings: Vec<FindingCode>,
    /// The face with the greatest score, if there is one.
    pub face: Option<FaceSeen>,
}

/// Checks a frame of the live view.
pub fn check_face_frame(frame: &RgbImage) -> FaceCheck {
    judged(frame, false)
}

/// Checks a still: as [`check_face_frame`], and also whether it looks like a picture of a picture. One
/// photograph does not prove that, so that it is never a reason to refuse.
pub fn check_selfie(picture: &RgbImage) -> FaceCheck {
    judged(picture, true)
}

fn judged(picture: &RgbImage, still: bool) -> FaceCheck {
    let views = ColourViews::new(picture);
    let faces = faces_in(views.small_grey(), still);
    let face = faces.first().copied();
    let light = light::measure(views.small_grey()).mean;
    let several = faces.iter().skip(1).any(|other| {
        other.score > limit::SECOND_FACE.at
            && face.is_some_and(|face| other.width > face.width * 0.45)
    });
    let seen = |code, yes: bool| yes.then_some(code);
    let mut findings: Vec<FindingCode> = match &face {
        None => {
            vec![
                seen(FindingCode::NoFace, true),
                seen(FindingCode::Dark, light < limit::ROOM_DARK.at),
                seen(FindingCode::Bright, light > limit::FACE_BRIGHT.at),
            ]
        }
        Some(face) => {
            let off = (face.middle.0 - 0.5)
                .abs()
                .max((face.middle.1 - 0.5).abs() * 0.8);
            vec![
                seen(FindingCode::SeveralFaces, several),
                // A dark face in a light room is a dark face.
                seen(
                    FindingCode::Dark,
                    face.light < limit::FACE_DARK.at && light < limit::ROOM_DARK.at,
                ),
                seen(FindingCode::Bright, face.light > limit::FACE_BRIGHT.at),
                seen(
                    FindingCode::EyesCovered,
                    face.dark > limit::EYES_DARK.at || face.dark < limit::EYES_HIDDEN.at,
                ),
                seen(
                    FindingCode::FaceLight,
                    face.balance < limit::FACE_BALANCE.at,
                ),
                seen(FindingCode::FaceFar, face.width < limit::FACE_FAR.at),
                seen(FindingCode::FaceOffCentre, off > limit::FACE_OFF_CENTRE.at),
            ]
        }
    }
    .into_iter()
    .flatten()
    .collect();
    if still {
        findings.extend(seen(FindingCode::FlatFace, is_flat(&views, face.as_ref())));
        let grid = grid(picture, None);
        let screen = grid.brightness + grid.colour > limit::SCREEN_GRID_OF_FACE.at;
        findings.extend(seen(FindingCode::ScreenGrid, screen));
    }
    let has = |code| findings.contains(&code);
    let advice = if has(FindingCode::Dark) {
        Advice::TooDark
    } else if has(FindingCode::Bright) {
        Advice::TooBright
    } else if has(FindingCode::NoFace) {
        Advice::AimAtCard
    } else if has(FindingCode::SeveralFaces) {
        Advice::OnlyYou
    } else if has(FindingCode::FlatFace) || has(FindingCode::ScreenGrid) {
        Advice::NotOriginal
    } else if has(FindingCode::EyesCovered) {
        Advice::EyesCovered
    } else if has(FindingCode::FaceFar) {
        Advice::ComeCloser
    } else if face.is_some_and(|face| face.width > limit::FACE_CLOSE.at) {
        Advice::MoveBack
    } else if has(FindingCode::FaceOffCentre) {
        Advice::AimAtCard
    } else if has(FindingCode::FaceLight) {
        Advice::Shadow
    } else {
        Advice::Good
    };
    FaceCheck {
        advice,
        findings,
        face,
    }
}

/// Whether the face is inside the rim of a printed picture.
fn is_flat(views: &ColourViews, face: Option<&FaceSeen>) -> bool {
    let picture = views.full();
    let Some(rim) = outline::find(&edges(views.tiny()), picture) else {
        return false;
    };
    let whole = picture.width() as f32 * picture.height() as f32;
    let Some(face) = face else {
        return area(&rim.corners) / whole > 0.3;
    };
    let (x, y) = (
        face.middle.0 * picture.width() as f32,
        face.middle.1 * picture.height() as f32,
    );
    // A point on the same side of all four sides is inside.
    let inside = (0..4).all(|nth| {
        let ((x0, y0), (x1, y1)) = (rim.corners[nth], rim.corners[(nth + 1) % 4]);
        (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0.0
    });
    let wide = face.width * picture.width().min(picture.height()) as f32;
    // A print that is held up shows more than the face, and its sides are complete.
    inside
        && rim.support > limit::FLAT_SIDES.at
        && area(&rim.corners) > limit::FLAT_SIZE.at * wide * wide
}
