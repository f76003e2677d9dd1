//! The steps of the cascade, cheapest first.

mod blurred;
mod half;
mod inverted;
mod plain;
mod sampled;
mod searched;
mod stretched;

use super::{found::Found, step::Step};
use crate::raster::views::GreyViews;

impl Step {
    pub(super) fn run(self, views: &GreyViews, should_stop: &dyn Fn() -> bool, found: &mut Found) {
        match self {
            Step::Plain => plain::run(views, should_stop, found),
            Step::Sampled => sampled::run(views, should_stop, found),
            Step::Stretched => stretched::run(views, should_stop, found),
            Step::Inverted => inverted::run(views, should_stop, found),
            Step::Blurred => blurred::run(views, should_stop, found),
            Step::Half => half::run(views, should_stop, found),
            Step::Searched | Step::SearchedWidely => searched::run(views, self, should_stop, found),
        }
    }
}
