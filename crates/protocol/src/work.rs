//! Proof of work: a computation that the phone does before it begins an activation. It makes
//! asking for thousands of mails expensive. People have no puzzle to solve.
//!
//! The format is ALTCHA, version 2 (<https://altcha.org/docs/v2>), from the crate `altcha`: the
//! phone searches for a counter whose PBKDF2 key begins with the bytes that the server demands.
//! The answer to `POST /v1/challenges` holds a [`WorkAsked`]. It is valid for that activation
//! only, and for as long as its challenge. `POST /v1/activations` holds the [`WorkDone`].

use crate::{environment::Timestamp, ids::ActivationId};
use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;

/// The only algorithm, by its name in ALTCHA.
pub const ALGORITHM: &str = "PBKDF2/SHA-256";
/// Bytes of the derived key.
pub const KEY_BYTES: usize = 32;
/// Rounds of PBKDF2 per try. The server makes the work harder by demanding more tries, never by
/// more rounds.
pub const ROUNDS: u32 = 1_000;
/// Name of the activation in the challenge's data.
pub const ACTIVATION: &str = "activation";
/// Name of the expiry in the challenge's data: milliseconds since 1970.
pub const ENDS: &str = "ends";

/// Longest computation on a phone, in milliseconds: a server must not keep it busy for ever.
const PATIENCE_MS: u64 = 60_000;

/// The server's ALTCHA challenge, signed by the server. Opaque to the phone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Object))]
pub struct WorkAsked(pub Challenge);

/// The challenge with its solution.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Object))]
pub struct WorkDone(pub Payload);

impl<'de> Deserialize<'de> for WorkDone {
    /// The library ignores unknown fields. Here they are refused, as everywhere on the wire: the parsed value
    /// is written again and has to have every field.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Value::deserialize(deserializer)?;
        let read: Payload = serde_json::from_value(given.clone()).map_err(D::Error::custom)?;
        let understood = serde_json::to_value(&read).map_err(D::Error::custom)?;
        match has_every_field(&understood, &given) {
            true => Ok(Self(read)),
            false => Err(D::Error::custom("a field that no proof of work has")),
        }
    }
}

/// Whether every field of `given` is in `understood` too. Fields without a value are ignored.
fn has_every_field(understood: &Value, given: &Value) -> bool {
    match (understood, given) {
        (Value::Object(understood), Value::Object(given)) => given.iter().all(|(name, given)| {
            let of_ours = understood.get(name);
            of_ours.map_or(given.is_null(), |of_ours| has_every_field(of_ours, given))
        }),
        _ => true,
    }
}

/// A challenge that a phone does not solve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a proof of work that no server of this project asks for")]
pub struct BadWork;

impl WorkAsked {
    /// Does the work, which takes a fraction of a second to a few seconds. It refuses challenges that
    /// no server of this project makes, and challenges that would take a minute.
    pub fn solve(self) -> Result<WorkDone, BadWork> {
        let asked = &self.0.parameters;
        let ours = asked.algorithm == ALGORITHM
            && asked.cost <= ROUNDS
            && asked.key_length == KEY_BYTES
            && asked.key_prefix.len() <= 2 * KEY_BYTES;
        if !ours {
            return Err(BadWork);
        }
        let options = SolveChallengeOptions {
            timeout_ms: PATIENCE_MS,
            ..SolveChallengeOptions::new(&self.0)
        };
        let solved = solve_challenge(options).map_err(|_| BadWork)?;
        let mut solution = solved.ok_or(BadWork)?;
        // The time that it took would be a fingerprint of the phone.
        solution.time = None;
        Ok(WorkDone(Payload {
            challenge: self.0,
            solution,
        }))
    }
}

impl WorkDone {
    /// The activation that the challenge names.
    pub fn activation(&self) -> Option<ActivationId> {
        self.data(ACTIVATION)?.as_str()?.parse().ok()
    }

    /// The expiry that the challenge names.
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
    fn a_field_that_no_work_has_is_refused_wherever_it_is() {
        let done = asked(|_| {}).solve().unwrap();
        let honest = serde_json::to_value(&done).unwrap();
        assert!(serde_json::from_value::<WorkDone>(honest.clone()).is_ok());
        for place in ["", "/challenge", "/challenge/parameters", "/solution"] {
            let mut padded = honest.clone();
            padded.pointer_mut(place).unwrap()["ignored"] = "x".into();
            assert!(
                serde_json::from_value::<WorkDone>(padded).is_err(),
                "{place}"
            );
        }
    }

    #[test]
    fn a_phone_does_not_compute_whatever_it_is_told() {
        let refused = |change: fn(&mut CreateChallengeOptions)| asked(change).solve().err();
        let no = Some(BadWork);
        assert_eq!(refused(|options| options.cost = ROUNDS + 1), no);
        assert_eq!(refused(|options| options.key_length = 1 << 30), no);
        assert_eq!(refused(|options| options.algorithm = "SHA-256".into()), no);
    }
}
