//! Android Key Attestation: a certificate chain whose leaf has a statement about the key.
//!
//! Only Google's key at the top and the statement in the leaf count. The secure hardware that
//! holds the key makes the statement (a trusted execution environment or a secure element), not
//! Android. Only the identity of the app that owns the key comes from Android itself.

pub mod application;
pub mod authorizations;
mod elements;
pub mod statement;

use crate::{
    Fault, Revocations, Roots, SinceEpoch,
    certificate::Certificate,
    path::{self, CaFlag},
    signature,
};
use authorizations::BootState;
use const_oid::ObjectIdentifier;
use statement::{KeyDescription, SecurityLevel};

/// The extension with the statement about the key.
pub const STATEMENT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.1.17");
/// The extension of certificates that Google issues to phones over the network.
const PROVISIONED: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.1.30");

/// The facts that the chain has to attest.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The challenge that the key was made with.
    pub challenge: &'a [u8],
    /// The key: an uncompressed point of P-256 (65 bytes).
    pub key: &'a [u8],
    /// The app's package name.
    pub package: &'a str,
    /// SHA-256 of the certificates that the app may be signed with.
    pub signers: &'a [[u8; 32]],
    /// The current time.
    pub at: SinceEpoch,
}

/// The hardware's statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AndroidKey {
    /// The security level of the key or of its attestation, whichever is lower.
    pub level: SecurityLevel,
    /// The verified-boot state; `None` if the statement lacks it.
    pub boot: Option<BootState>,
    /// Whether the phone's bootloader is locked.
    pub locked: bool,
    /// The month of the system's security patches (`202511`), if stated.
    pub patch_level: Option<u32>,
}

/// Validates the chain up to one of `roots`, and compares the leaf's statement with `expected`.
pub fn verify(
    chain: &[&[u8]],
    roots: &Roots,
    revocations: &Revocations,
    expected: &Expected<'_>,
) -> Result<AndroidKey, Fault> {
    let chain = path::validate(chain, roots, CaFlag::AboveFirstIssuer)?;
    let (leaf, above) = chain.split_first().ok_or(Fault::ChainMalformed)?;
    let statement = statement_of(leaf, above)?;
    check_validity(above, expected.at)?;
    if above.iter().any(|issuer| revocations.contains(issuer)) {
        return Err(Fault::CertificateRevoked);
    }
    let said = KeyDescription::decode(statement)?;
    if said.challenge != expected.challenge {
        return Err(Fault::ChallengeForeign);
    }
    if signature::p256_point(leaf.key()) != Some(expected.key) {
        return Err(Fault::KeyForeign);
    }
    if !said.application()?.is(expected.package, expected.signers) {
        return Err(Fault::AppForeign);
    }
    if said.level() != SecurityLevel::Software && !said.hardware.is_generated_signing_key() {
        return Err(Fault::KeyUnfit);
    }
    let root_of_trust = said.hardware.root_of_trust;
    Ok(AndroidKey {
        level: said.level(),
        boot: root_of_trust.map(|root| root.state),
        locked: root_of_trust.is_some_and(|root| root.locked),
        patch_level: said.hardware.patch_level,
    })
}

/// The statement in the leaf. A statement in a higher certificate means that an attested key issued
/// the certificates below it: their content is invented by the holder of that key.
fn statement_of<'a>(
    leaf: &'a Certificate<'_>,
    above: &[Certificate<'_>],
) -> Result<&'a [u8], Fault> {
    if above
        .iter()
        .any(|issuer| issuer.extensions(STATEMENT).next().is_some())
    {
        return Err(Fault::StatementRepeated);
    }
    let mut found = leaf.extensions(STATEMENT);
    match (found.next(), found.next()) {
        (Some(statement), None) => Ok(statement),
        (None, _) => Err(Fault::StatementMissing),
        (Some(_), Some(_)) => Err(Fault::StatementRepeated),
    }
}

/// Checks validity periods. They count for certificates that Google issues over the network, which
/// are short-lived and renewed. They do not count for certificates from the factory: those cannot be
/// renewed, so phones use expired ones. The leaf's period comes from the phone's own clock and never
/// counts. A root is trusted by its key.
fn check_validity(above: &[Certificate<'_>], at: SinceEpoch) -> Result<(), Fault> {
    let renewed = above
        .iter()
        .any(|issuer| issuer.extensions(PROVISIONED).next().is_some());
    let issued = above
        .iter()
        .filter(|issuer| issuer.issuer() != issuer.subject());
    let mut counted = issued.filter(|_| renewed);
    match counted.all(|issuer| issuer.is_valid_at(at)) {
        true => Ok(()),
        false => Err(Fault::CertificateExpired),
    }
}
