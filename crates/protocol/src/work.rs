//! Proof of work: what a phone computes before an activation is begun, so that asking for
//! thousands of mails costs somebody something. Nobody has to solve a puzzle.
//!
//! The form is that of ALTCHA, version 2 (<https://altcha.org/docs/v2>), as the crate `altcha`
//! writes it: a counter is looked for whose PBKDF2 key begins as the server demands. The answer
//! to `POST /v1/challenges` holds a [`WorkAsked`], for that one activation and for as long as
//! its challenge; `POST /v1/activations` holds the [`WorkDone`].

use crate::{code::Code, environment::Timestamp, ids::ActivationId};
use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use serde::{Deserialize, Serialize};

/// The one algorithm in use, by its name in ALTCHA.
pub const ALGORITHM: &str = "PBKDF2/SHA-256";
/// Bytes of the derived key.
pub const KEY_BYTES: usize = 32;
/// Rounds of PBKDF2 in one try. More is asked by more tries, never by costlier ones.
pub const ROUNDS: u32 = 1_000;
/// The name of the activation among the challenge's data.
pub const ACTIVATION: &str = "activation";
/// The name of the end among the challenge's data: milliseconds since 1970.
pub const ENDS: &str = "ends";

/// A phone gives up after this long: no server may keep it computing for ever.
const PATIENCE_MS: u64 = 60_000;

/// What the server asks for: an ALTCHA challenge, signed by it. Opaque to the phone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Object))]
pub struct WorkAsked(pub Challenge);

/// The challenge with its solution.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Object))]
pub struct WorkDone(pub Payload);

impl WorkAsked {
    /// Does the work; computes for a fraction of a second to a few seconds. A challenge that no
    /// server of ours gives is [`Code::AnswerMalformed`]; so is one that takes a minute.
    pub fn solve(self) -> Result<WorkDone, Code> {
        let asked = &self.0.parameters;
        let ours = asked.algorithm == ALGORITHM
            && asked.cost <= ROUNDS
            && asked.key_length == KEY_BYTES
            && asked.key_prefix.len() <= 2 * KEY_BYTES;
        if !ours {
            return Err(Code::AnswerMalformed);
        }
        let options = SolveChallengeOptions {
            timeout_ms: PATIENCE_MS,
            ..SolveChallengeOptions::new(&self.0)
        };
        let solved = solve_challenge(options).map_err(|_| Code::AnswerMalformed)?;
        let mut solution = solved.ok_or(Code::AnswerMalformed)?;
        // How long it took would tell phones apart.
        solution.time = None;
        Ok(WorkDone(Payload {
            challenge: self.0,
            solution,
        }))
    }
}

impl WorkDone {
    /// The activation that it was done for, as the challenge says.
    pub fn activation(&self) -> Option<ActivationId> {
        self.data(ACTIVATION)?.as_str()?.parse().ok()
    }

    /// When it is worth nothing any more, as the challenge says.
    pub fn ends(&self) -> Option<Timestamp> {
        Timestamp::from_timestamp_millis(self.data(ENDS)?.as_i64()?)
    }

    fn data(&self, name: &str) -> Option<&serde_json::Value> {
        self.0.challenge.parameters.data.as_ref()?.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use altcha::{CreateChallengeOptions, create_challenge};

    fn asked(change: impl FnOnce(&mut CreateChallengeOptions)) -> WorkAsked {
        let mut options = CreateChallengeOptions {
            cost: 10,
            hmac_signature_secret: Some("secret".to_owned()),
            ..Default::default()
        };
        change(&mut options);
        WorkAsked(create_challenge(options).unwrap())
    }

    #[test]
    fn a_phone_finds_what_the_server_wants_and_does_not_say_how_long_it_took() {
        let done = asked(|_| {}).solve().unwrap();
        assert!(done.0.solution.derived_key.starts_with("00"));
        assert!(!serde_json::to_string(&done).unwrap().contains("\"time\""));
        assert_eq!(done.activation(), None);
    }

    #[test]
    fn a_phone_does_not_compute_whatever_it_is_told() {
        let refused = |change: fn(&mut CreateChallengeOptions)| asked(change).solve().err();
        let no = Some(Code::AnswerMalformed);
        assert_eq!(refused(|options| options.cost = ROUNDS + 1), no);
        assert_eq!(refused(|options| options.key_length = 1 << 30), no);
        assert_eq!(refused(|options| options.algorithm = "SHA-256".into()), no);
    }
}
