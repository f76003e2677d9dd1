//! A signature: one restless line and a flourish, different for each person.

use crate::{chance::Chance, person::Person};
use std::fmt::Write as _;

/// The width of the space that [`strokes`] draws in.
pub(super) const WIDTH: f64 = 300.0;
/// Its height.
pub(super) const HEIGHT: f64 = 110.0;

type Point = (f64, f64);

/// A smooth path through the points (Catmull-Rom, written as cubic curves).
fn smooth(points: &[Point]) -> String {
    let at = |place: isize| points[place.clamp(0, points.len() as isize - 1) as usize];
    let mut path = format!("M{:.2} {:.2}", points[0].0, points[0].1);
    for place in 0..points.len() as isize - 1 {
        let (before, from, to, after) = (at(place - 1), at(place), at(place + 1), at(place + 2));
        let _ = write!(
            path,
            "C{:.2} {:.2} {:.2} {:.2} {:.2} {:.2}",
            from.0 + (to.0 - before.0) / 6.0,
            from.1 + (to.1 - before.1) / 6.0,
            to.0 - (after.0 - from.0) / 6.0,
            to.1 - (after.1 - from.1) / 6.0,
            to.0,
            to.1
        );
    }
    path
}

/// The letters: up and down with a forward drift, the first one tall and with a loop.
fn letters(chance: &mut Chance) -> Vec<Point> {
    let count = 12 + chance.below(10) as usize;
    let (start, end) = (chance.between(18.0, 40.0), chance.between(215.0, 275.0));
    let slant = chance.between(4.0, 14.0);
    let mut points = vec![(start, 72.0)];
    points.push((start + chance.between(2.0, 14.0), chance.between(8.0, 22.0)));
    points.push((
        start + chance.between(14.0, 34.0),
        chance.between(58.0, 92.0),
    ));
    points.push((
        start - chance.between(2.0, 12.0),
        chance.between(46.0, 70.0),
    ));
    for nth in 0..count {
        let along = start + 22.0 + (end - start - 22.0) * nth as f64 / count as f64;
        let tall = if chance.percent(22.0) { 2.4 } else { 1.0 };
        let up = nth % 2 == 0;
        let swing = chance.between(7.0, 15.0) * if up { tall } else { 1.0 };
        let y = if up { 66.0 - swing } else { 66.0 + swing * 0.8 };
        let lean = if up { slant } else { -slant * 0.4 };
        points.push((along + lean + chance.between(-6.0, 6.0), y));
    }
    points
}

/// The flourish: a line back under the name, sometimes with a loop.
fn flourish(chance: &mut Chance, from: Point) -> Vec<Point> {
    let mut points = vec![from];
    points.push((
        from.0 + chance.between(5.0, 20.0),
        chance.between(78.0, 90.0),
    ));
    let back = chance.between(25.0, 90.0);
    points.push((from.0 * 0.55 + back * 0.45, chance.between(86.0, 102.0)));
    points.push((back, chance.between(84.0, 98.0)));
    if chance.percent(60.0) {
        points.push((
            back + chance.between(12.0, 30.0),
            chance.between(70.0, 82.0),
        ));
    }
    points.push((
        from.0 + chance.between(-30.0, 15.0),
        chance.between(88.0, 104.0),
    ));
    points
}

/// The pen's strokes, in a space of [`WIDTH`] by [`HEIGHT`].
pub(super) fn strokes(person: &Person, ink: &str, thickness: f64) -> String {
    let mut chance = Chance::new(person.seed, person.index, "signature");
    let letters = letters(&mut chance);
    let last = letters[letters.len() - 1];
    let flourish = flourish(&mut chance, last);
    format!(
        concat!(
            r#"<g fill="none" stroke="{ink}" stroke-linecap="round" stroke-linejoin="round">"#,
            r#"<path stroke-width="{wide:.2}" d="{letters}"/>"#,
            r#"<path stroke-width="{thin:.2}" d="{flourish}"/></g>"#
        ),
        ink = ink,
        wide = thickness,
        thin = thickness * 0.75,
        letters = smooth(&letters),
        flourish = smooth(&flourish),
    )
}
