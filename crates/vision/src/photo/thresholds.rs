//! Every threshold of the photo checks, each with the figures that it was chosen from.
//!
//! Measured on synthetic pictures of tuning seed 5101 (8 people, all models, all sizes) by
//! `cargo run --release -p cards --example photo_checks -- measure`; judged on seed 9203, which
//! nothing was chosen from. docs/photo-checks.md has the results and how the pictures were made.

/// A threshold and its figures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Threshold {
    /// The threshold.
    pub at: f32,
    /// The 1 %, 50 % and 99 % quantiles of pictures that should pass.
    #[cfg_attr(not(test), expect(dead_code, reason = "the record of why"))]
    pub good: [f32; 3],
    /// The same of pictures that should not pass.
    #[cfg_attr(not(test), expect(dead_code, reason = "the record of why"))]
    pub bad: [f32; 3],
}

const fn between(at: f32, good: [f32; 3], bad: [f32; 3]) -> Threshold {
    Threshold { at, good, bad }
}

/// A threshold chosen by hand, for want of pictures to measure.
const fn by_hand(at: f32) -> Threshold {
    between(at, [f32::NAN; 3], [f32::NAN; 3])
}

/// Steepness of edges in the least sharp place with text. Good: levels 1 to 3. Bad: shaken.
pub(super) const SHARPNESS: Threshold = between(0.36, [0.396, 0.564, 0.686], [0.282, 0.305, 0.349]);
/// Share of squares with print. Good: levels 1 to 4. Bad: only a table.
pub(super) const NO_PRINT: Threshold = between(0.015, [0.041, 0.200, 0.357], [0.0, 0.0, 0.0]);
/// Share of the picture that the card fills: from the geometry of levels 1 to 4, and of four
/// tenths of it.
pub(super) const FAR: Threshold = between(0.20, [0.30, 0.46, 0.76], [0.10, 0.12, 0.14]);
/// Correlation with any face of a card whose print reaches the rim of the picture. Good: levels 1 to 3.
/// Bad: a sixth to a third of it outside. Where both overlap, the threshold favours good ones.
pub(super) const CUT_CORRELATION: Threshold =
    between(0.36, [0.382, 0.770, 0.839], [0.007, 0.180, 0.560]);
/// Share that print spans, where no outline was found.
pub(super) const FAR_PRINT: Threshold = by_hand(0.20);
/// Share of the picture that the card, or its print, may fill.
pub(super) const CLOSE: Threshold = by_hand(0.90);
/// Brightness of the paper. Good: levels 1 to 4. Bad: a fifth to a third of the light.
pub(super) const DARK: Threshold = between(115.0, [126.0, 224.0, 254.0], [35.0, 51.0, 69.0]);
/// Burnt out share of the card. Good: levels 1 to 4. Bad: one and a half to two times the light.
/// Where both overlap, the threshold favours good ones.
pub(super) const BRIGHT: Threshold = between(0.66, [0.0, 0.0, 0.561], [0.569, 0.861, 0.990]);
/// Share of places with text that are washed out. Good: level 3, whose reflections leave text to
/// read. Bad: a reflection of 8 mm over a field. Where both overlap, the threshold favours good ones.
pub(super) const GLARE: Threshold = between(0.035, [0.0, 0.0, 0.033], [0.0, 0.012, 0.065]);
/// Share of squares that are burnt out as a whole, where no outline was found.
pub(super) const GLARE_PATCHES: Threshold = by_hand(0.02);
/// From this share on it is the paper that is burnt out, not a patch of reflected light.
pub(super) const PAPER_BURNT: Threshold = by_hand(0.10);
/// Darkest paper against lightest. Good: levels 1 to 3. Bad: a shadow over half of it.
pub(super) const SHADE: Threshold = between(0.56, [0.694, 0.905, 0.980], [0.268, 0.348, 0.484]);
/// Colourfulness of the card. Good: levels 1 to 4. Bad: grey copies under any lamp.
pub(super) const COLOUR: Threshold = between(7.5, [13.3, 35.6, 60.9], [1.19, 2.6, 5.52]);
/// Prominence of a grid, in brightness and colour together. Good: every card. Bad: screens of
/// four kinds.
pub(super) const SCREEN_GRID: Threshold = between(12.6, [2.18, 5.0, 12.16], [6.97, 15.1, 18.1]);
/// The same where the card has all the colours of a rainbow.
pub(super) const SCREEN_GRID_OF_COLOURS: Threshold =
    between(9.5, [2.18, 5.0, 12.16], [6.97, 15.1, 18.1]);
