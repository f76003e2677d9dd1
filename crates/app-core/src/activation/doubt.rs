//! Whether an answer ends the activation: one that the server signed with its pinned key does, and an
//! unsigned one only if it is the same for days.

use crate::{
    app::App,
    code::{AppCode, Problem},
    store::phone::{Activation, Active, Doubt},
};
use chrono::TimeDelta;
use protocol::environment::Timestamp;

/// A signed word may be so old or, by the phone's clock, so far ahead.
const FRESH: TimeDelta = TimeDelta::days(2);
/// Unsigned answers count once in so long a time.
const APART_MS: i64 = 24 * 3_600_000;
/// After so many of them the activation ends: three days after the first.
const MOST: u8 = 4;

/// Whether the server has said so: for this device, in this answer's words, and now.
fn is_signed(active: &Active, problem: &Problem, server_now: Timestamp) -> bool {
    let Some(Ok(said)) = problem
        .ended
        .as_ref()
        .map(|ended| ended.verify(active.receipt_key.as_bytes()))
    else {
        return false;
    };
    let age = (server_now - said.at).abs();
    said.device == active.device && problem.code.as_str() == said.why.as_str() && age <= FRESH
}

/// What is remembered after one more unsigned answer. A clock that jumps counts once.
fn doubted(before: Option<Doubt>, now_ms: i64) -> Doubt {
    match before {
        None => Doubt {
            answers: 1,
            last_ms: now_ms,
        },
        Some(doubt) if (0..APART_MS).contains(&(now_ms - doubt.last_ms)) => doubt,
        // Set back: the time that has passed is not known.
        Some(doubt) if now_ms < doubt.last_ms => Doubt {
            last_ms: now_ms,
            ..doubt
        },
        Some(doubt) => Doubt {
            answers: doubt.answers.saturating_add(1),
            last_ms: now_ms,
        },
    }
}

impl App {
    /// Whether this answer ends the activation in force; an unsigned one is remembered.
    pub(super) async fn is_certain(&self, problem: &Problem) -> Result<bool, Problem> {
        // The phone's own word.
        if !matches!(problem.code, AppCode::Server(_)) {
            return Ok(true);
        }
        let Activation::Active(active) = self.phone().await?.activation else {
            return Ok(true);
        };
        let behind = TimeDelta::milliseconds(self.api.clock_behind_ms());
        if is_signed(&active, problem, self.ports.clock.now() + behind) {
            return Ok(true);
        }
        let doubt = doubted(active.doubt, self.now_ms());
        if doubt.answers >= MOST {
            return Ok(true);
        }
        tracing::warn!(code = %problem.code, answers = doubt.answers, "an unsigned word ends nothing");
        if active.doubt != Some(doubt) {
            self.change_phone(move |phone| {
                if let Activation::Active(active) = &mut phone.activation {
                    active.doubt = Some(doubt);
                }
            })
            .await?;
        }
        Ok(false)
    }

    /// The server has answered as it does to a phone that it knows.
    pub(crate) async fn is_known(&self) -> Result<(), Problem> {
        let Activation::Active(Active { doubt: Some(_), .. }) = self.phone().await?.activation
        else {
            return Ok(());
        };
        self.change_phone(|phone| {
            if let Activation::Active(active) = &mut phone.activation {
                active.doubt = None;
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsigned_answers_count_once_a_day_whatever_the_clock_does() {
        const HOUR: i64 = 3_600_000;
        let mut doubt = None;
        let mut answered = |at_ms: i64| {
            let now = doubted(doubt, at_ms);
            doubt = Some(now);
            now.answers
        };
        for hour in 0..24 {
            assert_eq!(answered(hour * HOUR), 1);
        }
        assert_eq!(answered(24 * HOUR), 2);
        // Ten years ahead are one answer more, and the way back is none.
        assert_eq!(answered(87_600 * HOUR), 3);
        assert_eq!(answered(25 * HOUR), 3);
        assert_eq!(answered(48 * HOUR), 3);
        assert_eq!(answered(49 * HOUR), MOST);
    }
}
