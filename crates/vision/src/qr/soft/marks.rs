//! The marks of a code looked for around where they should be: finder patterns and the last
//! alignment pattern. This catches a pose that is off by more than a step of [`super::align`]
//! can see.

use super::{patch::Patch, tables::alignments};
use crate::{qr::pose::Pose, raster::homography::Projection};

/// How far a mark is looked for, in modules each way.
const REACH: f32 = 1.75;
/// The last alignment pattern follows a perspective that only it tells.
const FAR_REACH: f32 = 3.0;
/// The steps in which it is looked for.
const STEP: f32 = 0.5;
/// From this likeness on a mark is one.
const ALIKE: f32 = 0.45;

/// Squares around a centre: each ring dark or light, from the middle out.
struct Mark {
    rings: &'static [bool],
}

const FINDER: Mark = Mark {
    rings: &[true, true, false, true, false],
};
const ALIGNMENT: Mark = Mark {
    rings: &[true, false, true],
};

/// The pose moved so that its marks stand where the picture has them, and how alike the least
/// of the finder patterns is, -1 to 1.
pub(super) fn settled(patch: &Patch, pose: &Pose) -> Option<(Pose, f32)> {
    let side = pose.dimension() as f64;
    let plane = pose.plane().projection();
    let finders = [(3.5, 3.5), (side - 3.5, 3.5), (3.5, side - 3.5)];
    let mut seen = [(0.0, 0.0); 3];
    let mut least = f32::INFINITY;
    for (place, (u, v)) in seen.iter_mut().zip(finders) {
        let (found, alike) = look(patch, &plane, (u as f32, v as f32), &FINDER, REACH);
        *place = found;
        least = least.min(alike);
    }
    if least < ALIKE {
        // Off by too much to be told, or no code at all: the steps that follow will say.
        return Some((*pose, least));
    }
    // The perspective stays, the rest follows the three patterns.
    let by_three = by_three(pose, finders, seen)?;
    let (centres, count) = alignments(pose.version());
    if count < 2 {
        return Some((by_three, least));
    }
    let last = centres[count - 1] as f64 + 0.5;
    let plane = by_three.plane().projection();
    let at = (last as f32, last as f32);
    let (found, alike) = look(patch, &plane, at, &ALIGNMENT, FAR_REACH);
    if alike < 0.7 {
        return Some((by_three, least));
    }
    let to = |(u, v): (f64, f64)| by_three.map(u, v);
    let [one, two, three] = finders;
    let by_four = Pose::of_points(
        pose.version(),
        [one, two, (last, last), three],
        [to(one), to(two), by_three.map(found.0, found.1), to(three)],
    );
    Some((by_four.unwrap_or(by_three), least))
}

/// The pose moved by what takes the three points, in modules, to where they are seen.
fn by_three(pose: &Pose, at: [(f64, f64); 3], seen: [(f64, f64); 3]) -> Option<Pose> {
    let fourth = |p: [(f64, f64); 3]| (p[1].0 + p[2].0 - p[0].0, p[1].1 + p[2].1 - p[0].1);
    let to = |(u, v): (f64, f64)| pose.map(u, v);
    Pose::of_points(
        pose.version(),
        [at[0], at[1], fourth(at), at[2]],
        [to(seen[0]), to(seen[1]), to(fourth(seen)), to(seen[2])],
    )
}

/// Where, in modules, a mark that should be here is most alike, and how much.
fn look(
    patch: &Patch,
    plane: &Projection,
    at: (f32, f32),
    mark: &Mark,
    reach: f32,
) -> ((f64, f64), f32) {
    let steps = (reach / STEP) as i32;
    let wide = (2 * steps + 1) as usize;
    let mut scores = vec![0f32; wide * wide];
    let mut best = (0, f32::NEG_INFINITY);
    for (nth, score) in scores.iter_mut().enumerate() {
        let (dx, dy) = ((nth % wide) as i32 - steps, (nth / wide) as i32 - steps);
        let (u, v) = (at.0 + dx as f32 * STEP, at.1 + dy as f32 * STEP);
        *score = alike(patch, plane, (u, v), mark);
        // Of two that are as alike the nearer one.
        let distance = ((dx * dx + dy * dy) as f32).sqrt() / steps as f32;
        let liked = *score - 0.08 * distance;
        if liked > best.1 {
            best = (nth, liked);
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

/// How alike a place is to a mark: the correlation of darkness and ink.
fn alike(patch: &Patch, plane: &Projection, (u, v): (f32, f32), mark: &Mark) -> f32 {
    let picture = patch.grey();
    let reach = mark.rings.len() as i32 - 1;
    let (mut n, mut ink, mut grey, mut both, mut squares) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let dark = mark.rings[dx.abs().max(dy.abs()) as usize];
            let (x, y) = plane.map(u + dx as f32, v + dy as f32);
            let value = -picture.at(x, y);
            n += 1.0;
            grey += value;
            squares += value * value;
            if dark {
                ink += 1.0;
                both += value;
            }
        }
    }
    let of_ink = ink - ink * ink / n;
    let of_grey: f32 = squares - grey * grey / n;
    if of_grey <= n {
        return 0.0;
    }
    (both - ink * grey / n) / (of_ink * of_grey).sqrt()
}
