//! Verifies signatures: RSA with at least 2048 bits, and ECDSA over P-256 and P-384.

use crate::Fault;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};
use const_oid::{
    ObjectIdentifier,
    db::rfc5912::{
        ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1,
        SECP_384_R_1, SHA_256_WITH_RSA_ENCRYPTION, SHA_384_WITH_RSA_ENCRYPTION,
        SHA_512_WITH_RSA_ENCRYPTION,
    },
};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

/// The curve of an elliptic-curve key.
fn curve(key: &SubjectPublicKeyInfoOwned) -> Option<ObjectIdentifier> {
    let parameters = key.algorithm.parameters.as_ref()?;
    parameters.decode_as::<ObjectIdentifier>().ok()
}

fn algorithm(
    key: &SubjectPublicKeyInfoOwned,
    signed_with: ObjectIdentifier,
) -> Option<&'static dyn VerificationAlgorithm> {
    if key.algorithm.oid == RSA_ENCRYPTION {
        return match signed_with {
            SHA_256_WITH_RSA_ENCRYPTION => Some(&RSA_PKCS1_2048_8192_SHA256),
            SHA_384_WITH_RSA_ENCRYPTION => Some(&RSA_PKCS1_2048_8192_SHA384),
            SHA_512_WITH_RSA_ENCRYPTION => Some(&RSA_PKCS1_2048_8192_SHA512),
            _ => None,
        };
    }
    if key.algorithm.oid != ID_EC_PUBLIC_KEY {
        return None;
    }
    match (curve(key)?, signed_with) {
        (SECP_256_R_1, ECDSA_WITH_SHA_256) => Some(&ECDSA_P256_SHA256_ASN1),
        (SECP_256_R_1, ECDSA_WITH_SHA_384) => Some(&ECDSA_P256_SHA384_ASN1),
        (SECP_384_R_1, ECDSA_WITH_SHA_256) => Some(&ECDSA_P384_SHA256_ASN1),
        (SECP_384_R_1, ECDSA_WITH_SHA_384) => Some(&ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}

/// Checks that `key` signed `message`. Algorithms that are not accepted are also
/// [`Fault::ChainSignature`].
pub(crate) fn verify(
    key: &SubjectPublicKeyInfoOwned,
    signed_with: ObjectIdentifier,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Fault> {
    let algorithm = algorithm(key, signed_with).ok_or(Fault::ChainSignature)?;
    let bytes = key
        .subject_public_key
        .as_bytes()
        .ok_or(Fault::ChainMalformed)?;
    UnparsedPublicKey::new(algorithm, bytes)
        .verify(message, signature)
        .map_err(|_| Fault::ChainSignature)
}

/// The 65 bytes of the uncompressed point, if the key is on P-256.
pub(crate) fn p256_point(key: &SubjectPublicKeyInfoOwned) -> Option<&[u8]> {
    let is_p256 = key.algorithm.oid == ID_EC_PUBLIC_KEY && curve(key)? == SECP_256_R_1;
    let point = key.subject_public_key.as_bytes()?;
    (is_p256 && point.len() == 65 && point[0] == 4).then_some(point)
}
