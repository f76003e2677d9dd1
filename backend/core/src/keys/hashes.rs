//! Keyed hashes: the database holds them in place of codes, addresses and people.

use super::Keys;
use aws_lc_rs::hmac;
use credential::numbers::{Cic, Identificador};
use protocol::{
    activation::ActivationCode,
    attestation::Challenge,
    context::{Context, signed_bytes},
    environment::Timestamp,
    ids::{ActivationId, ApoyoId},
};

fn keyed(key: &hmac::Key, context: Context, fields: &[&[u8]]) -> [u8; 32] {
    hmac::sign(key, &signed_bytes(context, fields))
        .as_ref()
        .try_into()
        .expect("an HMAC-SHA-256 has 32 bytes")
}

/// The person's pseudonym within one exclusivity group.
pub(super) fn person_tag(key: &hmac::Key, exclusivity_group: &str, person: &[u8; 16]) -> [u8; 32] {
    let fields: [&[u8]; 2] = [exclusivity_group.as_bytes(), person];
    keyed(key, Context::PersonTag, &fields)
}

/// The first half of a hash, where 128 bits are enough and rows are many.
fn half(hash: [u8; 32]) -> [u8; 16] {
    let (half, _) = hash.split_at(16);
    half.try_into().expect("half of 32 bytes are 16")
}

impl Keys {
    /// The database's keyed hash of this activation's code.
    pub fn code_hash(&self, activation: ActivationId, code: &ActivationCode) -> [u8; 32] {
        let fields: [&[u8]; 2] = [activation.as_bytes(), code.as_bytes()];
        keyed(&self.code, Context::ActivationCode, &fields)
    }

    /// A challenge for one activation that is good until `ends`. The server need not store it.
    pub fn challenge(
        &self,
        activation: ActivationId,
        random: &[u8; 16],
        ends: Timestamp,
    ) -> Challenge {
        let ends = ends.timestamp_millis().to_be_bytes();
        let mark = self.challenge_mark(activation, random, &ends);
        let mut bytes = [0; Challenge::BYTES];
        bytes[..16].copy_from_slice(random);
        bytes[16..24].copy_from_slice(&ends);
        bytes[24..].copy_from_slice(mark.as_ref());
        Challenge::from_bytes(bytes)
    }

    /// The end of a challenge in milliseconds since 1970; `None` if this server did not give it for
    /// this activation.
    pub fn challenge_end(&self, activation: ActivationId, challenge: &Challenge) -> Option<i64> {
        let (random, rest) = challenge.as_bytes().split_first_chunk::<16>()?;
        let (ends, mark) = rest.split_first_chunk::<8>()?;
        let fields: [&[u8]; 3] = [activation.as_bytes(), random, ends];
        let message = signed_bytes(Context::Challenge, &fields);
        hmac::verify(&self.code, &message, mark).ok()?;
        Some(i64::from_be_bytes(*ends))
    }

    fn challenge_mark(
        &self,
        activation: ActivationId,
        random: &[u8; 16],
        ends: &[u8; 8],
    ) -> hmac::Tag {
        let fields: [&[u8]; 3] = [activation.as_bytes(), random, ends];
        hmac::sign(&self.code, &signed_bytes(Context::Challenge, &fields))
    }

    /// The database's keyed hash of the serial number of a certificate in a phone's chain.
    pub fn issuer_tag(&self, serial: &str) -> [u8; 16] {
        let fields: [&[u8]; 1] = [serial.as_bytes()];
        half(keyed(&self.tag, Context::CertificateSerial, &fields))
    }

    /// The percentile of an apoyo for review sampling, below 100 and the same each time. Only a
    /// holder of the key can foretell it.
    pub fn sample_percent(&self, apoyo: ApoyoId) -> u8 {
        let hash = keyed(&self.tag, Context::Sample, &[apoyo.as_bytes()]);
        let (eight, _) = hash.split_at(8);
        let drawn = eight
            .iter()
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        u8::try_from(drawn % 100).unwrap_or_default()
    }

    /// The database's keyed hash of an address in its canonical form.
    pub fn mail_tag(&self, canonical: &str) -> [u8; 32] {
        keyed(&self.tag, Context::MailAddress, &[canonical.as_bytes()])
    }

    /// The keyed hash of a network's prefix, as it is kept in memory.
    pub fn network_tag(&self, prefix: &[u8]) -> [u8; 16] {
        half(keyed(&self.tag, Context::Network, &[prefix]))
    }

    /// Whether two secrets are the same, in constant time.
    pub fn is_same_secret(&self, told: &[u8], secret: &[u8]) -> bool {
        let keyed = |text: &[u8]| keyed(&self.code, Context::SharedSecret, &[text]);
        keyed(told) == keyed(secret)
    }

