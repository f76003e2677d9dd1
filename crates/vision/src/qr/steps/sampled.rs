//! Places that look like a code, read from their grey levels.

use super::Step;
use crate::qr::{
    corners::{Guess, guesses},
    found::{DecodedCode, Found, Located},
    soft,
    text::{guessed, understood},
};
use crate::raster::{Bilinear, views::GreyViews};

/// The public code has about thirty; the dense ones nobody reads.
pub(super) const MAX_MODULES: f32 = 64.0;
/// Poses of one place that are tried.
const TRIES: usize = 2;
/// How well what is known of a code must fit: codes that could be read had 1.3 and more, other
/// versions of the same place and chance 1.3 and less.
const FITS: f32 = 1.2;

pub(super) fn run(views: &GreyViews, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    look(views, Step::Sampled, should_stop, found);
}

/// Reads the places that no step has looked at yet, in the name of this one.
pub(super) fn look(
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
        if place.modules() > MAX_MODULES || is_known(&place, found) {
            continue;
        }
        found.sampled.push(place.centre());
        let likely = guesses(&grey, &place)
            .into_iter()
            .take_while(|guess| guess.fit >= FITS);
        for guess in likely.take(TRIES) {
            if read(views, &guess, step, should_stop, found) {
                break;
            }
        }
    }
}

/// Whether a place was tried before.
pub(super) fn is_known(place: &Located, found: &Found) -> bool {
    let (x, y) = place.centre();
    let near = |(u, v): &(f32, f32)| (x - u).hypot(y - v) < 2.0 * place.module;
    found.sampled.iter().any(near)
}

/// Reads the code with this pose, if it can be read.
pub(super) fn read(
    views: &GreyViews,
    guess: &Guess,
    step: Step,
    should_stop: &dyn Fn() -> bool,
    found: &mut Found,
) -> bool {
    let luma = views.full();
    // Of each frame one place is added to the frames before: the likeliest.
    let read = match found.fusion.take() {
        Some(fusion) => fusion.add_within(luma, &guess.pose, should_stop),
        None => soft::read_within(luma, &guess.pose, should_stop),
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
