//! Android Key Attestation: a chain of certificates whose leaf speaks of the key.
//!
//! Only Google's key at the top and the statement in the leaf count. The statement is made by
//! what holds the key (a trusted environment or a chip), not by Android; the one thing that is
//! taken from Android's word is which app the key belongs to.

pub mod application;
pub mod authorizations;
pub mod statement;

use crate::{
    Fault, Revocations, Roots, SinceEpoch,
    certificate::Certificate,
    path::{self, Marked},
    signature,
};
use const_oid::ObjectIdentifier;
use statement::{BootState, KeyDescription, SecurityLevel};

/// The extension with the statement about the key.
pub const STATEMENT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.1.17");
/// The extension of a certificate that Google issued to this phone over the network.
const PROVISIONED: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.1.30");

/// What a chain has to be about.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The challenge that the key was to be made with.
    pub challenge: &'a [u8],
    /// The key: an uncompressed point of P-256 (65 bytes).
    pub key: &'a [u8],
    /// The app's package name.
    pub package: &'a str,
    /// SHA-256 of the certificates that the app may be signed with.
    pub signers: &'a [[u8; 32]],
    /// The present.
    pub at: SinceEpoch,
}

/// What the hardware says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AndroidKey {
    /// Where the key lives, and who says so: the lesser of both.
    pub level: SecurityLevel,
    /// With which system the phone started; `None` where it does not say.
    pub boot: Option<BootState>,
    /// Whether the phone's bootloader is locked.
    pub locked: bool,
    /// The month of the system's security patches (`202511`), where it says.
    pub patch_level: Option<u32>,
}

/// Follows the chain to one of `roots` and compares what its leaf says with what is expected.
pub fn verify(
    chain: &[&[u8]],
    roots: &Roots,
    revocations: &Revocations,
    expected: &Expected<'_>,
) -> Result<AndroidKey, Fault> {
    let chain = path::follow(chain, roots, Marked::AboveFirst)?;
    let (leaf, above) = chain.split_first().ok_or(Fault::ChainMalformed)?;
    let statement = statement_of(leaf, above)?;
    in_time(above, expected.at)?;
    if above.iter().any(|issuer| revocations.name(issuer)) {
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
    if said.level() != SecurityLevel::Software && !said.hardware.is_signing_key_made_inside() {
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

/// The one statement, in the leaf. A statement higher up means that an attested key was used to
/// issue a certificate: what that one says is its holder's invention.
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

/// Certificates that Google issues over the network are short-lived and renewed: their time
/// counts. Those put in at the factory can't be renewed, so phones go on with expired ones: it
/// does not. The leaf's is set by the phone's own clock and never counts, and a root is trusted
/// by its key.
fn in_time(above: &[Certificate<'_>], at: SinceEpoch) -> Result<(), Fault> {
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
