//! The machine-readable zone of a photographed back: three lines of OCR-B, found and read.
//!
//! ```text
//! ink.rs       bars of print in a small picture
//! place.rs     bars that run side by side as the three lines do
//! row.rs       one line in the picture, cut out and laid straight
//! network.rs   what one crop of a line shows
//! track.rs     thirty letters along a line
//! examine.rs   which way up a place is, and a closer look at it
//! grammar.rs   which glyphs may stand where
//! fields.rs    from letters to text: check digits choose among the doubtful
//! ```
//!
//! The picture itself is never copied: bars are looked for in one of a million pixels, and of
//! the picture only the lines are cut out.

mod examine;
mod fields;
mod grammar;
mod ink;
pub mod network;
mod place;
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
    /// How sure it is that all of them are right, 0 to 1.
    pub confidence: f32,
}

impl fmt::Debug for LineReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LineReading(****, {:.2})", self.confidence)
    }
}

/// The zone of a photograph.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneReading {
    /// The three lines.
    pub lines: [LineReading; 3],
    /// What they say: only where the check digits of the fields are right.
    pub mrz: Result<Mrz, MrzError>,
    /// In how many glyphs the check digits overruled the eye, each time among glyphs that were in
    /// doubt; the confidence knows of it.
    pub overruled: u8,
    /// Where they stand in the picture: top left, top right, bottom right, bottom left of the
    /// lines as they are read, however they lie.
    pub corners: [(f32, f32); 4],
}

/// Less sure than this of the three lines together, the zone is not taken for read: on
/// photographs with known text every wrong line was below it.
pub const SURE: f32 = 0.60;

impl ZoneReading {
    /// How sure it is that all three lines are right, 0 to 1.
    pub fn confidence(&self) -> f32 {
        self.lines.iter().map(|line| line.confidence).product()
    }

    /// The zone, if its check digits are right and every glyph was seen clearly enough. The
    /// name has no check digit: for it the eye alone stands.
    pub fn trusted(&self) -> Option<&Mrz> {
        let mrz = self.mrz.as_ref().ok()?;
        (self.confidence() >= SURE).then_some(mrz)
    }
}

/// How far letters are apart there, in pixels: a card that fills the picture, and smaller ones.
const WINDOWS: [usize; 4] = [16, 24, 10, 7];
/// Places that are looked at in all: what bounds the time where there is no zone.
const MOST_LOOKS: usize = 14;
/// A zone that fits as well as this need not be compared with others.
const GOOD: f32 = -0.25;
/// Worse than this it is no zone.
const POOR: f32 = -2.2;

/// Finds and reads the three lines of a back, which may lie in any direction. `None` where
/// there are none, or nothing of them can be read.
///
/// `codes` are the corners of the codes that were read in the same picture: they tell which
/// way up it is looked at first. `should_stop` is asked between places.
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
    let mut looks = 0;
    for window in WINDOWS {
        let bars = ink::bars(small, window);
        let mut places = Vec::new();
        place::places(&bars, 1.0 / scale, &mut places);
        place::prefer_below(&mut places, codes);
        for place in &places {
            if should_stop() || looks == MOST_LOOKS {
                break;
            }
            looks += 1;
            let Some(zone) = examine(network, grey, place) else {
                continue;
            };
            if best.as_ref().is_none_or(|best| zone.fit() > best.fit()) {
                best = Some(zone);
            }
            if best.as_ref().is_some_and(|best| best.fit() > GOOD) {
                break;
            }
        }
        if should_stop() || best.as_ref().is_some_and(|best| best.fit() > GOOD) {
            break;
        }
    }
    best.filter(|zone| zone.fit() > POOR).map(answer)
}

fn answer(zone: Zone) -> ZoneReading {
    let fields::Decided {
        lines: glyphs,
        overruled,
    } = fields::decide(&zone.tracks);
    let line = |nth: usize| {
        let letters = zone.tracks[nth].letters.iter().enumerate();
        let sure = letters.map(|(place, letter)| {
            fields::sureness(&letter.says, Line::ALL[nth], place, glyphs[nth][place])
        });
        LineReading {
            text: fields::text(&glyphs[nth]),
            confidence: sure.product(),
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
