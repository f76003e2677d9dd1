//! Codes whose finder patterns no thresholding shows: searched in grey levels and read from them.

use super::sampled::{MAX_MODULES, read_at};
use crate::qr::{
    corners::{Candidate, candidates},
    finder::{SearchSettings, search},
    found::{Found, Located},
    step::Step,
    triples::triples,
};
use crate::raster::{Bilinear, views::GreyViews};

/// Least and greatest pixels of a module in the view that is searched.
const MODULES: (f32, f32) = (1.7, 7.5);
/// Most triples whose fourth corner is searched.
const MOST_TRIPLES: usize = 14;
/// Most poses that are read.
const MOST_READ: usize = 4;
/// Least sum of a triple's and a pose's score.
const LEAST_SCORE: f32 = 2.7;
/// From this score on a pose is read at once, before other triples are tried.
const CLEAR_SCORE: f32 = 4.0;

/// `step` decides how many places are refined.
pub(super) fn run(
    views: &GreyViews,
    step: Step,
    should_stop: &dyn Fn() -> bool,
    found: &mut Found,
) {
    let settings = match step {
        Step::SearchedWidely => SearchSettings::WIDE,
        _ => SearchSettings::QUICK,
    };
    let (luma, scale) = views.search();
    let Some(grey) = Bilinear::grey(views.full()) else {
        return;
    };
    let finders = search(luma, MODULES, settings, should_stop);
    let mut waiting: Vec<Candidate> = Vec::new();
    for triple in triples(&finders).into_iter().take(MOST_TRIPLES) {
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
        let mut others = candidates(&grey, &place)
            .into_iter()
            .map(|candidate| Candidate {
                score: candidate.score + triple.score,
                ..candidate
            });
        if let Some(best) = others.next() {
            if best.score >= CLEAR_SCORE {
                read_at(views, &best, step, should_stop, found);
                if found.is_enough() {
                    return;
                }
            } else {
                waiting.push(best);
            }
        }
        waiting.extend(others);
    }
    waiting.retain(|candidate| candidate.score >= LEAST_SCORE);
    waiting.sort_by(|one, two| two.score.total_cmp(&one.score));
    for candidate in waiting.into_iter().take(MOST_READ) {
        if should_stop() || found.is_enough() {
            return;
        }
        read_at(views, &candidate, step, should_stop, found);
    }
}
