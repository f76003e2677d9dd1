//! The machine-readable zone of a photographed back: three lines of OCR-B, located and read.
//!
//! ```text
//! bars.rs        bars of print in a small view
//! candidates.rs  three parallel bars that may be the zone
//! row.rs         one line in the picture, rectified
//! network.rs     the classifier: which glyph a crop of a line shows
//! track.rs       thirty letters along a line
//! examine.rs     one candidate in detail: orientation, position of the lines, their letters
//! grammar.rs     which glyphs are possible where
//! fields.rs      from letters to text, with the check digits
//! ```
//!
//! The picture itself is never copied: bars are located in a view of a million pixels at most, and
//! only the lines are cut out of the picture.

mod bars;
mod candidates;
mod examine;
mod fields;
mod grammar;
pub mod network;
mod row;
mod track;

use crate::raster::{Bilinear, views::GreyViews};
use credential::{Mrz, mrz::MrzError};
use examine::{Zone, examine};
use grammar::Line;
use image::GrayImage;
use network::Network;
use std::fmt;

/// One line as it was read.
#[derive(Clone, PartialEq)]
pub struct LineReading {
    /// Its thirty glyphs.
    pub text: String,
    /// Confidence that all of them are right, 0 to 1.
    pub confidence: f32,
}

impl fmt::Debug for LineReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LineReading(****, {:.2})", self.confidence)
    }
}

/// The zone as read from a photograph.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneReading {
    /// The three lines.
    pub lines: [LineReading; 3],
    /// The parsed zone, if the check digits of its fields are right.
    pub mrz: Result<Mrz, MrzError>,
    /// Number of glyphs that were chosen by check digits against the most likely glyph. They were all
    /// doubtful, and the confidence takes them into account.
    pub overruled: u8,
    /// Corners of the zone in the picture: top left, top right, bottom right, bottom left in reading
    /// direction.
    pub corners: [(f32, f32); 4],
}

/// Least confidence of a zone that counts as read. On photographs with known text every wrong line
/// was below it.
pub const LEAST_CONFIDENCE: f32 = 0.60;

impl ZoneReading {
    /// Confidence that all three lines are right, 0 to 1.
    pub fn confidence(&self) -> f32 {
        self.lines.iter().map(|line| line.confidence).product()
    }

    /// The zone, if its check digits are right and its confidence is sufficient. The name has no
    /// check digit: the confidence is the only evidence for it.
    pub fn trusted(&self) -> Option<&Mrz> {
        let mrz = self.mrz.as_ref().ok()?;
        (self.confidence() >= LEAST_CONFIDENCE).then_some(mrz)
    }
}

/// Distances between letters in the small view, in pixels: for a card that fills the picture, then
/// for others.
const PITCHES: [usize; 4] = [16, 24, 10, 7];
/// Most candidates that are examined, which bounds the time where there is no zone.
const MOST_EXAMINED: usize = 14;
/// From this score on a zone is taken without examining further candidates.
const CLEAR_SCORE: f32 = -0.25;
/// Least score of a zone.
const LEAST_SCORE: f32 = -2.2;

/// Locates and reads the three lines of a back in any orientation. `None` where there are none, or
/// nothing of them can be read.
///
/// `codes` are the corners of the codes that were read in the same picture: they tell which
/// orientation to try first. `should_stop` is called between candidates.
pub fn read_zone(
    luma: &GrayImage,
    codes: &[[(f32, f32); 4]],
    should_stop: &dyn Fn() -> bool,
) -> Option<ZoneReading> {
    let longest = luma.width().max(luma.height());
    if luma.width().min(luma.height()) < 60 || longest > 1 << 15 {
        return None;
    }
    let views = GreyViews::new(luma);
    let (small, scale) = views.print();
    let grey = Bilinear::grey(luma)?;
    let network = Network::trained();
    let mut best: Option<Zone> = None;
    let mut examined = 0;
    for window in PITCHES {
        let bars = bars::bars(small, window);
        let mut found = Vec::new();
        candidates::candidates(&bars, 1.0 / scale, &mut found);
        candidates::prefer_below(&mut found, codes);
        for candidate in &found {
            if should_stop() || examined == MOST_EXAMINED {
                break;
            }
            examined += 1;
            let Some(zone) = examine(network, grey, candidate) else {
                continue;
            };
            if best.as_ref().is_none_or(|best| zone.score() > best.score()) {
                best = Some(zone);
            }
            if best.as_ref().is_some_and(|best| best.score() > CLEAR_SCORE) {
                break;
            }
        }
        if should_stop() || best.as_ref().is_some_and(|best| best.score() > CLEAR_SCORE) {
            break;
        }
    }
    best.filter(|zone| zone.score() > LEAST_SCORE).map(answer)
}

fn answer(zone: Zone) -> ZoneReading {
    let fields::Decided {
        lines: glyphs,
        overruled,
    } = fields::decide(&zone.tracks);
    let line = |nth: usize| {
        let letters = zone.tracks[nth].letters.iter().enumerate();
        let confidences = letters.map(|(place, letter)| {
            fields::confidence(
                &letter.log_likelihoods,
                Line::ALL[nth],
                place,
                glyphs[nth][place],
            )
        });
        LineReading {
            text: fields::text(&glyphs[nth]),
            confidence: confidences.product(),
        }
    };
    let lines = [line(0), line(1), line(2)];
    let mrz = Mrz::parse(&[&lines[0].text, &lines[1].text, &lines[2].text]);
    let end = row::LETTERS as f32;
    let [first, _, third] = &zone.rows;
    ZoneReading {
        mrz,
        lines,
        overruled: u8::try_from(overruled).unwrap_or(u8::MAX),
        corners: [
            first.at(0.0, -0.5),
            first.at(end, -0.5),
            third.at(end, 0.5),
            third.at(0.0, 0.5),
        ],
    }
}
