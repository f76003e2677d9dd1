//! `apoyo clock show`, `apoyo clock accept`

use super::{Failure, block_on, open::open_existing};
use chrono::{SecondsFormat, TimeDelta};
use clap::Subcommand;
use protocol::environment::{Clock as _, SystemClock, Timestamp};
use server_core::clock;
use std::path::Path;
use storage::clock::Mark;

const HELP: &str = "\
The server does not believe a clock that leaps: it goes on by itself, forgets nothing meanwhile, and
says so in its log, in /metrics and in `apoyo doctor`. Look at the machine's clock first (timedatectl,
chronyc tracking). If it is wrong, mend it: nothing else is needed. If it is right, because the server
was off for long or ran with a wrong clock before, this verb says so; a running server hears of it
within seconds. Codes and mails that would end later than they can are pulled back.";

/// A mark is kept every minute: what is older belongs to a server that is off.
const RUNS: TimeDelta = TimeDelta::minutes(3);

#[derive(Debug, Subcommand)]
pub enum Clock {
    /// The server's time, and the machine's.
    Show,
    /// Say that the machine's clock is right.
    #[command(after_help = HELP)]
    Accept,
}

impl Clock {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let opened = open_existing(data)?;
        let wall = SystemClock.now();
        block_on(async {
            match self {
                Clock::Show => {
                    let mark = opened.storage.clock_mark().await?;
                    let (_, told) = judged(mark, wall);
                    println!("{told}");
                }
                Clock::Accept => {
                    let accepted = clock::accept(&*opened.storage, wall).await?;
                    if let Some(before) = accepted.before {
                        println!("the server had counted up to {}", shown(before));
                    }
                    println!(
                        "its time is {} from now on; {} moments that lay too late were pulled back",
                        shown(accepted.now),
                        accepted.pulled_back
                    );
                }
            }
            Ok(())
        })
    }
}

fn shown(moment: Timestamp) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Whether the machine's clock agrees with the mark, and what to say of it.
pub fn judged(mark: Option<Mark>, wall: Timestamp) -> (bool, String) {
    let machine = shown(wall);
    let Some(mark) = mark else {
        return (
            true,
            format!("the machine says {machine}; no server has run yet"),
        );
    };
    let counted = shown(mark.at);
    let ahead = wall - mark.at;
    if mark.doubtful || ahead < -RUNS {
        let told = format!(
            "in doubt: the machine says {machine}, the server has counted up to {counted} (mend the \
             clock, or: apoyo clock accept)"
        );
        return (false, told);
    }
    let told = match ahead <= RUNS {
        true => format!("the machine says {machine}, and the server agrees"),
        false => format!("the machine says {machine}; the server has run until {counted}"),
    };
    (true, told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_behind_the_mark_or_in_doubt_is_told() {
        let wall: Timestamp = "2027-03-01T12:00:00Z".parse().unwrap();
        let mark = |minutes, doubtful| {
            Some(Mark {
                at: wall + TimeDelta::minutes(minutes),
                doubtful,
                accepted: 0,
            })
        };
        assert!(judged(None, wall).0);
        assert!(judged(mark(0, false), wall).0);
        assert!(judged(mark(-60, false), wall).0, "it was off for an hour");
        let (ok, told) = judged(mark(60, false), wall);
        assert!(!ok && told.contains("2027-03-01T13:00:00Z"), "{told}");
        assert!(!judged(mark(0, true), wall).0);
    }
}
