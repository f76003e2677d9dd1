//! A key as one line of text: `review secret 2026-11-22T08:30:00.125Z <64 hexadecimal digits>`.

use super::SealingKey;
use chrono::SecondsFormat;
use protocol::{
    environment::Timestamp,
    seal::{SealingPublicKey, SealingPurpose, SealingSecretKey},
};
use zeroize::Zeroizing;

/// The part of a key pair that is here.
#[derive(Debug, Clone)]
pub(super) enum Material {
    /// Both halves.
    Secret(SealingSecretKey),
    /// The public half.
    Public(SealingPublicKey),
}

impl Material {
    pub fn public(&self) -> &SealingPublicKey {
        match self {
            Material::Secret(secret) => secret.public(),
            Material::Public(public) => public,
        }
    }
}

/// Reads a line; `None` if it is not of this form.
pub(super) fn parse(line: &str) -> Option<SealingKey> {
    let mut words = line.split_whitespace();
    let purpose = words.next()?;
    let purpose = SealingPurpose::ALL
        .into_iter()
        .find(|known| known.as_str() == purpose)?;
    let kind = words.next()?;
    let made: Timestamp = words.next()?.parse().ok()?;
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(words.next()?, &mut *bytes).ok()?;
    let material = match kind {
        "secret" => Material::Secret(SealingSecretKey::from_bytes(purpose, &bytes)),
        "public" => Material::Public(SealingPublicKey::from_bytes(*bytes)),
        _ => return None,
    };
    words.next().is_none().then_some(SealingKey {
        purpose,
        made,
        material,
    })
}

/// The line of a secret key.
pub(super) fn secret(key: &SealingSecretKey, made: Timestamp) -> Zeroizing<String> {
    let digits = Zeroizing::new(hex::encode(*key.to_bytes()));
    Zeroizing::new(line(key.purpose(), "secret", made, &digits))
}

/// The line of a public key.
pub(super) fn public(key: &SealingKey) -> String {
    let digits = hex::encode(key.public().as_bytes());
    line(key.purpose, "public", key.made, &digits)
}

fn line(purpose: SealingPurpose, kind: &str, made: Timestamp, digits: &str) -> String {
    let made = made.to_rfc3339_opts(SecondsFormat::Millis, true);
    format!("{purpose} {kind} {made} {digits}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::environment::SystemEntropy;

    #[test]
    fn a_key_is_read_as_it_was_written_and_only_so() {
        let made: Timestamp = "2026-11-22T08:30:00.125Z".parse().unwrap();
        let key = SealingSecretKey::random(SealingPurpose::Review, &SystemEntropy);
        let written = secret(&key, made);
        let read = parse(&written).unwrap();
        assert!(read.is_secret());
        assert_eq!((read.id(), read.made), (key.id(), made));

        let told = public(&read);
        let known = parse(&told).unwrap();
        assert!(!known.is_secret());
        assert_eq!((known.id(), known.made), (key.id(), made));
        assert!(!told.contains(&hex::encode(*key.to_bytes())));

        for bad in [
            "",
            "review",
            &written[1..],
            &written[..written.len() - 1],
            &format!("{} x", *written),
            &written.replace("secret", "hidden"),
            &written.replace("2026", "then"),
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
