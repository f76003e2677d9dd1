//! The stable words for the refusals of a server.
//!
//! A code is never renamed. Its sentences are in `ui/design/strings/codes.{es-MX,en}.json`, one
//! per code and language. Faults of the phone itself have words of the same kind in `app-core`,
//! which a server cannot send.

use serde::{Deserialize, Serialize};

/// What the sender of a request does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The same request may succeed later: wait, with growing pauses.
    Later,
    /// The same request will never succeed: a person has to do something else.
    Person,
    /// The sender repairs it without a person (uploads the missing parts) and repeats at once.
    Mend,
}

/// Declares an enum of stable words: the words themselves, [`Remedy`] and the list of all.
/// The crate that uses it needs `serde`.
#[macro_export]
macro_rules! codes {
    (
        $(#[$about:meta])* pub enum $Code:ident;
        $($(#[$doc:meta])* $name:ident => $word:literal, $remedy:ident;)+
    ) => {
        $(#[$about])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize,
            serde::Deserialize,
        )]
        pub enum $Code {
            $($(#[$doc])* #[serde(rename = $word)] $name,)+
        }

        impl $Code {
            /// Every code, in the order of its list.
            pub const ALL: &[$Code] = &[$($Code::$name,)+];

            /// The word as it is stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self { $($Code::$name => $word,)+ }
            }

            /// What the sender does next.
            pub const fn remedy(self) -> $crate::code::Remedy {
                match self { $($Code::$name => $crate::code::Remedy::$remedy,)+ }
            }
        }

        impl std::fmt::Display for $Code {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::error::Error for $Code {}
    };
}

codes! {
    /// One stable word for each way in which a server refuses a request.
    #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    pub enum Code;

    // Any request
    /// The body or an identifier is not of the documented shape.
    RequestMalformed => "request_malformed", Person;
    /// The address does not exist.
    NotFound => "not_found", Person;
    /// The address exists, but not for this method.
    MethodNotAllowed => "method_not_allowed", Person;
    /// The body is longer than this address accepts.
    BodyTooLarge => "body_too_large", Person;
    /// The connection ended before the whole body had come.
    BodyTruncated => "body_truncated", Later;
    /// Too many requests from this device or network.
    TooManyRequests => "too_many_requests", Later;
    /// The server is at its limit and asks to be tried again.
    ServerBusy => "server_busy", Later;
    /// The server's disk is full; nothing was recorded.
    ServerStorageFull => "server_storage_full", Later;
    /// A fault of the server; nothing was recorded.
    ServerFault => "server_fault", Later;
    /// The server cannot tell what time it is, and the answer depends on it; nothing was recorded.
    ClockDoubtful => "clock_doubtful", Later;

    // Signatures of the device
    /// The request should be signed by a device key and is not.
    SignatureMissing => "signature_missing", Person;
    /// The signature does not belong to these bytes and this device.
    SignatureInvalid => "signature_invalid", Person;
    /// No device with this id is known.
    DeviceUnknown => "device_unknown", Person;
    /// The device was replaced or revoked.
    DeviceRevoked => "device_revoked", Person;

    // Activation
    /// The text is not an e-mail address.
    EmailInvalid => "email_invalid", Person;
    /// The part before the `@` has a letter that most mail systems do not transport.
    EmailLetters => "email_letters", Person;
    /// Mail from the internet does not reach this host.
    EmailHost => "email_host", Person;
    /// The device's public key is not a P-256 point.
    DeviceKeyInvalid => "device_key_invalid", Person;
    /// The privacy notice that was accepted is not the one in force.
    NoticeOutdated => "notice_outdated", Person;
    /// The activation does not exist or has ended.
    ActivationUnknown => "activation_unknown", Person;
    /// A code has 8 letters and digits.
    CodeMalformed => "code_malformed", Person;
    /// Not the code that was mailed.
    CodeWrong => "code_wrong", Person;
    /// The 24 hours are over.
    CodeExpired => "code_expired", Person;
    /// The code was used already.
    CodeUsed => "code_used", Person;
    /// Five wrong tries: this code is invalid from now on.
    CodeExhausted => "code_exhausted", Person;
    /// The code belongs to another phone.
    CodeForeignDevice => "code_foreign_device", Person;
    /// A new mail may be asked for after a minute, and then every five.
    ResendTooSoon => "resend_too_soon", Person;

    /// The beginning of an activation came without its proof of work.
    WorkMissing => "work_missing", Mend;
    /// The proof of work came too late: another one is needed.
    WorkExpired => "work_expired", Mend;
    /// The proof of work is wrong, or was done for something else.
    WorkInvalid => "work_invalid", Mend;

    // Proving the address with an account elsewhere
    /// This provider is not configured.
    SigninProviderUnknown => "signin_provider_unknown", Person;
    /// The sign-in does not exist, or is with another provider.
    SigninUnknown => "signin_unknown", Person;
    /// The sign-in took too long.
    SigninExpired => "signin_expired", Person;
    /// The sign-in was used already.
    SigninUsed => "signin_used", Person;
    /// The person refused at the provider.
    SigninDenied => "signin_denied", Person;
    /// The provider does not answer.
    SigninUnavailable => "signin_unavailable", Later;
    /// The provider's answer is not valid: signature, audience, issuer, nonce or time.
    SigninUntrusted => "signin_untrusted", Person;
    /// The sign-in belongs to another phone.
    SigninForeign => "signin_foreign", Person;
    /// Not the ticket of this sign-in.
    SigninTicketInvalid => "signin_ticket_invalid", Person;
    /// Not the address that was proved.
    SigninEmailDiffers => "signin_email_differs", Person;

    // Parts
    /// The bytes are not those that the address names.
    BlobHashMismatch => "blob_hash_mismatch", Later;

    // Sealing
    /// The bytes are not sealed. The server accepts only pictures that a relay cannot read.
    PartNotSealed => "part_not_sealed", Person;
    /// It is sealed to a key that the server does not hold, or no longer holds.
    SealingKeyUnknown => "sealing_key_unknown", Person;
    /// It was sealed for another apoyo, another process or another place in this one.
    PartForeign => "part_foreign", Person;
    /// Bytes of it were changed after it was sealed.
    PartAltered => "part_altered", Person;
    /// Its end is missing.
    PartTruncated => "part_truncated", Person;

    // Apoyo
    /// No such campaign.
    CampaignUnknown => "campaign_unknown", Person;
    /// The campaign does not receive apoyos yet.
    CampaignNotOpen => "campaign_not_open", Person;
    /// The campaign no longer receives apoyos.
    CampaignClosed => "campaign_closed", Person;
    /// Some parts have not arrived; they are listed.
    PartsMissing => "parts_missing", Mend;
    /// The manifest contradicts itself, its payload or its address.
    ManifestInvalid => "manifest_invalid", Person;
    /// This id already belongs to another apoyo.
    ApoyoIdReused => "apoyo_id_reused", Person;
    /// No such apoyo, or it belongs to another device.
    ApoyoUnknown => "apoyo_unknown", Person;
    /// The text of the QR is not that of a voter credential.
    QrMalformed => "qr_malformed", Person;
    /// A typed field is malformed; the field is named.
    FieldInvalid => "field_invalid", Person;
}

/// The body of every answer that is not a success (media type `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The stable word.
    pub code: Code,
    /// What happened and what to do next, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Sentence>,
    /// The field that is wrong, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Tries that are left, for a wrong code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u8>,
    /// Seconds to wait before trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// The parts that have not arrived, for [`Code::PartsMissing`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<crate::ids::Sha256Hash>,
    /// For [`Code::DeviceUnknown`] and [`Code::DeviceRevoked`]: the same, signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Box<crate::device_ended::SignedDeviceEnded>>,
}

/// The same sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sentence {
    /// Spanish of Mexico.
    pub es: String,
    /// English.
    pub en: String,
}

impl Problem {
    /// A problem that has only a code.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            message: None,
            field: None,
            tries_left: None,
            retry_after_s: None,
            missing: Vec::new(),
            ended: None,
        }
    }

    /// The same, naming the field that is wrong.
    pub fn in_field(code: Code, field: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            ..Self::new(code)
        }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{} ({field})", self.code),
            None => self.code.fmt(f),
        }
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_what_serde_writes() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
