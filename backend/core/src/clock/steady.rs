//! The server's time, without a clock: readings come in as arguments.

use chrono::{DateTime, TimeDelta};
use protocol::environment::{Doubt, Timestamp};
use std::time::Duration;
use storage::clock::Mark;

/// A difference that is followed: what a time server corrects.
const FOLLOWED: TimeDelta = TimeDelta::minutes(2);
/// A server may have been off for so long without a question to the operator.
const OFF: TimeDelta = TimeDelta::days(7);
/// A leap that proves itself may be so large: a time zone, a machine that slept.
const PROVABLE: TimeDelta = TimeDelta::hours(26);
/// And has to run evenly for so long.
const PROOF: Duration = Duration::from_secs(3600);

/// A clock that is not believed.
#[derive(Debug, Clone, Copy)]
struct Doubted {
    /// The clock minus the time that passes.
    offset: TimeDelta,
    /// Since when it runs evenly.
    since: Duration,
    /// It was so when the server began: what has passed before is not known.
    from_start: bool,
}

/// The server's time.
#[derive(Debug, Clone)]
pub struct Steady {
    now: Timestamp,
    read_at: Duration,
    /// The clock minus the time that passes, as far as it is believed.
    trusted: TimeDelta,
    doubted: Option<Doubted>,
}

fn passed(ticks: Duration) -> TimeDelta {
    TimeDelta::from_std(ticks).unwrap_or(TimeDelta::MAX)
}

/// A moment as the time since 1970, so that differences of any size can be computed.
fn since_1970(moment: Timestamp) -> TimeDelta {
    moment - DateTime::UNIX_EPOCH
}

impl Steady {
    /// Goes on from this mark; `None`: the server runs for the first time, and believes the clock.
    pub fn since(mark: Option<Mark>, wall: Timestamp, ticks: Duration) -> Self {
        let seen = since_1970(wall) - passed(ticks);
        let believed = Self {
            now: wall,
            read_at: ticks,
            trusted: seen,
            doubted: None,
        };
        let Some(mark) = mark else {
            return believed;
        };
        let ahead = wall - mark.at;
        // What was doubted when the server stopped is not believed because it stopped.
        let most = if mark.doubtful { FOLLOWED } else { OFF };
        if ahead >= -FOLLOWED && ahead <= most {
            return Self {
                now: wall.max(mark.at),
                ..believed
            };
        }
        Self {
            now: mark.at,
            trusted: since_1970(mark.at) - passed(ticks),
            doubted: Some(Doubted {
                offset: seen,
                since: ticks,
                from_start: true,
            }),
            ..believed
        }
    }

    /// The server's time at this reading of clock and passed time. Never less than before.
    pub fn read(&mut self, wall: Timestamp, ticks: Duration) -> Timestamp {
        let seen = since_1970(wall) - passed(ticks);
        let elapsed = passed(ticks.saturating_sub(self.read_at));
        let mut proved = false;
        if (seen - self.trusted).abs() <= FOLLOWED {
            self.trusted = seen;
            self.doubted = None;
        } else {
            match self.doubted {
                Some(doubted) if (seen - doubted.offset).abs() <= FOLLOWED => {
                    let evenly = ticks.saturating_sub(doubted.since) >= PROOF;
                    if evenly && (seen - self.trusted).abs() <= PROVABLE {
                        self.trusted = seen;
                        self.doubted = None;
                        proved = true;
                    }
                }
                before => {
                    self.doubted = Some(Doubted {
                        offset: seen,
                        since: ticks,
                        from_start: before.is_some_and(|before| before.from_start),
                    });
                }
            }
        }
        let target = DateTime::UNIX_EPOCH + self.trusted + passed(ticks);
        let slowest = self.now + elapsed / 2;
        self.now = match proved {
            // Time that has passed uncounted.
            true => target.max(slowest),
            false => target.clamp(slowest, self.now + elapsed * 2),
        };
        self.read_at = ticks;
        self.now
    }

    /// The operator says that the clock is right: the time may go back.
    pub fn accept(&mut self, wall: Timestamp, ticks: Duration) {
        *self = Self::since(None, wall, ticks);
    }

    /// What is doubted, if anything is.
    pub fn doubt(&self, wall: Timestamp) -> Option<Doubt> {
        let doubted = self.doubted?;
        Some(Doubt {
            wall,
            // What has passed while the server was off can only be more than the mark says.
            maybe: (doubted.from_start && wall > self.now).then_some(wall),
        })
    }
}

#[cfg(test)]
mod tests;
