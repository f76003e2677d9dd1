//! The operator's apps, as attestations of phones name them.

use super::ConfigError;
use attestation::Roots;
use serde::Deserialize;
use server_core::attestation::OurApps;
use std::path::PathBuf;

/// `[attestation]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AttestationConfig {
    /// The Android app's package name.
    pub android_package: String,
    /// SHA-256 of each certificate that the Android app may be signed with, in hexadecimal
    /// digits. Empty: no statement of an Android phone is believed.
    pub android_signers: Vec<String>,
    /// Files with further roots in PEM, in addition to Google's.
    pub android_roots: Vec<PathBuf>,
    /// The iOS app (`TEAMID.bundle.identifier`). Without it the statements of iPhones are not
    /// believed.
    pub apple_app_id: Option<String>,
    /// Whether an iOS app that was built for development is accepted.
    pub apple_development: bool,
    /// The roots of Android phones: Google's, and those of `android_roots` when the files are
    /// read.
    #[serde(skip)]
    pub google: Roots,
    /// The roots of App Attest.
    #[serde(skip)]
    pub apple: Roots,
}

impl Default for AttestationConfig {
    fn default() -> Self {
        Self {
            android_package: "mx.apoyo.ciudadano".to_owned(),
            android_signers: Vec::new(),
            android_roots: Vec::new(),
            apple_app_id: None,
            apple_development: false,
            google: Roots::google(),
            apple: Roots::apple(),
        }
    }
}

impl AttestationConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, why: String| Err(ConfigError::Value { key, why });
        if let Some(bad) = self
            .android_signers
            .iter()
            .find(|text| digest(text).is_none())
        {
            let why = format!("\"{bad}\" is no SHA-256: 64 hexadecimal digits");
            return wrong("attestation.android_signers", why);
        }
        match &self.apple_app_id {
            Some(id) if !is_app_id(id) => {
                let why = format!("\"{id}\" should be TEAMID.bundle.identifier");
                wrong("attestation.apple_app_id", why)
            }
            _ => Ok(()),
        }
    }

    /// The expectations that statements of phones are compared with.
    pub fn our_apps(&self) -> OurApps {
        OurApps {
            android_package: self.android_package.clone(),
            android_signers: self.signers(),
            apple_app_id: self.apple_app_id.clone(),
            apple_development: self.apple_development,
            google: self.google.clone(),
            apple: self.apple.clone(),
        }
    }

    /// The digests that `android_signers` names.
    pub fn signers(&self) -> Vec<[u8; 32]> {
        let digests = self.android_signers.iter();
        digests.filter_map(|text| digest(text)).collect()
    }

    /// Reads the operator's further roots.
    pub(super) fn read_roots(&mut self) -> Result<(), ConfigError> {
        for path in &self.android_roots {
            let shown = path.display().to_string();
            let pem = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
                path: shown.clone(),
                source,
            })?;
            let further = Roots::from_pem(&[&pem]).map_err(|_| ConfigError::Value {
                key: "attestation.android_roots",
                why: format!("{shown} holds no certificate in PEM"),
            })?;
            self.google = self.google.clone().and(further);
        }
        Ok(())
    }
}

/// Reads a digest as `keytool` and `apksigner` print it: with or without colons, in any case.
fn digest(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    hex::decode_to_slice(text.replace(':', ""), &mut digest).ok()?;
    Some(digest)
}

/// Apple's team identifiers have ten capital letters and digits.
fn is_app_id(text: &str) -> bool {
    text.split_once('.').is_some_and(|(team, bundle)| {
        team.len() == 10
            && team
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && !bundle.is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signers_digest_is_taken_as_the_tools_print_it() {
        let config = |text: String| AttestationConfig {
            android_signers: vec![text],
            ..AttestationConfig::default()
        };
        let colons = vec!["AB"; 32].join(":");
        let signers = config(colons).signers();
        assert_eq!(signers, [[0xAB; 32]]);
        assert!(config("ab".repeat(32)).check().is_ok());
        assert!(config("ab".repeat(31)).check().is_err());
        assert!(is_app_id("ABCDE12345.mx.apoyo.ciudadano") && !is_app_id("mx.apoyo.ciudadano"));
    }
}
