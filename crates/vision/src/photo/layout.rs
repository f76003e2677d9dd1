//! What stands where on the faces of the card, in millimetres, and which face a flat picture
//! shows.
//!
//! The places are data: fine detail (codes, print) where a face has it, none where it has not.
//! A picture is compared with each face both ways up; the likest one is the answer.

use super::plane::{CARD_HEIGHT, CARD_WIDTH};
use crate::photo::Side;
use credential::Model;
use image::{GrayImage, imageops};

/// A place on the card: left, top, width, height in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
    /// What stands there.
    pub what: What,
}

/// What stands in a place: how fine its detail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// QR, PDF417, bars.
    Code,
    /// Print that has to be read.
    Text,
    /// The portrait, a signature.
    Drawing,
}

impl What {
    /// How much fine detail it has, against a code.
    const fn detail(self) -> f32 {
        match self {
            What::Code => 1.0,
            What::Text => 0.6,
            What::Drawing => 0.22,
        }
    }
}

const fn place(what: What, left: f32, top: f32, width: f32, height: f32) -> Place {
    Place {
        left,
        top,
        width,
        height,
        what,
    }
}

/// A face of the card, in one of its two designs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Face {
    /// Which side.
    pub side: Side,
    /// Of the design of 2019 (models G and H) or of 2014 (E and F).
    pub newer: bool,
}

impl Face {
    /// Every face.
    pub const ALL: [Face; 4] = [
        Face {
            side: Side::Front,
            newer: false,
        },
        Face {
            side: Side::Front,
            newer: true,
        },
        Face {
            side: Side::Back,
            newer: false,
        },
        Face {
            side: Side::Back,
            newer: true,
        },
    ];

    /// Whether a card of this model has this face.
    pub fn is_of(self, model: Model) -> bool {
        self.newer == model.has_opaque_qrs()
    }

    /// What stands where.
    pub(super) const fn places(self) -> &'static [Place] {
        match (self.side, self.newer) {
            (Side::Front, false) => &FRONT_OF_2014,
            (Side::Front, true) => &FRONT_OF_2019,
            (Side::Back, false) => &BACK_OF_2014,
            (Side::Back, true) => &BACK_OF_2019,
        }
    }

    /// Where a card issued abroad says so, and others say nothing.
    pub(super) const fn abroad(self) -> Place {
        match (self.side, self.newer) {
            (Side::Front, _) => place(What::Text, 32.5, 50.4, 20.0, 1.7),
            (Side::Back, false) => place(What::Text, 55.0, 31.2, 23.0, 1.9),
            (Side::Back, true) => place(What::Text, 4.2, 28.1, 23.0, 1.9),
        }
    }
}

const FRONT_OF_2014: [Place; 6] = [
    place(What::Drawing, 4.2, 12.2, 25.6, 32.0),
    place(What::Text, 11.5, 2.6, 40.0, 5.8),
    place(What::Text, 32.5, 12.0, 30.0, 22.2),
    place(What::Text, 32.5, 35.4, 38.0, 6.0),
    place(What::Text, 32.5, 43.4, 42.0, 5.6),
    place(What::Drawing, 74.4, 17.2, 8.0, 10.0),
];

const FRONT_OF_2019: [Place; 7] = [
    place(What::Drawing, 4.2, 12.2, 25.6, 32.0),
    place(What::Text, 11.5, 2.6, 40.0, 5.8),
    place(What::Text, 32.5, 12.0, 30.0, 22.2),
    place(What::Text, 32.5, 35.4, 38.0, 6.0),
    place(What::Text, 32.5, 44.4, 46.0, 4.4),
    place(What::Drawing, 74.4, 17.2, 8.0, 10.0),
    place(What::Drawing, 5.0, 45.0, 22.0, 7.6),
];

const BACK_OF_2014: [Place; 5] = [
    place(What::Code, 5.2, 6.4, 14.0, 14.0),
    place(What::Code, 25.5, 5.0, 56.0, 12.5),
    place(What::Code, 33.0, 20.6, 26.0, 5.2),
    place(What::Drawing, 64.0, 20.4, 19.2, 8.0),
    place(What::Text, 4.7, 37.2, 76.2, 14.2),
];

const BACK_OF_2019: [Place; 5] = [
    place(What::Code, 6.4, 5.2, 28.5, 4.2),
    place(What::Code, 24.4, 13.2, 12.0, 12.0),
    place(What::Code, 40.2, 5.6, 20.6, 20.6),
    place(What::Code, 63.0, 5.6, 20.6, 20.6),
    place(What::Text, 4.7, 37.2, 76.2, 14.2),
];

/// Side of a cell, in millimetres.
const CELL: f32 = 2.0;
const ACROSS: usize = (CARD_WIDTH / CELL) as usize;
const DOWN: usize = (CARD_HEIGHT / CELL) as usize;

/// What a flat picture of a card looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// The likest face.
    pub face: Face,
    /// Whether the picture shows it upside down.
    pub turned: bool,
    /// How alike, up to 1.
    pub alike: f32,
    /// By how much it is liker than the other side.
    pub side_margin: f32,
    /// By how much it is liker than the same side of the other design.
    pub design_margin: f32,
}

