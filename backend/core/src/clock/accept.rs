//! The operator's word that the machine's clock is right.

use chrono::TimeDelta;
use protocol::{
    activation::{CODE_HOURS, LATER_RESEND_SECONDS},
    environment::Timestamp,
};
use storage::{
    StorageError,
    clock::{Clocks, Latest},
    signin::KEPT_MINUTES,
};

/// What was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The server's time before, if it had run.
    pub before: Option<Timestamp>,
    /// The server's time from now on.
    pub now: Timestamp,
    /// Moments in the database that no right clock could have written, and that were pulled back.
    pub pulled_back: u64,
}

/// Goes on by the machine's clock. A server that runs hears of it within seconds.
///
/// Where the time goes back, codes and mails of the wrong time would live for years: whatever
/// ends later than a thing that begins now is pulled back to that.
pub async fn accept(storage: &dyn Clocks, wall: Timestamp) -> Result<Accepted, StorageError> {
    let before = storage.clock_mark().await?.map(|mark| mark.at);
    let latest = Latest {
        now: wall,
        code_ends: wall + TimeDelta::hours(CODE_HOURS),
        resend: wall + TimeDelta::seconds(LATER_RESEND_SECONDS),
        signin_ends: wall + TimeDelta::minutes(KEPT_MINUTES),
    };
    let pulled_back = storage.accept_clock(latest).await?;
    Ok(Accepted {
        before,
        now: wall,
        pulled_back,
    })
}
