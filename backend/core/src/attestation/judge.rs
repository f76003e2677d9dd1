//! From a hardware's statement to a tier.

use super::revocations::RevokedFile;
use crate::keys::Keys;
use attestation::{
    Fault, Revocations, Roots, SinceEpoch,
    android::{self, AndroidKey, authorizations::BootState, statement::SecurityLevel},
    apple, serials,
};
use protocol::{
    attestation::{Attestation, CertificateChain, Challenge, KeyBinding, Tier},
    devices::DevicePublicKey,
    environment::Timestamp,
    ids::{ActivationId, Sha256Hash},
};
use std::{path::Path, sync::Arc};
use storage::activation::Attested;

/// The operator's apps, and the roots at which chains of certificates may end.
#[derive(Debug, Clone)]
pub struct OurApps {
    /// The Android app's package name.
    pub android_package: String,
    /// SHA-256 of each certificate that the Android app may be signed with. Empty: no statement
    /// of an Android phone is believed.
    pub android_signers: Vec<[u8; 32]>,
    /// The iOS app (`TEAMID.bundle.identifier`). Without it the statements of iPhones are not
    /// believed.
    pub apple_app_id: Option<String>,
    /// Whether an iOS app that was built for development is accepted.
    pub apple_development: bool,
    /// The roots of Android phones.
    pub google: Roots,
    /// The roots of App Attest.
    pub apple: Roots,
}

/// Judges the statements of phones' hardware.
#[derive(Debug)]
pub struct Attestor {
    apps: OurApps,
    revoked: RevokedFile,
}

/// A statement to be judged.
#[derive(Debug, Clone)]
pub struct Question {
    /// The activation that the key begins.
    pub activation: ActivationId,
    /// The key.
    pub device_key: DevicePublicKey,
    /// The statement about it.
    pub attestation: Attestation,
    /// The present.
    pub now: Timestamp,
}

impl Attestor {
    /// With the operator's settings, and the list of revocations in the data folder.
    pub fn new(apps: OurApps, data: &Path) -> Self {
        Self {
            apps,
            revoked: RevokedFile::in_folder(data),
        }
    }

    /// Judges a statement. It reads a file when the list of revocations has changed and computes for
    /// some milliseconds, so it must not run on a thread that serves requests.
    pub fn judge(&self, keys: &Keys, question: &Question) -> Attested {
        let judged = match &question.attestation {
            Attestation::None => return Attested::default(),
            Attestation::Software => return Attested::nothing("software"),
            Attestation::AndroidKey { challenge, chain } => {
                self.android(keys, question, challenge, chain)
            }
            Attestation::AppAttest {
                challenge,
                key_id,
                object,
            } => self.apple(keys, question, challenge, key_id, object.as_bytes()),
        };
        judged.unwrap_or_else(Attested::nothing)
    }

    fn android(
        &self,
        keys: &Keys,
        question: &Question,
        challenge: &Challenge,
        chain: &CertificateChain,
    ) -> Result<Attested, &'static str> {
        let binding = own_challenge(keys, question, challenge)?;
        let apps = &self.apps;
        if apps.android_signers.is_empty() {
            return Err("not_configured");
        }
        let chain: Vec<&[u8]> = chain.certificates().iter().map(Vec::as_slice).collect();
        let revoked: Arc<Revocations> = self.revoked.current();
        let named = binding.android_challenge();
        let expected = android::Expected {
            challenge: named.as_bytes(),
            key: question.device_key.point(),
            package: &apps.android_package,
            signers: &apps.android_signers,
            at: since_epoch(question.now),
        };
        let said =
            android::verify(&chain, &apps.google, &revoked, &expected).map_err(Fault::as_str)?;
        let (tier, reason) = worth(&said);
        let serials = serials(&chain).map_err(Fault::as_str)?;
        Ok(Attested {
            tier,
            reason: reason.to_owned(),
            patch_level: said.patch_level,
            evidence: Some(Sha256Hash::of(&chain.concat())),
            issuers: serials.iter().map(|one| keys.issuer_tag(one)).collect(),
        })
    }

    fn apple(
        &self,
        keys: &Keys,
        question: &Question,
        challenge: &Challenge,
        key_id: &Sha256Hash,
        object: &[u8],
    ) -> Result<Attested, &'static str> {
        let binding = own_challenge(keys, question, challenge)?;
        let app_id = self.apps.apple_app_id.as_deref();
        let client_data = binding.app_attest_client_data(&question.device_key);
        let expected = apple::Expected {
            client_data_hash: client_data.as_bytes(),
            key_id: key_id.as_bytes(),
            app_id: app_id.ok_or("not_configured")?,
            development: self.apps.apple_development,
            at: since_epoch(question.now),
        };
        apple::verify(object, &self.apps.apple, &expected).map_err(Fault::as_str)?;
        Ok(Attested {
            tier: Tier::T3,
            reason: "app_attest".to_owned(),
            evidence: Some(Sha256Hash::of(object)),
            ..Attested::default()
        })
    }
}

/// Checks that this server gave the challenge, for this activation, and that it has not expired.
fn own_challenge(
    keys: &Keys,
    question: &Question,
    challenge: &Challenge,
) -> Result<KeyBinding, &'static str> {
    let ends = keys
        .challenge_end(question.activation, challenge)
        .ok_or("challenge_unknown")?;
    match question.now.timestamp_millis() < ends {
        true => Ok(KeyBinding {
            activation: question.activation,
            challenge: *challenge,
        }),
        false => Err("challenge_expired"),
    }
}

/// The tier of a statement, and the word for the reason.
fn worth(said: &AndroidKey) -> (Tier, &'static str) {
    match (said.level, said.boot) {
        (SecurityLevel::Software, _) => (Tier::T0, "software"),
        (_, None) => (Tier::T1, "boot_unknown"),
        (_, Some(BootState::SelfSigned)) => (Tier::T1, "boot_self_signed"),
        (_, Some(BootState::Unverified)) => (Tier::T1, "boot_unverified"),
        (_, Some(BootState::Failed)) => (Tier::T1, "boot_failed"),
        (_, Some(BootState::Verified)) if !said.locked => (Tier::T1, "boot_unlocked"),
        (SecurityLevel::TrustedEnvironment, Some(BootState::Verified)) => {
            (Tier::T2, "trusted_environment")
        }
        (SecurityLevel::StrongBox, Some(BootState::Verified)) => (Tier::T3, "strongbox"),
    }
}

fn since_epoch(now: Timestamp) -> SinceEpoch {
    SinceEpoch::from_millis(u64::try_from(now.timestamp_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_is_worth_more_than_a_trusted_environment_and_that_more_than_an_open_phone() {
        let said = |level, boot, locked| {
            worth(&AndroidKey {
                level,
                boot,
                locked,
                patch_level: None,
            })
        };
        use {BootState::*, SecurityLevel::*};
        assert_eq!(said(StrongBox, Some(Verified), true).0, Tier::T3);
        assert_eq!(said(TrustedEnvironment, Some(Verified), true).0, Tier::T2);
        for (boot, locked) in [
            (Some(Verified), false),
            (Some(SelfSigned), true),
            (Some(Unverified), false),
            (Some(Failed), true),
            (None, true),
        ] {
            assert_eq!(said(StrongBox, boot, locked).0, Tier::T1);
        }
        assert_eq!(said(Software, Some(Verified), true).0, Tier::T0);
    }
}
