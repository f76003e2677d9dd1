//! The server's time: it never goes back, and a clock that leaps ends nothing.
//!
//! Codes end, mails are given up, addresses are erased, windows open and close: all of that
//! compares moments. A machine's clock can leap by years (a battery, a mistyped date, a virtual
//! machine that slept), so the server does not take it as it is. [`SteadyClock`] compares it with
//! two things that do not leap: the time since the process began, and the *mark*, the time up to
//! which the server has run, which is kept in the database.
//!
//! | the machine's clock | the server's time |
//! |---|---|
//! | agrees, or differs by less than two minutes | follows it, at half to double speed |
//! | leaps by more while the server runs | goes on by itself; *in doubt* |
//! | is behind the mark at a start, or a week ahead of it | goes on from the mark; *in doubt* |
//!
//! A doubt ends when the clock is right again; after an hour in which it ran evenly, if it is off
//! by a day or less; or by `apoyo clock accept`. Meanwhile nothing is swept ([`crate::core`] and
//! the jobs ask [`Clock::doubt`]), and the operator is warned.

mod accept;
mod mark;
mod steady;

pub use accept::{Accepted, accept};
pub use mark::{Kept, keep};
pub use steady::Steady;

use protocol::environment::{Clock, Doubt, Timestamp};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use storage::clock::Mark;

/// Time that passes, whatever the clock says.
pub trait Ticks: Send + Sync {
    /// How much has passed since some moment that stays the same.
    fn ticks(&self) -> Duration;
}

/// The system's own, since it was made.
#[derive(Debug)]
pub struct SystemTicks(Instant);

impl Default for SystemTicks {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Ticks for SystemTicks {
    fn ticks(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The machine's clock, compared with the time that passes.
pub struct SteadyClock {
    wall: Arc<dyn Clock>,
    ticks: Box<dyn Ticks>,
    steady: Mutex<Steady>,
}

impl SteadyClock {
    /// Goes on from this mark; `None`: the server runs for the first time.
    pub fn since(mark: Option<Mark>, wall: Arc<dyn Clock>, ticks: Box<dyn Ticks>) -> Self {
        let steady = Steady::since(mark, wall.now(), ticks.ticks());
        Self {
            wall,
            ticks,
            steady: Mutex::new(steady),
        }
    }

    fn steady(&self) -> MutexGuard<'_, Steady> {
        // A panic with the lock held left a state between two readings, which is a state.
        self.steady.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The operator says that the machine's clock is right. The only way in which the server's
    /// time can go back.
    pub fn accept(&self) {
        let mut steady = self.steady();
        steady.accept(self.wall.now(), self.ticks.ticks());
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        let mut steady = self.steady();
        // Read with the lock held: two readings in the wrong order would look like a step back.
        steady.read(self.wall.now(), self.ticks.ticks())
    }

    fn doubt(&self) -> Option<Doubt> {
        let mut steady = self.steady();
        let wall = self.wall.now();
        steady.read(wall, self.ticks.ticks());
        steady.doubt(wall)
    }
}
