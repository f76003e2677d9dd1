//! Proofs of work ([`protocol::work`]). The server makes a challenge with its own secrets and
//! recognises it by them, so it stores nothing.
//!
//! The counter that a phone has to find is drawn evenly between 1 and a number of tries. So no phone
//! computes more than that, and a client that tries only the first counters of many challenges
//! gains nothing.

use super::Keys;
use altcha::{
    Challenge, ChallengeParameters, HmacAlgorithm, SolveChallengeOptions, VerifySolutionOptions,
    sign_challenge, solve_challenge, verify_solution,
};
use aws_lc_rs::hmac;
use protocol::{
    code::Code,
    context::{Context, signed_bytes},
    environment::{Entropy, Timestamp},
    ids::ActivationId,
    work::{ACTIVATION, ALGORITHM, ENDS, KEY_BYTES, ROUNDS, WorkAsked, WorkDone},
};
use serde_json::json;

/// The part of the derived key that the phone is given, so that it recognises the counter. It has
/// to compute the other half.
const SHOWN_BYTES: usize = KEY_BYTES / 2;

/// The longest challenge and the longest solution that are read.
const LONGEST_TEXT: usize = 128;

impl Keys {
    /// Work for one activation, of at most `tries` tries.
    pub fn ask_work(
        &self,
        activation: ActivationId,
        ends: Timestamp,
        tries: u32,
        entropy: &dyn Entropy,
    ) -> Result<WorkAsked, Code> {
        let mut random = [0; 40];
        entropy.fill(&mut random);
        let (nonce, rest) = random.split_at(16);
        let (salt, drawn) = rest.split_at(16);
        let drawn = drawn
            .iter()
            .fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
        let counter = u32::try_from(1 + drawn % u64::from(tries.max(1))).unwrap_or(1);
        let data = [
            (ACTIVATION.to_owned(), json!(activation.to_string())),
            (ENDS.to_owned(), json!(ends.timestamp_millis())),
        ];
        let mut unsigned = Challenge {
            parameters: ChallengeParameters {
                algorithm: ALGORITHM.to_owned(),
                cost: ROUNDS,
                data: Some(data.into()),
                // The library would compare it with the system's clock; ours is in the data.
                expires_at: None,
                key_length: KEY_BYTES,
                key_prefix: String::new(),
                key_signature: None,
                memory_cost: None,
                nonce: hex::encode(nonce),
                parallelism: None,
                salt: hex::encode(salt),
            },
            signature: None,
        };
        // Every key has the empty prefix, so this is the key at the drawn counter.
        let at_counter = SolveChallengeOptions {
            counter_start: counter,
            ..SolveChallengeOptions::new(&unsigned)
        };
        let fault = |_| Code::ServerFault;
        let found = solve_challenge(at_counter).map_err(fault)?;
        let derived = found.ok_or(Code::ServerFault)?.derived_key;
        let key = hex::decode(&derived).map_err(|_| Code::ServerFault)?;
        unsigned.parameters.key_prefix = derived.chars().take(2 * SHOWN_BYTES).collect();
        sign_challenge(
            &HmacAlgorithm::Sha256,
            &mut unsigned.parameters,
            Some(&key),
            &self.work_secret(b"challenge"),
            Some(&self.work_secret(b"key")),
        )
        .map(WorkAsked)
        .map_err(fault)
    }