/// Compares a flat picture of a card with every face.
pub(super) fn likeness(flat: &GrayImage) -> Likeness {
    let cells = detail_map(flat);
    let mut turned_cells = cells.clone();
    turned_cells.reverse();
    let both = Face::ALL.map(|face| {
        let expected = expected(face);
        [alike(&cells, &expected), alike(&turned_cells, &expected)]
    });
    let mut best = (0, 0);
    for nth in 0..both.len() {
        for way in 0..2 {
            if both[nth][way] > both[best.0][best.1] {
                best = (nth, way);
            }
        }
    }
    let face = Face::ALL[best.0];
    let most = |wanted: &dyn Fn(Face) -> bool, ways: &[usize]| {
        Face::ALL
            .iter()
            .zip(&both)
            .filter(|(face, _)| wanted(**face))
            .flat_map(|(_, both)| ways.iter().map(|way| both[*way]))
            .fold(-1.0, f32::max)
    };
    let here = both[best.0][best.1];
    if face.side == Side::Front {
        // The two fronts differ in little but the signature under the portrait.
        return front(
            flat,
            best.1 == 1,
            here,
            here - most(&|other| other.side == Side::Back, &[0, 1]),
        );
    }
    let other_side = most(&|other| other.side != face.side, &[0, 1]);
    let other_design = most(
        &|other| other.side == face.side && other.newer != face.newer,
        &[best.1],
    );
    Likeness {
        face,
        turned: best.1 == 1,
        alike: here,
        side_margin: here - other_side,
        design_margin: here - other_design,
    }
}

/// Where the newer front has a signature, and the older one nothing.
const SIGNATURE: Place = place(What::Drawing, 5.5, 45.6, 20.5, 6.4);
/// Detail there against that of the text, halfway between both designs.
const SIGNED: f32 = 0.30;

fn front(flat: &GrayImage, turned: bool, alike: f32, side_margin: f32) -> Likeness {
    let older = Face {
        side: Side::Front,
        newer: false,
    };
    let ink = if turned {
        print_in(&imageops::rotate180(flat), older, SIGNATURE)
    } else {
        print_in(flat, older, SIGNATURE)
    };
    Likeness {
        face: Face {
            side: Side::Front,
            newer: ink > SIGNED,
        },
        turned,
        alike,
        side_margin,
        design_margin: (ink - SIGNED).abs(),
    }
}

/// How much fine detail each cell has, against its own brightness.
fn detail_map(flat: &GrayImage) -> Vec<f32> {
    let side = (flat.width() as f32 * CELL / CARD_WIDTH).round() as usize;
    let width = flat.width() as usize;
    let raw = flat.as_raw();
    let mut cells = Vec::with_capacity(ACROSS * DOWN);
    for row in 0..DOWN {
        for column in 0..ACROSS {
            let (mut steps, mut light) = (0u32, 1u32);
            for y in row * side..(row + 1) * side {
                for x in column * side..(column + 1) * side {
                    let here = raw[y * width + x];
                    let right = raw[y * width + (x + 1).min(width - 1)];
                    let below = raw[(y * width + x + width).min(raw.len() - 1)];
                    steps += u32::from(here.abs_diff(right)) + u32::from(here.abs_diff(below));
                    light += u32::from(here);
                }
            }
            cells.push(steps as f32 / light as f32);
        }
    }
    cells
}

fn expected(face: Face) -> Vec<f32> {
    let mut cells = vec![0.0; ACROSS * DOWN];
    for (nth, cell) in cells.iter_mut().enumerate() {
        let (x, y) = (
            (nth % ACROSS) as f32 * CELL + CELL / 2.0,
            (nth / ACROSS) as f32 * CELL + CELL / 2.0,
        );
        for place in face.places() {
            let inside = (place.left..place.left + place.width).contains(&x)
                && (place.top..place.top + place.height).contains(&y);
            if inside {
                *cell = place.what.detail();
            }
        }
    }
    cells
}

/// The correlation of two maps, -1 to 1.
fn alike(one: &[f32], other: &[f32]) -> f32 {
    let count = one.len().max(1) as f32;
    let mean = |values: &[f32]| values.iter().sum::<f32>() / count;
    let (mean_one, mean_other) = (mean(one), mean(other));
    let (mut both, mut first, mut second) = (0.0, 1e-9, 1e-9);
    for (a, b) in one.iter().zip(other) {
        let (a, b) = (a - mean_one, b - mean_other);
        both += a * b;
        first += a * a;
        second += b * b;
    }
    both / (first * second).sqrt()
}

/// How much detail there is in a place against that in the face's text: near 0 for blank
/// paper, near 1 for print.
pub(super) fn print_in(flat: &GrayImage, face: Face, place: Place) -> f32 {
    let scale = flat.width() as f32 / CARD_WIDTH;
    let mean = |place: &Place| {
        let (left, top) = ((place.left * scale) as u32, (place.top * scale) as u32);
        let (right, bottom) = (
            (((place.left + place.width) * scale) as u32).min(flat.width() - 1),
            (((place.top + place.height) * scale) as u32).min(flat.height() - 1),
        );
        let (mut steps, mut light) = (0u32, 1u32);
        for y in top..bottom {
            for x in left..right {
                let here = flat.get_pixel(x, y).0[0];
                steps += u32::from(here.abs_diff(flat.get_pixel(x + 1, y).0[0]));
                light += u32::from(here);
            }
        }
        steps as f32 / light as f32
    };
    let texts: Vec<f32> = face
        .places()
        .iter()
        .filter(|place| place.what == What::Text)
        .map(mean)
        .collect();
    mean(&place) / (texts.iter().sum::<f32>() / texts.len().max(1) as f32).max(1e-4)
}
