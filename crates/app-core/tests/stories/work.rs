//! The proof of work of the test's server, with the same library as the real one.

use protocol::{
    code::Code,
    work::{WorkAsked, WorkDone},
};

/// The key of the challenge's signature.
const SECRET: &str = "a secret";

/// An easy challenge.
pub fn asked() -> WorkAsked {
    let options = altcha::CreateChallengeOptions {
        cost: 10,
        hmac_signature_secret: Some(SECRET.to_owned()),
        ..Default::default()
    };
    WorkAsked(altcha::create_challenge(options).unwrap())
}

/// Verifies the solution.
pub fn check(work: &WorkDone) -> Result<(), Code> {
    let WorkDone(payload) = work;
    let options = altcha::VerifySolutionOptions::new(&payload.challenge, &payload.solution, SECRET);
    match altcha::verify_solution(options).unwrap().verified {
        true => Ok(()),
        false => Err(Code::WorkInvalid),
    }
}
