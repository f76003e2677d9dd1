//! Places that look like a code, read from their grey levels.

use crate::qr::{
    corners::{Candidate, candidates},
    found::{DecodedCode, Found, Located},
    soft,
    step::Step,
    text::{guessed, understood},
};
use crate::raster::{Bilinear, views::GreyViews};

/// The public code has about thirty modules a side; denser ones are left out, since only the
/// authority can read them.
pub(super) const MAX_MODULES: f32 = 64.0;
/// Most candidate poses of one place that are tried.
const MOST_CANDIDATES: usize = 2;
/// Least score of a candidate: codes that could be read scored 1.3 and more, other versions of the
/// same code and chance 1.3 and less.
const LEAST_SCORE: f32 = 1.2;

pub(super) fn run(views: &GreyViews, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    read_located(views, Step::Sampled, should_stop, found);
}

/// Reads the places that no step has tried yet, on behalf of `step`.
pub(super) fn read_located(
    views: &GreyViews,
    step: Step,
    should_stop: &dyn Fn() -> bool,
    found: &mut Found,
) {
    let Some(grey) = Bilinear::grey(views.full()) else {
        return;
    };
    for place in found.located.clone() {
        if should_stop() || found.is_enough() {
            return;
        }
        if place.modules() > MAX_MODULES || was_tried(&place, found) {
            continue;
        }
        found.sampled.push(place.centre());
        let plausible = candidates(&grey, &place)
            .into_iter()
            .take_while(|candidate| candidate.score >= LEAST_SCORE);
        for candidate in plausible.take(MOST_CANDIDATES) {
            if read_at(views, &candidate, step, should_stop, found) {
                break;
            }
        }
    }
}

/// Whether a step has tried this place.
pub(super) fn was_tried(place: &Located, found: &Found) -> bool {
    let (x, y) = place.centre();
    let near = |(u, v): &(f32, f32)| (x - u).hypot(y - v) < 2.0 * place.module;
    found.sampled.iter().any(near)
}

/// Reads the code with this pose, if it can be read.
pub(super) fn read_at(
    views: &GreyViews,
    candidate: &Candidate,
    step: Step,
    should_stop: &dyn Fn() -> bool,
    found: &mut Found,
) -> bool {
    let luma = views.full();
    // One place of each frame, the most plausible, is added to the earlier frames.
    let read = match found.fusion.take() {
        Some(fusion) => fusion.add_within(luma, &candidate.pose, should_stop),
        None => soft::read_within(luma, &candidate.pose, should_stop),
    };
    let Some(read) = read else {
        return false;
    };
    found.add(DecodedCode {
        payload: understood(&read.bytes, || guessed(&read.bytes)),
        corners: read.pose.corners().map(|(x, y)| (x as f32, y as f32)),
        step,
        corrected: read.corrected,
        erased: read.erased,
    });
    true
}
