//! The layout of the card's faces, in millimetres, and which face a flat picture shows.
//!
//! The regions are data: how fine the detail of a face is, and where. A picture's map of detail is
//! correlated with that of each face in both orientations; the greatest correlation wins.

use super::{
    plane::{CARD_HEIGHT, CARD_WIDTH},
    side::Side,
};
use credential::Model;
use image::{GrayImage, imageops};

/// A region of a face, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Region {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
    /// Its content.
    pub content: Content,
}

/// The content of a region, which determines how fine its detail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// QR, PDF417, bars.
    Code,
    /// Print that has to be read.
    Text,
    /// The portrait, a signature.
    Drawing,
}

impl Content {
    /// Density of fine detail relative to a code.
    const fn detail(self) -> f32 {
        match self {
            Content::Code => 1.0,
            Content::Text => 0.6,
            Content::Drawing => 0.22,
        }
    }
}

const fn region(content: Content, left: f32, top: f32, width: f32, height: f32) -> Region {
    Region {
        left,
        top,
        width,
        height,
        content,
    }
}

/// A face of the card, in one of its two designs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Face {
    /// The side of the card.
    pub side: Side,
    /// Whether it is of the design of 2019 (models G and H), not of 2014 (E and F).
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

    /// The regions of the face.
    pub(super) const fn regions(self) -> &'static [Region] {
        match (self.side, self.newer) {
            (Side::Front, false) => &FRONT_OF_2014,
            (Side::Front, true) => &FRONT_OF_2019,
            (Side::Back, false) => &BACK_OF_2014,
            (Side::Back, true) => &BACK_OF_2019,
        }
    }

    /// The region where a card issued abroad says so; it is blank on others.
    pub(super) const fn abroad(self) -> Region {
        match (self.side, self.newer) {
            (Side::Front, _) => region(Content::Text, 32.5, 50.4, 20.0, 1.7),
            (Side::Back, false) => region(Content::Text, 55.0, 31.2, 23.0, 1.9),
            (Side::Back, true) => region(Content::Text, 4.2, 28.1, 23.0, 1.9),
        }
    }
}

const FRONT_OF_2014: [Region; 6] = [
    region(Content::Drawing, 4.2, 12.2, 25.6, 32.0),
    region(Content::Text, 11.5, 2.6, 40.0, 5.8),
    region(Content::Text, 32.5, 12.0, 30.0, 22.2),
    region(Content::Text, 32.5, 35.4, 38.0, 6.0),
    region(Content::Text, 32.5, 43.4, 42.0, 5.6),
    region(Content::Drawing, 74.4, 17.2, 8.0, 10.0),
];

const FRONT_OF_2019: [Region; 7] = [
    region(Content::Drawing, 4.2, 12.2, 25.6, 32.0),
    region(Content::Text, 11.5, 2.6, 40.0, 5.8),
    region(Content::Text, 32.5, 12.0, 30.0, 22.2),
    region(Content::Text, 32.5, 35.4, 38.0, 6.0),
    region(Content::Text, 32.5, 44.4, 46.0, 4.4),
    region(Content::Drawing, 74.4, 17.2, 8.0, 10.0),
    region(Content::Drawing, 5.0, 45.0, 22.0, 7.6),
];

const BACK_OF_2014: [Region; 5] = [
    region(Content::Code, 5.2, 6.4, 14.0, 14.0),
    region(Content::Code, 25.5, 5.0, 56.0, 12.5),
    region(Content::Code, 33.0, 20.6, 26.0, 5.2),
    region(Content::Drawing, 64.0, 20.4, 19.2, 8.0),
    region(Content::Text, 4.7, 37.2, 76.2, 14.2),
];

const BACK_OF_2019: [Region; 5] = [
    region(Content::Code, 6.4, 5.2, 28.5, 4.2),
    region(Content::Code, 24.4, 13.2, 12.0, 12.0),
    region(Content::Code, 40.2, 5.6, 20.6, 20.6),
    region(Content::Code, 63.0, 5.6, 20.6, 20.6),
    region(Content::Text, 4.7, 37.2, 76.2, 14.2),
];

/// Side of a cell, in millimetres.
const CELL: f32 = 2.0;
const ACROSS: usize = (CARD_WIDTH / CELL) as usize;
const DOWN: usize = (CARD_HEIGHT / CELL) as usize;

/// The face that a flat picture of a card looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// The face with the greatest correlation.
    pub face: Face,
    /// Whether the picture shows it upside down.
    pub turned: bool,
    /// That correlation, up to 1.
    pub correlation: f32,
    /// How much greater it is than that of the other side.
    pub side_margin: f32,
    /// How much greater it is than that of the same side in the other design.
    pub design_margin: f32,
}

/// Correlates a flat picture of a card with every face.
pub(super) fn likeness(flat: &GrayImage) -> Likeness {
    let cells = detail_map(flat);
    let mut turned_cells = cells.clone();
    turned_cells.reverse();
    let both = Face::ALL.map(|face| {
        let expected = expected(face);
        [
            correlation(&cells, &expected),
            correlation(&turned_cells, &expected),
        ]
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
        // The fronts of both designs differ in little but the signature under the portrait.
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
        correlation: here,
        side_margin: here - other_side,
        design_margin: here - other_design,
    }
}

/// The signature of the newer front; the older one is blank there.
const SIGNATURE: Region = region(Content::Drawing, 5.5, 45.6, 20.5, 6.4);
/// Detail there relative to that of the text, halfway between both designs.
const SIGNED: f32 = 0.30;

fn front(flat: &GrayImage, turned: bool, correlation: f32, side_margin: f32) -> Likeness {
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
        correlation,
        side_margin,
        design_margin: (ink - SIGNED).abs(),
    }
}

/// Fine detail of each cell relative to its brightness.
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
        for region in face.regions() {
            let inside = (region.left..region.left + region.width).contains(&x)
                && (region.top..region.top + region.height).contains(&y);
            if inside {
                *cell = region.content.detail();
            }
        }
    }
    cells
}

/// Normalised correlation of two maps, -1 to 1.
fn correlation(one: &[f32], other: &[f32]) -> f32 {
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

/// Detail in a region relative to that in the face's text: near 0 for blank paper, near 1 for
/// print.
pub(super) fn print_in(flat: &GrayImage, face: Face, region: Region) -> f32 {
    let scale = flat.width() as f32 / CARD_WIDTH;
    let mean = |region: &Region| {
        let (left, top) = ((region.left * scale) as u32, (region.top * scale) as u32);
        let (right, bottom) = (
            (((region.left + region.width) * scale) as u32).min(flat.width() - 1),
            (((region.top + region.height) * scale) as u32).min(flat.height() - 1),
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
        .regions()
        .iter()
        .filter(|region| region.content == Content::Text)
        .map(mean)
        .collect();
    mean(&region) / (texts.iter().sum::<f32>() / texts.len().max(1) as f32).max(1e-4)
}
