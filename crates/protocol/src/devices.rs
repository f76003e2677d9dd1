//! The signature by which a device proves that a request is its own.
//!
//! After activation every request carries two headers: [`KEY_HEADER`] with the device id (or,
//! while the activation is under way, the activation id), and [`SIGNATURE_HEADER`] with the
//! ES256 signature of [`request_bytes`]. The bytes hold no time: a phone's clock may be wrong by
//! years, and repeating a signed request does no harm.

use crate::{
    code::Code,
    context::{Context, signed_bytes},
    ids::Sha256Hash,
};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// Names the key that signed: a device id, or an activation id before the phone has one.
pub const KEY_HEADER: &str = "apoyo-key";
/// The signature, base64url without padding: r and s, 32 bytes each.
pub const SIGNATURE_HEADER: &str = "apoyo-signature";

/// The bytes that a device signs for one request.
///
/// `path_and_query` is exactly the target of the request line (`/v1/apoyos/{id}`). For
/// `PUT /v1/blobs/{sha256}` the body's hash is the one in the path, so that a body can be
/// streamed.
pub fn request_bytes(method: &str, path_and_query: &str, body: &Sha256Hash) -> Vec<u8> {
    signed_bytes(
        Context::Request,
        &[
            method.as_bytes(),
            path_and_query.as_bytes(),
            body.as_bytes(),
        ],
    )
}

/// A device's public key: an uncompressed P-256 point (65 bytes), base64url on the wire.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, as = "String"))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct DevicePublicKey(Vec<u8>);

impl DevicePublicKey {
    /// Takes the 65 bytes of an uncompressed point.
    ///
    /// Only the form is checked here. With a point that is not on the curve every signature fails.
    pub fn from_point(point: &[u8]) -> Result<Self, Code> {
        if point.len() == 65 && point[0] == 4 {
            Ok(Self(point.to_vec()))
        } else {
            Err(Code::DeviceKeyInvalid)
        }
    }

    /// The 65 bytes.
    pub fn point(&self) -> &[u8] {
        &self.0
    }

    /// Checks that this key made `signature` (64 bytes, r ‖ s) over `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Code> {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0)
            .verify(message, signature)
            .map_err(|_| Code::SignatureInvalid)
    }
}

impl TryFrom<String> for DevicePublicKey {
    type Error = Code;
    fn try_from(text: String) -> Result<Self, Code> {
        let point = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| Code::DeviceKeyInvalid)?;
        Self::from_point(&point)
    }
}

impl From<DevicePublicKey> for String {
    fn from(key: DevicePublicKey) -> String {
        URL_SAFE_NO_PAD.encode(key.0)
    }
}

impl std::fmt::Debug for DevicePublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DevicePublicKey({})", Sha256Hash::of(&self.0))
    }
}
