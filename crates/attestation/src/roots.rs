//! Trust anchors: the keys at which a chain may end.

use crate::{Fault, certificate::Certificate, signature};
use der::DecodePem;
use x509_cert::{name::Name, spki::SubjectPublicKeyInfoOwned};

/// Trusted keys, each with its name as issuer.
#[derive(Debug, Clone)]
pub struct Roots(Vec<(Name, SubjectPublicKeyInfoOwned)>);

impl Roots {
    /// Google's roots of hardware attestation.
    pub fn google() -> Self {
        Self::built_in(&[
            include_str!("../roots/google-rsa-2022.pem"),
            include_str!("../roots/google-ec-2025.pem"),
        ])
    }

    /// Apple's root of App Attest.
    pub fn apple() -> Self {
        Self::built_in(&[include_str!("../roots/apple-app-attest.pem")])
    }

    /// The keys of these PEM certificates.
    pub fn from_pem(certificates: &[&str]) -> Result<Self, Fault> {
        let root = |pem: &&str| {
            let parsed =
                x509_cert::Certificate::from_pem(pem).map_err(|_| Fault::ChainMalformed)?;
            let signed = parsed.tbs_certificate();
            Ok((
                signed.subject().clone(),
                signed.subject_public_key_info().clone(),
            ))
        };
        certificates
            .iter()
            .map(root)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Both sets together.
    #[must_use]
    pub fn and(mut self, further: Self) -> Self {
        self.0.extend(further.0);
        self
    }

    fn built_in(certificates: &[&str]) -> Self {
        Self::from_pem(certificates).expect("the built-in roots are read by a test")
    }

    /// Whether this key is trusted.
    pub(crate) fn holds(&self, key: &SubjectPublicKeyInfoOwned) -> bool {
        self.0.iter().any(|(_, trusted)| trusted == key)
    }

    /// Checks that a trusted key signed this certificate.
    pub(crate) fn issued(&self, child: &Certificate<'_>) -> Result<(), Fault> {
        let mut of_this_name = self.0.iter().filter(|(name, _)| name == child.issuer());
        let signed = of_this_name.any(|(_, key)| {
            child.signature().is_ok_and(|bytes| {
                signature::verify(key, child.algorithm().oid, child.signed(), bytes).is_ok()
            })
        });
        match signed {
            true => Ok(()),
            false => Err(Fault::RootUnknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_built_in_roots_are_those_that_were_published() {
        assert_eq!((Roots::google().0.len(), Roots::apple().0.len()), (2, 1));
        for (pem, published) in [
            (
                include_str!("../roots/google-rsa-2022.pem"),
                "cedb1cb6dc896ae5ec797348bce9286753c2b38ee71ce0fbe34a9a1248800dfc",
            ),
            (
                include_str!("../roots/google-ec-2025.pem"),
                "6d9db4ce6c5c0b293166d08986e05774a8776ceb525d9e4329520de12ba4bcc0",
            ),
            (
                include_str!("../roots/apple-app-attest.pem"),
                "1cb9823ba28ba6ad2d33a006941de2ae4f513ef1d4e831b9f7e0fa7b6242c932",
            ),
        ] {
            let (_, der) = der::pem::decode_vec(pem.as_bytes()).unwrap();
            assert_eq!(hex::encode(Sha256::digest(der)), published);
        }
    }
}
