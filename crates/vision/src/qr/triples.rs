//! Which three finder patterns belong to one code.

use super::{finder::FinderPattern, found::Located};
use std::f32::consts::FRAC_PI_2;

/// Distance between centres in modules. The public code has 25 to 41 modules a side; the dense
/// ones, which only the authority can read, have 97. Between centres there are 7 fewer, and tilt
/// makes them look fewer still.
const MODULES: std::ops::RangeInclusive<f32> = 10.0..=60.0;
/// Most triples that are returned.
const MOST: usize = 24;

/// Three patterns as corners of one code, and how well they agree in size, angle and distance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Triple {
    pub place: Located,
    pub score: f32,
}

/// The triples that look most like a code, best first.
pub(super) fn triples(finders: &[FinderPattern]) -> Vec<Triple> {
    let mut all = Vec::new();
    for (nth, corner) in finders.iter().enumerate() {
        for (one_nth, one) in finders.iter().enumerate() {
            if one_nth == nth || !may_be_side(corner, one) {
                continue;
            }
            for (two_nth, two) in finders.iter().enumerate() {
                // This order leaves mirrored codes out.
                if two_nth != nth && two_nth != one_nth && may_be_side(corner, two) {
                    all.extend(triple(corner, one, two));
                }
            }
        }
    }
    all.sort_by(|one: &Triple, two| two.score.total_cmp(&one.score));
    all.truncate(MOST);
    all
}

fn may_be_side(corner: &FinderPattern, other: &FinderPattern) -> bool {
    let module = (corner.module + other.module) / 2.0;
    let ratio = corner.module / other.module;
    let distance = (corner.at.0 - other.at.0).hypot(corner.at.1 - other.at.1) / module;
    (0.66..=1.5).contains(&ratio) && MODULES.contains(&distance)
}

/// The top left, the top right and the bottom left pattern of a code.
fn triple(tl: &FinderPattern, tr: &FinderPattern, bl: &FinderPattern) -> Option<Triple> {
    let across = (tr.at.0 - tl.at.0, tr.at.1 - tl.at.1);
    let down = (bl.at.0 - tl.at.0, bl.at.1 - tl.at.1);
    let (wide, high) = (across.0.hypot(across.1), down.0.hypot(down.1));
    // Positive where going from across to down is clockwise on the screen.
    let turn = (across.0 * down.1 - across.1 * down.0) / (wide * high);
    let skew = (across.0 * down.0 + across.1 * down.1) / (wide * high);
    let ratio = (wide / high).ln().abs();
    if turn < 0.8 || skew.abs() > 0.5 || ratio > 0.5 {
        return None;
    }
    let module = (tl.module + tr.module + bl.module) / 3.0;
    let uneven =
        (tl.module.max(tr.module).max(bl.module) / tl.module.min(tr.module).min(bl.module)).ln();
    let askew = [(tl, across), (tr, across), (bl, across)]
        .iter()
        .map(|(finder, side)| angle_between(finder.angle, side.1.atan2(side.0)))
        .sum::<f32>();
    // The patterns of a dense code look like those of a small one. The modules between them decide
    // later.
    let score = tl.correlation + tr.correlation + bl.correlation
        - 0.6 * ratio
        - 0.6 * skew.abs()
        - 0.5 * uneven
        - 0.3 * askew;
    Some(Triple {
        place: Located {
            centres: [bl.at, tl.at, tr.at],
            module,
            squares: None,
        },
        score,
    })
}

/// The angle between two directions, modulo a quarter turn.
fn angle_between(one: f32, two: f32) -> f32 {
    let non_maximum_suppression = (one - two).rem_euclid(FRAC_PI_2);
    non_maximum_suppression.min(FRAC_PI_2 - non_maximum_suppression)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finder(x: f32, y: f32) -> FinderPattern {
        FinderPattern {
            at: (x, y),
            module: 3.0,
            angle: 0.0,
            correlation: 0.9,
        }
    }

    #[test]
    fn three_corners_make_one_code_and_its_top_left_is_the_right_angle() {
        let corners = [
            finder(200.0, 100.0),
            finder(100.0, 100.0),
            finder(100.0, 200.0),
            finder(400.0, 390.0),
        ];
        let found = triples(&corners);
        assert_eq!(
            found[0].place.centres,
            [(100.0, 200.0), (100.0, 100.0), (200.0, 100.0)]
        );
        assert!(triples(&corners[..2]).is_empty());
    }
}