    /// Whether this server asked for this work for this activation, and the work is done and has not
    /// expired. Costs two keyed hashes for any input.
    pub fn check_work(
        &self,
        activation: ActivationId,
        done: &WorkDone,
        now: Timestamp,
    ) -> Result<(), Code> {
        let (challenge, solution) = (&done.0.challenge, &done.0.solution);
        let sane = solution.derived_key.len() <= LONGEST_TEXT
            && challenge
                .parameters
                .data
                .as_ref()
                .is_some_and(|data| data.len() == 2);
        if !sane || done.activation() != Some(activation) {
            return Err(Code::WorkInvalid);
        }
        // Without this the library would derive the key itself, at a cost that the sender
        // chooses.
        if challenge
            .parameters
            .key_signature
            .as_ref()
            .is_none_or(String::is_empty)
        {
            return Err(Code::WorkInvalid);
        }
        let mut options =
            VerifySolutionOptions::new(challenge, solution, self.work_secret(b"challenge"));
        options.hmac_key_signature_secret = Some(self.work_secret(b"key"));
        match verify_solution(options) {
            Ok(result) if result.verified => {}
            Ok(_) | Err(_) => return Err(Code::WorkInvalid),
        }
        match done.ends() {
            Some(ends) if now < ends => Ok(()),
            _ => Err(Code::WorkExpired),
        }
    }

    /// The library takes its secrets as text.
    fn work_secret(&self, which: &[u8]) -> String {
        hex::encode(hmac::sign(
            &self.code,
            &signed_bytes(Context::Work, &[which]),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::environment::SystemEntropy;

    const LUPITA: ActivationId = ActivationId::from_bytes([1; 16]);
    const BETO: ActivationId = ActivationId::from_bytes([2; 16]);

    fn keys(code: u8) -> Keys {
        Keys::of(&[code; 32], &[2; 32], &[3; 32], &[4; 32])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp_millis(1_800_000_000_000 + seconds * 1000).unwrap()
    }

    fn done(tries: u32) -> WorkDone {
        let asked = keys(1).ask_work(LUPITA, at(600), tries, &SystemEntropy);
        asked.unwrap().solve().unwrap()
    }

    #[test]
    fn work_is_good_for_its_own_activation_until_its_end_and_for_its_own_server() {
        let work = done(20);
        assert_eq!(keys(1).check_work(LUPITA, &work, at(599)), Ok(()));
        assert_eq!(
            keys(1).check_work(LUPITA, &work, at(600)),
            Err(Code::WorkExpired)
        );
        assert_eq!(
            keys(1).check_work(BETO, &work, at(0)),
            Err(Code::WorkInvalid)
        );
        assert_eq!(
            keys(9).check_work(LUPITA, &work, at(0)),
            Err(Code::WorkInvalid)
        );
    }

    #[test]
    fn nothing_of_it_can_be_changed_or_left_out() {
        let honest = serde_json::to_value(done(20)).unwrap();
        let forged = |place: &str, value: serde_json::Value| {
            let mut forged = honest.clone();
            *forged.pointer_mut(place).expect(place) = value;
            let forged: WorkDone = serde_json::from_value(forged).unwrap();
            keys(1).check_work(LUPITA, &forged, at(0))
        };
        let no = Err(Code::WorkInvalid);
        let later = at(9_999).timestamp_millis();
        let prefix = honest["challenge"]["parameters"]["keyPrefix"].clone();
        assert_eq!(forged("/challenge/parameters/data/ends", json!(later)), no);
        assert_eq!(forged("/challenge/parameters/keySignature", json!("")), no);
        assert_eq!(forged("/challenge/parameters/keyPrefix", json!("")), no);
        assert_eq!(forged("/challenge/parameters/cost", json!(1)), no);
        assert_eq!(forged("/challenge/signature", json!("")), no);
        assert_eq!(forged("/solution/derivedKey", prefix), no);
        assert_eq!(forged("/solution/derivedKey", json!("zz")), no);
        assert_eq!(
            forged("/solution/derivedKey", json!("0".repeat(1 << 20))),
            no
        );
    }

    #[test]
    fn no_phone_computes_more_than_it_is_told_and_most_compute_something() {
        let counters: Vec<u32> = (0..40).map(|_| done(8).0.solution.counter).collect();
        assert!(
            counters.iter().all(|counter| (1..=8).contains(counter)),
            "{counters:?}"
        );
        assert!(counters.iter().any(|counter| *counter > 4), "{counters:?}");
    }
}
