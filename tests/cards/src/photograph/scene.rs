//! The place of the camera, the direction of the light, and the steadiness of the hand.

use super::{Level, Twist, homography::Homography};
use crate::{
    chance::Chance,
    draw::{CARD_HEIGHT, CARD_WIDTH},
};

/// The ranges of one level.
struct Ranges {
    /// The least and the greatest share of the picture that the card fills.
    fill: (f64, f64),
    /// Turn in the plane, degrees either way.
    turn: f64,
    /// Tilt out of the plane, degrees either way.
    tilt: f64,
    /// The least and the greatest brightness at the middle.
    exposure: (f64, f64),
    /// How much darker one side of the picture is than the other.
    gradient: f64,
    /// How dark the shadow of hand or phone may be.
    shadow: f64,
    /// How strong a reflection may be, and how wide in millimetres.
    glare: (f64, f64),
    /// Blur across and along the movement, in pixels of a picture 1,280 wide.
    blur: (f64, f64),
    /// Noise, in steps of 255.
    noise: f64,
}

const fn ranges(level: Level) -> Ranges {
    match level {
        Level::Easy => Ranges {
            fill: (0.88, 0.93),
            turn: 1.5,
            tilt: 3.0,
            exposure: (0.97, 1.03),
            gradient: 0.05,
            shadow: 0.0,
            glare: (0.0, 1.0),
            blur: (0.30, 0.30),
            noise: 1.5,
        },
        Level::Ordinary => Ranges {
            fill: (0.80, 0.90),
            turn: 5.0,
            tilt: 9.0,
            exposure: (0.85, 1.08),
            gradient: 0.16,
            shadow: 0.12,
            glare: (0.15, 7.0),
            blur: (0.45, 0.55),
            noise: 3.0,
        },
        Level::Careless => Ranges {
            fill: (0.72, 0.86),
            turn: 11.0,
            tilt: 17.0,
            exposure: (0.70, 1.12),
            gradient: 0.28,
            shadow: 0.30,
            glare: (0.45, 8.0),
            blur: (0.65, 0.85),
            noise: 5.0,
        },
        Level::Poor => Ranges {
            fill: (0.58, 0.74),
            turn: 19.0,
            tilt: 26.0,
            exposure: (0.50, 1.20),
            gradient: 0.42,
            shadow: 0.48,
            glare: (0.85, 12.0),
            blur: (1.0, 1.7),
            noise: 9.0,
        },
        Level::Dreadful => Ranges {
            fill: (0.42, 0.62),
            turn: 32.0,
            tilt: 34.0,
            exposure: (0.32, 1.35),
            gradient: 0.55,
            shadow: 0.62,
            glare: (1.0, 18.0),
            blur: (1.7, 3.4),
            noise: 15.0,
        },
    }
}

/// One reflection.
struct Glare {
    at: (f64, f64),
    wide: f64,
    strength: f64,
}

/// The conditions of one photograph, without the card and the desk.
pub(super) struct Scene {
    back: Homography,
    /// The card's corners in the picture, its top left first, clockwise.
    pub corners: [(f64, f64); 4],
    /// The scale of the card.
    pub pixels_per_mm: f64,
    /// The length of the card's own shadow, in millimetres.
    pub shadow: (f64, f64),
    /// Colour of the light.
    pub tint: [f64; 3],
    /// Blur across and along, in pixels.
    pub blur: (f64, f64),
    /// Noise, in steps of 255.
    pub noise: f64,
    size: (f64, f64),
    exposure: f64,
    gradient: (f64, f64),
    edge: (f64, f64, f64),
    edge_darkness: f64,
    glares: Vec<Glare>,
}

