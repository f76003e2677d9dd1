//! Codes whose finder patterns no split into black and white shows: searched in grey levels,
//! and read from them.

use super::{
    Step,
    sampled::{MAX_MODULES, read},
};
use crate::qr::{
    corners::{Guess, guesses},
    finder::{Looks, search},
    found::{Found, Located},
    triples::triples,
};
use crate::raster::{Bilinear, views::GreyViews};

/// Pixels of one module, in the picture that is searched.
const MODULES: (f32, f32) = (1.7, 7.5);
/// Triples whose corners are looked for.
const TRIPLES: usize = 14;
/// Poses that are read.
const READS: usize = 4;
/// How well finder patterns and what else is known of a code must fit together.
const FITS: f32 = 2.7;
/// So well does a code fit that it need not be compared with other triples.
const SURELY: f32 = 4.0;

/// `step` says how widely it is searched.
pub(super) fn run(
    views: &GreyViews,
    step: Step,
    should_stop: &dyn Fn() -> bool,
    found: &mut Found,
) {
    let looks = match step {
        Step::SearchedWidely => Looks::WIDE,
        _ => Looks::QUICK,
    };
    let (luma, scale) = views.search();
    let Some(grey) = Bilinear::grey(views.full()) else {
        return;
    };
    let finders = search(luma, MODULES, looks, should_stop);
    let mut poses: Vec<Guess> = Vec::new();
    for triple in triples(&finders).into_iter().take(TRIPLES) {
        if should_stop() {
            break;
        }
        let place = Located {
            centres: triple.place.centres.map(|(x, y)| (x / scale, y / scale)),
            module: triple.place.module / scale,
            squares: None,
        };
        if place.modules() > MAX_MODULES {
            continue;
        }
        let mut own = guesses(&grey, &place).into_iter().map(|guess| Guess {
            fit: guess.fit + triple.fit,
            ..guess
        });
        if let Some(best) = own.next() {
            if best.fit >= SURELY {
                read(views, &best, step, should_stop, found);
                if found.is_enough() {
                    return;
                }
            } else {
                poses.push(best);
            }
        }
        poses.extend(own);
    }
    poses.retain(|guess| guess.fit >= FITS);
    poses.sort_by(|one, two| two.fit.total_cmp(&one.fit));
    for guess in poses.into_iter().take(READS) {
        if should_stop() || found.is_enough() {
            return;
        }
        read(views, &guess, step, should_stop, found);
    }
}
