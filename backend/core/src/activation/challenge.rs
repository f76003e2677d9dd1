//! The challenge that a phone makes its key with, so that its hardware can confirm the key to this
//! server; and the proof of work that it does before it asks for a mail.
//!
//! The server stores nothing: a challenge carries its own end and the server's keyed hash. It is
//! good for one activation, and an activation's id can be begun once.

use crate::{asking::Admitted, core::Core, refusal::Refusal};
use chrono::TimeDelta;
use protocol::{
    attestation::{AskChallenge, CHALLENGE_MINUTES, ChallengeGiven},
    code::Code,
};

/// Why no challenge is given.
#[derive(Debug, thiserror::Error)]
pub enum ChallengeRefused {
    /// The challenge of the proof of work could not be made.
    #[error("the work could not be made: {0}")]
    Work(Code),
}

impl From<ChallengeRefused> for Refusal {
    fn from(why: ChallengeRefused) -> Self {
        match why {
            ChallengeRefused::Work(code) => code.into(),
        }
    }
}

/// A challenge for one activation, and a proof of work that gets harder with the requests of the
/// stranger's network.
pub fn give_challenge(
    core: &Core,
    admitted: Admitted,
    asked: &AskChallenge,
) -> Result<ChallengeGiven, ChallengeRefused> {
    let mut random = [0; 16];
    core.entropy.fill(&mut random);
    let expires_at = core.now() + TimeDelta::minutes(CHALLENGE_MINUTES);
    let work = match core.limits.work_tries(admitted.used()) {
        0 => None,
        tries => Some(
            core.keys
                .ask_work(asked.activation, expires_at, tries, &*core.entropy)
                .map_err(ChallengeRefused::Work)?,
        ),
    };
    Ok(ChallengeGiven {
        challenge: core.keys.challenge(asked.activation, &random, expires_at),
        expires_at,
        work,
    })
}