    /// The database's keyed hash of an account, which its issuer and subject identify.
    pub fn account_tag(&self, issuer: &str, subject: &str) -> [u8; 32] {
        let fields: [&[u8]; 2] = [issuer.as_bytes(), subject.as_bytes()];
        keyed(&self.tag, Context::SigninAccount, &fields)
    }

    /// The key of a credential in the roll.
    pub fn roll_key(&self, cic: &Cic, identificador: &Identificador) -> [u8; 16] {
        let fields: [&[u8]; 2] = [cic.as_str().as_bytes(), identificador.as_str().as_bytes()];
        half(keyed(&self.roll, Context::RollKey, &fields))
    }

    /// The database's keyed hash of a public QR: two readings of one card have the same.
    pub fn card_qr(&self, text: &str) -> [u8; 16] {
        half(keyed(&self.roll, Context::CardQr, &[text.as_bytes()]))
    }

    /// The key of a person in the roll, by the clave de elector: the same for all their credentials.
    pub fn roll_person(&self, clave: &str) -> [u8; 16] {
        half(keyed(&self.roll, Context::RollPerson, &[clave.as_bytes()]))
    }

    /// The person's pseudonym within one exclusivity group: pseudonyms of two groups cannot
    /// be joined without the key.
    pub fn person_tag(&self, exclusivity_group: &str, person: &[u8; 16]) -> [u8; 32] {
        person_tag(&self.tag, exclusivity_group, person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::of(&[1; 32], &[2; 32], &[3; 32], &[4; 32])
    }

    #[test]
    fn hashes_never_change_or_nobody_would_be_found_again() {
        let keys = keys();
        let cic = Cic::parse("123456789").unwrap();
        let identificador = Identificador::parse("234567890").unwrap();
        let seen = [
            hex::encode(keys.roll_key(&cic, &identificador)),
            hex::encode(keys.roll_person("PREJRB85041709M400")),
            hex::encode(keys.person_tag("process/presidencia", &[7; 16])),
            hex::encode(keys.mail_tag("roberta@example.org")),
        ];
        assert_eq!(
            seen,
            [
                "4b31240a0b98a510ac973abf0e868acf",
                "9332e44991a29f49f4c5aad19530184e",
                "c7c555c6b9361dfbea733d241b229f3eed6e19b70509f5e8c5fecd9017e80f57",
                "4bab01b304686d7f1f6df911cda201332a1b063c565f76d0c841c8eeea61efa5",
            ]
        );
    }

    #[test]
    fn sampling_picks_about_the_share_that_was_asked_for_and_other_keys_pick_others() {
        let others = Keys::of(&[1; 32], &[9; 32], &[3; 32], &[4; 32]);
        let picked = |keys: &Keys| -> Vec<bool> {
            (0..10_000_u128)
                .map(|id| keys.sample_percent(ApoyoId::from_bytes(id.to_be_bytes())) < 20)
                .collect()
        };
        let (ours, theirs) = (picked(&keys()), picked(&others));
        let count = ours.iter().filter(|picked| **picked).count();
        assert!((1_850..2_150).contains(&count), "{count}");
        assert_ne!(ours, theirs);
        assert_eq!(ours, picked(&keys()));
    }

    #[test]
    fn the_same_code_of_two_activations_has_two_hashes() {
        let keys = keys();
        let code: ActivationCode = "7K2M-Q9RX".parse().unwrap();
        let one = keys.code_hash(ActivationId::from_bytes([1; 16]), &code);
        let other = keys.code_hash(ActivationId::from_bytes([2; 16]), &code);
        assert_ne!(one, other);
    }

    #[test]
    fn a_challenge_is_known_again_for_its_own_activation_only() {
        let ends = Timestamp::from_timestamp_millis(1_800_000_000_123).unwrap();
        let activation = ActivationId::from_bytes([1; 16]);
        let given = keys().challenge(activation, &[9; 16], ends);
        let ended = |activation, challenge: &Challenge| keys().challenge_end(activation, challenge);
        assert_eq!(ended(activation, &given), Some(1_800_000_000_123));
        assert_eq!(ended(ActivationId::from_bytes([2; 16]), &given), None);
        for place in 0..Challenge::BYTES {
            let mut bytes = *given.as_bytes();
            bytes[place] ^= 1;
            assert_eq!(ended(activation, &Challenge::from_bytes(bytes)), None);
        }
        let others = Keys::of(&[5; 32], &[2; 32], &[3; 32], &[4; 32]);
        assert_eq!(others.challenge_end(activation, &given), None);
    }

    #[test]
    fn one_person_has_unlinkable_names_in_two_groups() {
        let keys = keys();
        assert_ne!(
            keys.person_tag("process/senado", &[7; 16]),
            keys.person_tag("process/presidencia", &[7; 16])
        );
    }
}