/// Colourfulness that no card has. Good: every card. Bad: screens.
pub(super) const RAINBOW: Threshold = between(75.0, [9.3, 35.6, 60.9], [56.5, 160.0, 456.0]);
/// Correlation of a card of a known model with a face. Good: levels 1 to 4.
pub(super) const FACE_CORRELATION: Threshold = by_hand(0.22);
/// Margin of a card's own side over the other side. Good: levels 1 to 4.
pub(super) const SIDE_MARGIN: Threshold = by_hand(0.12);
/// Margin of a back's own design over the other. Good: levels 1 to 4.
pub(super) const BACK_DESIGN_MARGIN: Threshold = by_hand(0.05);
/// Detail where only the newer front has a signature. Good: levels 1 to 3.
pub(super) const FRONT_DESIGN_MARGIN: Threshold = by_hand(0.12);
/// Bits of 256 in which two fingerprints differ. Good: another photograph. Bad: the same one,
/// smaller, compressed again, lighter.
pub(super) const SAME_PICTURE: Threshold = between(55.0, [94.0, 128.0, 148.0], [0.0, 6.0, 40.0]);
/// Score of the best candidate. Good: faces. Bad: pictures without a person.
pub(super) const FACE_SCORE: Threshold = between(0.8, [1.81, 12.6, 22.8], [0.0, 0.0, 0.0]);
/// Score of a second face. Good: one face. Bad: two people.
pub(super) const SECOND_FACE: Threshold = between(2.0, [0.0, 0.0, 0.0], [0.0, 6.36, 9.21]);
/// Brightness of a face. Good: the usual light, and four fifths of it. Bad: a quarter of it.
pub(super) const FACE_DARK: Threshold = between(60.0, [68.0, 149.0, 205.0], [23.0, 51.0, 56.0]);
/// Brightness of the middle of a picture.
pub(super) const ROOM_DARK: Threshold = by_hand(75.0);
/// Brightness of a face that is burnt out.
pub(super) const FACE_BRIGHT: Threshold = by_hand(232.0);
/// Share of the eyes' places that is dark. Good: eyes, some with glasses. Bad: dark glasses.
pub(super) const EYES_DARK: Threshold = between(0.31, [0.019, 0.089, 0.255], [0.366, 0.663, 0.804]);
/// The same where an eye is hidden. Good: eyes. Bad: a hand.
pub(super) const EYES_HIDDEN: Threshold = between(0.004, [0.011, 0.087, 0.255], [0.0, 0.0, 0.0]);
/// The rim of a print around a face, in squares of the face. A picture of head and shoulders
/// has 2.6 and more.
pub(super) const FLAT_SIZE: Threshold = by_hand(2.4);
/// The share of that rim with an edge.
pub(super) const FLAT_SIDES: Threshold = by_hand(0.85);
/// The darker cheek against the lighter one. Good: the usual light. Bad: light from one side.
pub(super) const FACE_BALANCE: Threshold =
    between(0.70, [0.867, 0.946, 1.0], [0.392, 0.520, 0.605]);
/// Width of the face against the picture's. Good: an arm away. Bad: twice as far and more.
pub(super) const FACE_FAR: Threshold = between(0.31, [0.371, 0.597, 0.774], [0.162, 0.213, 0.264]);
/// Width of a face that does not fit.
pub(super) const FACE_CLOSE: Threshold = by_hand(0.80);
/// Distance of the face from the middle, in widths of the picture. Good: the usual place. Bad: off by
/// a quarter.
pub(super) const FACE_OFF_CENTRE: Threshold =
    between(0.17, [0.01, 0.05, 0.10], [0.218, 0.239, 0.269]);
/// Prominence of a grid in a picture of a face.
pub(super) const SCREEN_GRID_OF_FACE: Threshold = by_hand(12.6);
/// Ink of a signature as a share of its field. Bad: a few thin strokes.
pub(super) const SIGNATURE_INK: Threshold = by_hand(0.004);
/// How wide the ink is across its own main direction, against along it. Bad: straight lines.
pub(super) const SIGNATURE_LINE: Threshold = by_hand(0.035);
/// Deviation of the paper. Good: a screen that was drawn on. Bad: photographs of paper.
pub(super) const SIGNATURE_PAPER: Threshold = by_hand(2.5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_threshold_lies_between_the_pictures_that_it_divides() {
        for (name, limit) in [
            ("sharpness", SHARPNESS),
            ("print", NO_PRINT),
            ("far", FAR),
            ("dark", DARK),
            ("shade", SHADE),
            ("colour", COLOUR),
            ("same picture", SAME_PICTURE),
            ("face", FACE_SCORE),
            ("dark face", FACE_DARK),
            ("dark eyes", EYES_DARK),
            ("no eyes", EYES_HIDDEN),
            ("even light", FACE_BALANCE),
            ("far face", FACE_FAR),
            ("face off centre", FACE_OFF_CENTRE),
        ] {
            let (good, bad) = (limit.good[1], limit.bad[1]);
            let (low, high) = (good.min(bad), good.max(bad));
            assert!(low < limit.at && limit.at < high, "{name}: {limit:?}");
            let (good, bad) = if good < bad {
                (limit.good[2], limit.bad[0])
            } else {
                (limit.good[0], limit.bad[2])
            };
            let between = good.min(bad)..=good.max(bad);
            assert!(between.contains(&limit.at), "{name}: {limit:?}");
        }
    }

    #[test]
    fn where_good_and_bad_meet_no_good_picture_is_asked_again() {
        for limit in [BRIGHT, CUT_CORRELATION] {
            let (good, bad) = (limit.good, limit.bad[1]);
            let spared = if bad > good[1] {
                good[2] < limit.at && limit.at < bad
            } else {
                bad < limit.at && limit.at < good[0]
            };
            assert!(spared, "{limit:?}");
        }
    }
}
