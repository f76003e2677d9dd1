//! The fixed patterns of a code searched around their expected positions: the finder patterns and
//! the last alignment pattern. This corrects poses whose error is beyond a step of
//! [`super::align`].

use super::{patch::Patch, tables::alignments};
use crate::{qr::pose::Pose, raster::homography::Projection};

/// Reach of the search for a finder pattern, in modules.
const REACH: f32 = 1.75;
/// Reach of the search for the last alignment pattern, whose position depends on a perspective
/// that the finder patterns do not determine.
const FAR_REACH: f32 = 3.0;
/// Step of the search, in modules.
const STEP: f32 = 0.5;
/// Least correlation of a finder pattern.
const LEAST_CORRELATION: f32 = 0.45;
/// Least correlation of the alignment pattern, which is smaller and so more often matched by chance.
const LEAST_ALIGNMENT: f32 = 0.7;

/// A pattern of concentric square rings, dark (`true`) or light, from the centre outwards.
struct Pattern {
    rings: &'static [bool],
}

const FINDER: Pattern = Pattern {
    rings: &[true, true, false, true, false],
};
const ALIGNMENT: Pattern = Pattern {
    rings: &[true, false, true],
};

/// Moves the pose so that its fixed patterns coincide with the picture's. Also returns the weakest
/// correlation of the three finder patterns, -1 to 1.
pub(super) fn aligned(patch: &Patch, pose: &Pose) -> Option<(Pose, f32)> {
    let side = pose.dimension() as f64;
    let plane = pose.plane().projection();
    let finders = [(3.5, 3.5), (side - 3.5, 3.5), (3.5, side - 3.5)];
    let mut seen = [(0.0, 0.0); 3];
    let mut weakest = f32::INFINITY;
    for (place, (u, v)) in seen.iter_mut().zip(finders) {
        let (found, correlation) = search(patch, &plane, (u as f32, v as f32), &FINDER, REACH);
        *place = found;
        weakest = weakest.min(correlation);
    }
    if weakest < LEAST_CORRELATION {
        // The pose is too far off, or there is no code: the rounds that follow will find out.
        return Some((*pose, weakest));
    }
    // Three patterns determine everything but the perspective, which stays as it was.
    let by_three = by_three(pose, finders, seen)?;
    let (centres, count) = alignments(pose.version());
    if count < 2 {
        return Some((by_three, weakest));
    }
    let last = centres[count - 1] as f64 + 0.5;
    let plane = by_three.plane().projection();
    let at = (last as f32, last as f32);
    let (found, correlation) = search(patch, &plane, at, &ALIGNMENT, FAR_REACH);
    if correlation < LEAST_ALIGNMENT {
        return Some((by_three, weakest));
    }
    let to = |(u, v): (f64, f64)| by_three.map(u, v);
    let [one, two, three] = finders;
    let by_four = Pose::of_points(
        pose.version(),
        [one, two, (last, last), three],
        [to(one), to(two), by_three.map(found.0, found.1), to(three)],
    );
    Some((by_four.unwrap_or(by_three), weakest))
}

/// Moves the pose by the affine map that takes three points to where they were found, all in
/// modules.
fn by_three(pose: &Pose, at: [(f64, f64); 3], seen: [(f64, f64); 3]) -> Option<Pose> {
    let fourth = |p: [(f64, f64); 3]| (p[1].0 + p[2].0 - p[0].0, p[1].1 + p[2].1 - p[0].1);
    let to = |(u, v): (f64, f64)| pose.map(u, v);
    Pose::of_points(
        pose.version(),
        [at[0], at[1], fourth(at), at[2]],
        [to(seen[0]), to(seen[1]), to(fourth(seen)), to(seen[2])],
    )
}

/// The position, in modules, at which a pattern expected here correlates best, with sub-step
/// interpolation, and the correlation there.
fn search(
    patch: &Patch,
    plane: &Projection,
    at: (f32, f32),
    pattern: &Pattern,
    reach: f32,
) -> ((f64, f64), f32) {
    let steps = (reach / STEP) as i32;
    let wide = (2 * steps + 1) as usize;
    let mut scores = vec![0f32; wide * wide];
    let mut best = (0, f32::NEG_INFINITY);
    for (nth, score) in scores.iter_mut().enumerate() {
        let (dx, dy) = ((nth % wide) as i32 - steps, (nth / wide) as i32 - steps);
        let (u, v) = (at.0 + dx as f32 * STEP, at.1 + dy as f32 * STEP);
        *score = normalised_correlation(patch, plane, (u, v), pattern);
        // Of two equal maxima the nearer one wins.
        let distance = ((dx * dx + dy * dy) as f32).sqrt() / steps as f32;
        let penalised = *score - 0.08 * distance;
        if penalised > best.1 {
            best = (nth, penalised);
        }
    }
    let (x, y) = (best.0 % wide, best.0 / wide);
    let at_step = |x: usize, y: usize| scores[y * wide + x];
    let peak = |before: f32, here: f32, after: f32| {
        let bend = before - 2.0 * here + after;
        if bend < -1e-4 {
            ((before - after) / (2.0 * bend)).clamp(-0.5, 0.5)
        } else {
            0.0
        }
    };
    let here = at_step(x, y);
    let inner = 1..wide - 1;
    let dx = if inner.contains(&x) {
        peak(at_step(x - 1, y), here, at_step(x + 1, y))
    } else {
        0.0
    };
    let dy = if inner.contains(&y) {
        peak(at_step(x, y - 1), here, at_step(x, y + 1))
    } else {
        0.0
    };
    let u = at.0 + (x as f32 - steps as f32 + dx) * STEP;
    let v = at.1 + (y as f32 - steps as f32 + dy) * STEP;
    ((u.into(), v.into()), here)
}

/// Normalised correlation of the darkness around a point with a pattern.
fn normalised_correlation(
    patch: &Patch,
    plane: &Projection,
    (u, v): (f32, f32),
    pattern: &Pattern,
) -> f32 {
    let picture = patch.grey();
    let reach = pattern.rings.len() as i32 - 1;
    let (mut n, mut darkness, mut grey, mut both, mut squares) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let dark = pattern.rings[dx.abs().max(dy.abs()) as usize];
            let (x, y) = plane.map(u + dx as f32, v + dy as f32);
            let value = -picture.at(x, y);
            n += 1.0;
            grey += value;
            squares += value * value;
            if dark {
                darkness += 1.0;
                both += value;
            }
        }
    }
    let of_ink = darkness - darkness * darkness / n;
    let grey_variance: f32 = squares - grey * grey / n;
    if grey_variance <= n {
        return 0.0;
    }
    (both - darkness * grey / n) / (of_ink * grey_variance).sqrt()
}
