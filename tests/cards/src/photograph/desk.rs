//! The desk under the card.

use crate::chance::{Chance, scatter};

#[derive(Clone, Copy)]
enum Kind {
    Wood,
    Cloth,
    Plain,
}

/// A desk: its surface and colour.
pub(super) struct Desk {
    kind: Kind,
    colour: [f64; 3],
    seed: u64,
    angle: (f64, f64),
}

const COLOURS: [(Kind, [f64; 3]); 8] = [
    (Kind::Wood, [150.0, 104.0, 66.0]),
    (Kind::Wood, [98.0, 64.0, 42.0]),
    (Kind::Wood, [196.0, 160.0, 116.0]),
    (Kind::Cloth, [70.0, 84.0, 108.0]),
    (Kind::Cloth, [124.0, 56.0, 54.0]),
    (Kind::Plain, [58.0, 60.0, 64.0]),
    (Kind::Plain, [205.0, 203.0, 196.0]),
    (Kind::Plain, [96.0, 120.0, 112.0]),
];

impl Desk {
    /// A random desk.
    pub fn of(chance: &mut Chance) -> Self {
        let (kind, colour) = COLOURS[chance.below(COLOURS.len() as u64) as usize];
        let (sin, cos) = chance.between(-0.5, 0.5).sin_cos();
        Self {
            kind,
            colour,
            seed: chance.bits(),
            angle: (sin, cos),
        }
    }

    /// A random value at each crossing of a grid, -1 to 1.
    fn at(&self, x: i64, y: i64) -> f64 {
        let place = (x as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (y as u64).rotate_left(32);
        (scatter(place ^ self.seed) >> 40) as f64 / f64::from(1u32 << 23) - 1.0
    }

    /// The same, smooth in between.
    fn smooth(&self, x: f64, y: f64) -> f64 {
        let (x0, y0) = (x.floor(), y.floor());
        let ease = |t: f64| t * t * (3.0 - 2.0 * t);
        let (dx, dy) = (ease(x - x0), ease(y - y0));
        let (x0, y0) = (x0 as i64, y0 as i64);
        let top = self.at(x0, y0) * (1.0 - dx) + self.at(x0 + 1, y0) * dx;
        let bottom = self.at(x0, y0 + 1) * (1.0 - dx) + self.at(x0 + 1, y0 + 1) * dx;
        top * (1.0 - dy) + bottom * dy
    }

    /// Its colour at a place, in millimetres.
    pub fn colour(&self, u: f64, v: f64) -> [f64; 3] {
        let x = u * self.angle.1 - v * self.angle.0;
        let y = u * self.angle.0 + v * self.angle.1;
        let change = match self.kind {
            Kind::Wood => {
                let bend = self.smooth(x * 0.03, y * 0.09) * 6.0;
                let rings = (y * 0.55 + bend).sin() * 0.10;
                rings
                    + self.smooth(x * 0.12, y * 3.1) * 0.10
                    + self.smooth(x * 0.01, y * 0.04) * 0.08
            }
            Kind::Cloth => {
                let threads = ((x * 4.2).sin() + (y * 4.2).sin()) * 0.06;
                threads + self.smooth(x * 0.05, y * 0.05) * 0.10
            }
            Kind::Plain => {
                self.smooth(x * 0.03, y * 0.03) * 0.05 + self.smooth(x * 2.0, y * 2.0) * 0.015
            }
        };
        self.colour.map(|part| part * (1.0 + change))
    }
}
