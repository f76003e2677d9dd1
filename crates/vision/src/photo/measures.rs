//! Measures everything on a picture of a card, without judging it.

use super::{
    bezel::bezel,
    colourfulness, detail,
    evenness::{Evenness, evenness},
    layout::{Content, Likeness, likeness, print_in},
    light,
    lines::edges,
    outline::{self, Outline},
    plane::CardPlane,
    screen::{Grid, grid},
    sharpness,
    side::Side,
};
use crate::raster::{Point, luma::grey, views::ColourViews};
use image::{RgbImage, imageops};

/// The measures of a picture of a card.
#[derive(Debug, Clone, PartialEq)]
pub struct CardMeasures {
    /// The card, where one was found.
    pub card: Option<CardSeen>,
    /// Steepness of the edges in the text, up to 1; `None` where there are no edges.
    pub sharpness: Option<f32>,
    /// The light: on the card if one was found, else in the middle of the picture.
    pub light: Evenness,
    /// Colourfulness of the card, or of the middle of the picture.
    pub colour: f32,
    /// Signs of a screen's grid; only measured in stills.
    pub grid: Grid,
    /// Number of sides with the dark frame of a screen.
    pub bezel: u8,
    /// The share of the picture's squares that have print in them.
    pub print: f32,
    /// The share of the picture that print spans.
    pub span: f32,
    /// Whether print reaches the rim of the picture.
    pub at_rim: bool,
}

/// A card in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CardSeen {
    /// Its outline; the corners begin at the card's own top left.
    pub outline: Outline,
    /// The face that it looks like.
    pub likeness: Likeness,
    /// Print in the region where a card issued abroad says so.
    pub abroad: f32,
}

/// Pixels to a millimetre of the flat card.
const FLAT: u32 = 4;

/// Measures a picture; a `still` also for signs of a screen.
pub fn measure_card(picture: &RgbImage, still: bool) -> CardMeasures {
    let views = ColourViews::new(picture);
    let (fine, small) = (views.fine(), views.small());
    let detail = detail::detail(views.small_grey());
    let edges = edges(views.tiny());
    let found = outline::find(&edges, fine);
    let zoom = (
        picture.width() as f32 / fine.width().max(1) as f32,
        picture.height() as f32 / fine.height().max(1) as f32,
    );
    let seen = found.and_then(|outline| Some((outline, CardPlane::seen_at(outline.corners)?)));
    let Some((mut outline, mut plane)) = seen else {
        let light = light::measure(views.small_grey());
        return CardMeasures {
            card: None,
            sharpness: sharpness::steepness(views.fine_grey()),
            light: Evenness {
                paper: f32::from(light.paper),
                burnt: light.burnt,
                glare: light.glare,
                shade: 1.0,
            },
            colour: colourfulness::colour(small),
            grid: if still {
                grid(picture, None)
            } else {
                Grid::default()
            },
            bezel: if still {
                bezel(views.tiny(), &edges, None)
            } else {
                0
            },
            print: detail.share,
            span: detail.span(),
            at_rim: detail.at_rim(),
        };
    };
    let mut flat = plane.flat(fine, FLAT);
    let mut flat_grey = grey(&flat);
    let likeness = likeness(&flat_grey);
    if likeness.turned {
        outline.corners.rotate_left(2);
        plane = plane.turned();
        flat = imageops::rotate180(&flat);
        flat_grey = imageops::rotate180(&flat_grey);
    }
    let sharpness = likeness
        .face
        .regions()
        .iter()
        .filter(|region| region.content == Content::Text)
        .filter_map(|region| {
            let (right, bottom) = (region.left + region.width, region.top + region.height);
            let corners = [
                (region.left, region.top),
                (right, region.top),
                (right, bottom),
                (region.left, bottom),
            ]
            .map(|place| plane.pixel(place));
            sharpness::steepness_in(views.fine_grey(), bounds(&corners))
        })
        .reduce(f32::min);
    let in_picture = outline.corners.map(|(x, y)| (x * zoom.0, y * zoom.1));
    let grid = if still {
        grid(picture, CardPlane::seen_at(in_picture).as_ref())
    } else {
        Grid::default()
    };
    CardMeasures {
        light: evenness(&flat, Some(likeness.face)),
        colour: colourfulness::colour(&flat),
        card: Some(CardSeen {
            abroad: print_in(&flat_grey, likeness.face, likeness.face.abroad()),
            outline: Outline {
                corners: in_picture,
                ..outline
            },
            likeness,
        }),
        sharpness,
        grid,
        bezel: if still {
            bezel(
                views.tiny(),
                &edges,
                Some(
                    &outline
                        .corners
                        .map(|(x, y)| (x / fine.width() as f32, y / fine.height() as f32)),
                ),
            )
        } else {
            0
        },
        print: detail.share,
        span: detail.span(),
        at_rim: detail.at_rim(),
    }
}

/// The bounding box of four points: left, top, right, bottom.
fn bounds(corners: &[Point; 4]) -> [f32; 4] {
    let least = |of: fn(&Point) -> f32| corners.iter().map(of).fold(f32::INFINITY, f32::min);
    let most = |of: fn(&Point) -> f32| corners.iter().map(of).fold(f32::NEG_INFINITY, f32::max);
    [least(|p| p.0), least(|p| p.1), most(|p| p.0), most(|p| p.1)]
}

impl CardSeen {
    /// Whether it looks like this side of a card.
    pub fn is(&self, side: Side) -> bool {
        self.likeness.face.side == side
    }
}