fn smooth_step(from: f64, to: f64, at: f64) -> f64 {
    let t = ((at - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The corners of the card as a camera sees them: turned, tilted, then scaled so that it fills
/// its share of the picture and is near the middle.
fn corners(ranges: &Ranges, chance: &mut Chance, width: f64, height: f64) -> [(f64, f64); 4] {
    let degrees = |chance: &mut Chance, limit: f64| chance.between(-limit, limit).to_radians();
    let turn = degrees(chance, ranges.turn);
    let (tilt_x, tilt_y) = (degrees(chance, ranges.tilt), degrees(chance, ranges.tilt));
    // The camera is two and a half card widths away, as a hand holds a phone.
    let distance = CARD_WIDTH * 2.5;
    let seen = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(x, y)| {
        let (x, y) = (x * CARD_WIDTH, y * CARD_HEIGHT);
        let (x, y) = (
            x * turn.cos() - y * turn.sin(),
            x * turn.sin() + y * turn.cos(),
        );
        let depth = distance + x * tilt_y.sin() + y * tilt_x.sin();
        (
            x * tilt_y.cos() * distance / depth,
            y * tilt_x.cos() * distance / depth,
        )
    });
    let bounds = |pick: fn(&(f64, f64)) -> f64| {
        let low = seen.iter().map(pick).fold(f64::INFINITY, f64::min);
        let high = seen.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
        (low, high)
    };
    let ((left, right), (top, bottom)) = (bounds(|p| p.0), bounds(|p| p.1));
    let fill = chance.between(ranges.fill.0, ranges.fill.1);
    let scale = (width * fill / (right - left)).min(height * fill / (bottom - top));
    // It may be anywhere in half of the remaining room.
    let slack = |room: f64, taken: f64| (room - taken * scale).max(0.0) * 0.25;
    let (slack_x, slack_y) = (slack(width, right - left), slack(height, bottom - top));
    let middle = (
        width / 2.0 + chance.between(-slack_x, slack_x),
        height / 2.0 + chance.between(-slack_y, slack_y),
    );
    seen.map(|(x, y)| {
        (
            middle.0 + (x - (left + right) / 2.0) * scale,
            middle.1 + (y - (top + bottom) / 2.0) * scale,
        )
    })
}

impl Scene {
    /// A scene within the limits of this level, for a picture of this size.
    pub fn of(level: Level, chance: &mut Chance, width: f64, height: f64) -> Self {
        let ranges = ranges(level);
        let corners = corners(&ranges, chance, width, height);
        let long = |from: usize, to: usize| {
            (corners[from].0 - corners[to].0).hypot(corners[from].1 - corners[to].1)
        };
        let warmth = chance.between(-0.05, 0.07);
        // With more pixels the same blur has more of them, but less than in proportion, because
        // finer cameras have better lenses.
        let detail = (width / 1_280.0).powf(0.7);
        let glares = (0..1 + level.number() / 4)
            .map(|_| Glare {
                at: (
                    chance.between(0.05, 0.95) * CARD_WIDTH,
                    chance.between(0.05, 0.95) * CARD_HEIGHT,
                ),
                wide: ranges.glare.1 * chance.between(0.6, 1.0),
                strength: ranges.glare.0 * chance.between(0.5, 1.0),
            })
            .collect();
        let direction = chance.between(0.0, std::f64::consts::TAU);
        let edge = chance.between(0.0, std::f64::consts::TAU);
        let gradient = ranges.gradient * chance.between(0.5, 1.0);
        Self {
            back: Homography::back_to(CARD_WIDTH, CARD_HEIGHT, corners),
            corners,
            pixels_per_mm: (long(0, 1) + long(3, 2)) / (2.0 * CARD_WIDTH),
            shadow: (direction.cos() * 1.1, direction.sin() * 1.1),
            tint: [1.0 + warmth, 1.0, 1.0 - warmth],
            blur: (
                ranges.blur.1 * detail * chance.between(0.7, 1.0),
                ranges.blur.0 * detail,
            ),
            noise: ranges.noise * chance.between(0.7, 1.0),
            size: (width, height),
            exposure: chance.between(ranges.exposure.0, ranges.exposure.1),
            gradient: (gradient * direction.cos(), gradient * direction.sin()),
            edge: (edge.cos(), edge.sin(), chance.between(-0.15, 0.35)),
            edge_darkness: ranges.shadow * chance.between(0.4, 1.0),
            glares,
        }
    }

    /// Applies the changes of the twist.
    pub fn twist(&mut self, twist: &Twist) {
        let (right, down) = (twist.shift.0 * self.size.0, twist.shift.1 * self.size.1);
        self.corners = self.corners.map(|(x, y)| (x + right, y + down));
        self.back = Homography::back_to(CARD_WIDTH, CARD_HEIGHT, self.corners);
        if let Some((x, y, wide)) = twist.glare {
            self.glares.push(Glare {
                at: (x, y),
                wide,
                strength: 1.0,
            });
        }
        if let Some(exposure) = twist.exposure {
            self.exposure = exposure;
        }
        if let Some(darkness) = twist.shadow {
            self.edge_darkness = darkness;
            self.edge.2 = 0.0;
        }
        let shake = twist.shake * self.size.0 / 1_280.0;
        self.blur = (self.blur.0.hypot(shake), self.blur.1.hypot(shake * 0.6));
    }

    /// Makes it the same scene a moment later, moved by a shaky hand.
    pub fn shake(&mut self, chance: &mut Chance) {
        let (width, height) = self.size;
        let shift = [width, height].map(|side| chance.between(-0.012, 0.012) * side);
        let zoom = 1.0 + chance.between(-0.015, 0.015);
        let (sin, cos) = chance.between(-1.2, 1.2_f64).to_radians().sin_cos();
        let tilt = [width, height].map(|side| chance.between(-0.02, 0.02) / side);
        self.corners = self.corners.map(|(x, y)| {
            let (dx, dy) = (x - width / 2.0, y - height / 2.0);
            let scale = zoom / (1.0 + tilt[0] * dx + tilt[1] * dy);
            (
                width / 2.0 + shift[0] + (dx * cos - dy * sin) * scale,
                height / 2.0 + shift[1] + (dx * sin + dy * cos) * scale,
            )
        });
        self.back = Homography::back_to(CARD_WIDTH, CARD_HEIGHT, self.corners);
        let steadier = chance.between(0.6, 1.25);
        self.blur = (self.blur.0 * steadier, self.blur.1 * steadier);
        for glare in &mut self.glares {
            glare.at.0 += chance.between(-2.5, 2.5);
            glare.at.1 += chance.between(-2.5, 2.5);
        }
    }

    /// The place on the card, in millimetres, that this pixel shows.
    pub fn on_card(&self, x: f64, y: f64) -> (f64, f64) {
        self.back.map(x, y)
    }

    /// The pixel of this place of the card, in millimetres.
    pub fn in_picture(&self, u: f64, v: f64) -> (f64, f64) {
        self.back.inverse().map(u, v)
    }

    /// The light on this pixel: exposure, gradient, the shadow of a hand or phone, and vignetting.
    pub fn light(&self, x: f64, y: f64) -> f64 {
        let (x, y) = (x / self.size.0 - 0.5, y / self.size.1 - 0.5);
        let gradient = 1.0 - self.gradient.0 * x - self.gradient.1 * y;
        let side = self.edge.0 * x + self.edge.1 * y;
        let shadow = 1.0 - self.edge_darkness * smooth_step(self.edge.2, self.edge.2 + 0.12, side);
        let corners = 1.0 - 0.22 * (x * x + y * y);
        self.exposure * gradient * shadow * corners
    }

    /// The white that reflections add at this place of the card, 0 to 1.
    pub fn reflection(&self, u: f64, v: f64) -> f64 {
        let sum: f64 = self
            .glares
            .iter()
            .map(|glare| {
                let (du, dv) = ((u - glare.at.0) / glare.wide, (v - glare.at.1) / glare.wide);
                glare.strength * (-(du * du + dv * dv * 1.8)).exp()
            })
            .sum();
        sum.min(1.0)
    }

    /// The darkness of the desk at this distance from the card's shadow.
    pub fn shade_under_card(&self, distance: f64) -> f64 {
        0.62 + 0.38 * smooth_step(-0.8, 2.6, distance)
    }
}
