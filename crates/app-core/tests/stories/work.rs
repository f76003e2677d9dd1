//! The work that the test's server asks for, by the same library as the real one's.

use protocol::{
    code::Code,
    work::{WorkAsked, WorkDone},
};

/// What it is signed with.
const SECRET: &str = "a secret";

/// A little work.
pub fn asked() -> WorkAsked {
    let options = altcha::CreateChallengeOptions {
        cost: 10,
        hmac_signature_secret: Some(SECRET.to_owned()),
        ..Default::default()
    };
    WorkAsked(altcha::create_challenge(options).unwrap())
}

/// Whether it was done.
pub fn check(work: &WorkDone) -> Result<(), Code> {
    let WorkDone(payload) = work;
    let options = altcha::VerifySolutionOptions::new(&payload.challenge, &payload.solution, SECRET);
    match altcha::verify_solution(options).unwrap().verified {
        true => Ok(()),
        false => Err(Code::WorkInvalid),
    }
}
