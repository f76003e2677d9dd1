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
    environment::Timestamp,
    ids::ActivationId,
    work::WorkAsked,
};
use std::sync::Arc;

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
pub async fn give_challenge(
    core: &Core,
    admitted: Admitted,
    asked: &AskChallenge,
) -> Result<ChallengeGiven, ChallengeRefused> {
    let mut random = [0; 16];
    core.entropy.fill(&mut random);
    let expires_at = core.now() + TimeDelta::minutes(CHALLENGE_MINUTES);
    let work = match core.limits.work_tries(admitted.used()) {
        0 => None,
        tries => Some(make_work(core, asked.activation, expires_at, tries).await?),
    };
    Ok(ChallengeGiven {
        challenge: core.keys.challenge(asked.activation, &random, expires_at),
        expires_at,
        work,
    })
}

/// Makes a proof of work, which takes one try of half a millisecond. It runs outside of the threads that
/// serve requests, because every stranger may ask for it.
async fn make_work(
    core: &Core,
    activation: ActivationId,
    ends: Timestamp,
    tries: u32,
) -> Result<WorkAsked, ChallengeRefused> {
    let (keys, entropy) = (Arc::clone(&core.keys), Arc::clone(&core.entropy));
    let made =
        tokio::task::spawn_blocking(move || keys.ask_work(activation, ends, tries, &*entropy));
    made.await
        .unwrap_or(Err(Code::ServerFault))
        .map_err(ChallengeRefused::Work)
}
