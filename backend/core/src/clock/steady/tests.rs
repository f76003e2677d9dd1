//! F7: the clock leaps by an hour and by ten years, forwards and back, and at every start.

use super::*;

const YEARS: TimeDelta = TimeDelta::days(3_652);

fn start() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// A machine whose clock can be set.
struct Machine {
    steady: Steady,
    wall: Timestamp,
    ticks: Duration,
}

impl Machine {
    fn new() -> Self {
        Self::since(None, start())
    }

    fn since(mark: Option<Mark>, wall: Timestamp) -> Self {
        let ticks = Duration::from_secs(5);
        Self {
            steady: Steady::since(mark, wall, ticks),
            wall,
            ticks,
        }
    }

    /// Passes so much time, looking every second.
    fn runs(&mut self, time: TimeDelta) -> Timestamp {
        let mut before = self.now();
        for _ in 0..time.num_seconds() {
            self.wall += TimeDelta::seconds(1);
            self.ticks += Duration::from_secs(1);
            let now = self.now();
            assert!(now >= before, "the time went back");
            before = now;
        }
        before
    }

    fn now(&mut self) -> Timestamp {
        self.steady.read(self.wall, self.ticks)
    }

    fn is_in_doubt(&mut self) -> bool {
        self.now();
        self.steady.doubt(self.wall).is_some()
    }
}

#[test]
fn a_clock_that_is_right_is_followed() {
    let mut machine = Machine::new();
    assert_eq!(
        machine.runs(TimeDelta::hours(1)),
        start() + TimeDelta::hours(1)
    );
    // A correction of a second, each way.
    for step in [TimeDelta::seconds(1), -TimeDelta::seconds(1)] {
        machine.wall += step;
        machine.runs(TimeDelta::seconds(10));
        assert!(!machine.is_in_doubt());
        assert_eq!(machine.now(), machine.wall);
    }
}

#[test]
fn a_leap_of_an_hour_or_ten_years_moves_the_time_by_nothing_and_is_over_when_it_is_mended() {
    for leap in [TimeDelta::hours(1), -TimeDelta::hours(1), YEARS, -YEARS] {
        let mut machine = Machine::new();
        machine.runs(TimeDelta::minutes(1));
        machine.wall += leap;
        let now = machine.runs(TimeDelta::minutes(30));
        assert_eq!(now, start() + TimeDelta::minutes(31), "{leap}");
        assert!(machine.is_in_doubt());
        machine.wall -= leap;
        assert_eq!(machine.runs(TimeDelta::seconds(1)), machine.wall);
        assert!(!machine.is_in_doubt());
    }
}

#[test]
fn a_leap_of_an_hour_proves_itself_and_one_of_years_never_does() {
    let hour = TimeDelta::hours(1);
    let mut machine = Machine::new();
    machine.wall += hour;
    machine.runs(hour + TimeDelta::seconds(2));
    assert!(!machine.is_in_doubt());
    assert_eq!(machine.now(), machine.wall);
    let mut machine = Machine::new();
    machine.wall += YEARS;
    machine.runs(TimeDelta::days(3));
    assert!(machine.is_in_doubt());
    assert_eq!(machine.now(), start() + TimeDelta::days(3));
}

#[test]
fn a_clock_an_hour_back_is_reached_slowly_and_never_by_going_back() {
    let hour = TimeDelta::hours(1);
    let mut machine = Machine::new();
    machine.wall -= hour;
    machine.runs(hour * 4);
    assert!(!machine.is_in_doubt());
    assert_eq!(machine.now(), machine.wall);
}

#[test]
fn a_clock_that_leaps_again_and_again_proves_nothing() {
    let mut machine = Machine::new();
    for _ in 0..6 {
        machine.wall += TimeDelta::hours(1);
        machine.runs(TimeDelta::minutes(30));
    }
    assert!(machine.is_in_doubt());
    assert_eq!(machine.now(), start() + TimeDelta::hours(3));
}

#[test]
fn a_start_believes_a_week_and_doubts_what_is_behind_or_far_ahead() {
    let mark = |doubtful| {
        Some(Mark {
            at: start(),
            doubtful,
            accepted: 0,
        })
    };
    for (after, doubtful, believed) in [
        (TimeDelta::seconds(3), false, true),
        (TimeDelta::days(6), false, true),
        (TimeDelta::days(8), false, false),
        (YEARS, false, false),
        (-TimeDelta::hours(1), false, false),
        (-YEARS, false, false),
        // It was doubted when the server stopped, and still is.
        (TimeDelta::days(2), true, false),
        (TimeDelta::seconds(90), true, true),
    ] {
        let wall = start() + after;
        let mut machine = Machine::since(mark(doubtful), wall);
        let told = if believed { wall } else { start() };
        assert_eq!(machine.now(), told, "{after}");
        assert_eq!(machine.is_in_doubt(), !believed, "{after}");
        let maybe = machine.steady.doubt(wall).and_then(|doubt| doubt.maybe);
        let ahead = !believed && after > TimeDelta::zero();
        assert_eq!(maybe, ahead.then_some(wall), "{after}");
        // It goes on from there, and by the operator's word it is right.
        assert_eq!(
            machine.runs(TimeDelta::minutes(1)),
            told + TimeDelta::minutes(1)
        );
        machine.steady.accept(machine.wall, machine.ticks);
        assert_eq!(machine.now(), machine.wall);
        assert!(!machine.is_in_doubt());
    }
}

#[test]
fn a_second_that_is_a_little_behind_at_a_start_is_no_step_back() {
    let mark = Mark {
        at: start(),
        doubtful: false,
        accepted: 0,
    };
    let mut machine = Machine::since(Some(mark), start() - TimeDelta::seconds(30));
    assert_eq!(machine.now(), start());
    machine.runs(TimeDelta::minutes(2));
    assert_eq!(machine.now(), machine.wall);
}
