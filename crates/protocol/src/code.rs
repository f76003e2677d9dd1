//! The stable words for everything that can go wrong, shared by server, app and screen.
//!
//! A code is never renamed. The sentences that people read stand in
//! `ui/design/strings/codes.{es-MX,en}.json`, one per code and language.

use serde::{Deserialize, Serialize};

/// What the sender of a request does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The same request may succeed later: wait, with growing pauses.
    Later,
    /// The same request will never succeed: a person has to do something else.
    Person,
    /// The sender can mend it alone (upload the missing parts) and repeat at once.
    Mend,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident => $word:literal, $remedy:ident;)+) => {
        /// One stable word per way in which something can go wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $word)] $name,)+
        }

        impl Code {
            /// Every code, in the order of this file.
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $word,)+ }
            }

            /// What the sender does next.
            pub const fn remedy(self) -> Remedy {
                match self { $(Code::$name => Remedy::$remedy,)+ }
            }
        }
    };
}

codes! {
    // Any request
    /// The body or an identifier is not of the documented shape.
    RequestMalformed => "request_malformed", Person;
    /// There is nothing at this address.
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
    /// The address has a letter in front of the `@` that most mail systems cannot carry.
    EmailLetters => "email_letters", Person;
    /// The address names a host that mail from outside does not reach.
    EmailHost => "email_host", Person;
    /// The address was typed differently the second time.
    EmailsDiffer => "emails_differ", Person;
    /// The device's public key is not a P-256 point.
    DeviceKeyInvalid => "device_key_invalid", Person;
    /// The privacy notice that was accepted is not the one in force.
    NoticeOutdated => "notice_outdated", Person;
    /// No such activation, or it has ended.
    ActivationUnknown => "activation_unknown", Person;
    /// A code has 8 letters and digits.
    CodeMalformed => "code_malformed", Person;
    /// Not the code that was mailed.
    CodeWrong => "code_wrong", Person;
    /// The 24 hours are over.
    CodeExpired => "code_expired", Person;
    /// The code was used already.
    CodeUsed => "code_used", Person;
    /// Five wrong tries: this code opens nothing any more.
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
    /// The mail with the code came back: nobody can read it at that address.
    MailBounced => "mail_bounced", Person;
    /// The mail server of the address takes no mail for it.
    MailRefused => "mail_refused", Person;
    // Proving the address with an account elsewhere
    /// This server does not ask this provider.
    SigninProviderUnknown => "signin_provider_unknown", Person;
    /// No such sign-in, or not with this provider.
    SigninUnknown => "signin_unknown", Person;
    /// The sign-in took too long.
    SigninExpired => "signin_expired", Person;
    /// The sign-in was used already.
    SigninUsed => "signin_used", Person;
    /// The person said no at the provider.
    SigninDenied => "signin_denied", Person;
    /// The provider does not answer.
    SigninUnavailable => "signin_unavailable", Later;
    /// What the provider says does not hold: signature, audience, issuer, nonce or time.
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
    /// The picture has more pixels than anyone needs.
    PictureTooLarge => "picture_too_large", Person;
    /// The picture cannot be opened to its end.
    PictureBroken => "picture_broken", Person;

    // Sealing
    /// The bytes are not sealed: the server takes nothing that others could read on the way.
    PartNotSealed => "part_not_sealed", Person;
    /// It is sealed to a key that the server does not hold (any more).
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

    // On the phone
    /// This step comes after another one that is not done.
    StepOutOfOrder => "step_out_of_order", Person;
    /// The phone has not been activated.
    NotActivated => "not_activated", Person;
    /// The device key is gone; the phone has to be activated again.
    DeviceKeyLost => "device_key_lost", Person;
    /// The person went back to choosing how the address is proved.
    SigninCancelled => "signin_cancelled", Person;
    /// The browser did not come back in time.
    SigninTimedOut => "signin_timed_out", Person;
    /// The app was closed while the person was with the provider.
    SigninInterrupted => "signin_interrupted", Person;
    /// No browser can be opened on this machine.
    BrowserMissing => "browser_missing", Person;
    /// There is no apoyo being prepared.
    DraftMissing => "draft_missing", Person;
    /// The file cannot be read as a picture.
    PictureUnreadable => "picture_unreadable", Person;
    /// The file is a HEIC or AVIF, which the app cannot read.
    PictureHeic => "picture_heic", Person;
    /// The file has more bytes than the app takes.
    PictureHeavy => "picture_heavy", Person;
    /// The end of the file is missing.
    PictureCut => "picture_cut", Person;
    /// The picture is too blurred to read.
    PictureBlurred => "picture_blurred", Person;
    /// The picture is too dark or too bright.
    PictureLight => "picture_light", Person;
    /// The picture is too small to be useful.
    PictureTooSmall => "picture_too_small", Person;
    /// No QR can be read in the picture of the back.
    QrNotFound => "qr_not_found", Person;
    /// Only encrypted QR codes were seen; the small one is needed.
    QrOnlyOpaque => "qr_only_opaque", Person;
    /// The QR is not that of a voter credential.
    QrForeign => "qr_foreign", Person;
    /// The picture shows another credential than the one read before.
    QrOtherCard => "qr_other_card", Person;
    /// The same picture was given for both sides.
    PictureRepeated => "picture_repeated", Person;
    /// This model of the credential lacks the QR that is needed.
    ModelNotSupported => "model_not_supported", Person;
    /// The signature is empty.
    SignatureEmpty => "signature_empty", Person;
    /// The signature is a dot or a single short line.
    SignatureTooSmall => "signature_too_small", Person;
    /// A typed field is not of its form; the field is named.
    FieldInvalid => "field_invalid", Person;
    /// Consent was not given.
    ConsentMissing => "consent_missing", Person;
    /// The phone has no room left; nothing was lost.
    PhoneStorageFull => "phone_storage_full", Person;
    /// The phone's own store cannot be read or written.
    PhoneStorageFault => "phone_storage_fault", Person;
    /// The phone lost the key that its store was encrypted with: drafts are gone.
    StorageKeyLost => "storage_key_lost", Person;
    /// The phone's key store does not answer now; nothing was lost.
    StorageKeyUnavailable => "storage_key_unavailable", Later;
    /// The apoyo may have reached the server: it can no longer be taken back.
    TooLateToCancel => "too_late_to_cancel", Person;
    /// There is no network, or the server does not answer.
    ServerUnreachable => "server_unreachable", Later;
    /// The server's answer is not one that this app understands.
    AnswerMalformed => "answer_malformed", Later;
    /// The receipt's signature is not that of the server this app trusts.
    ReceiptInvalid => "receipt_invalid", Later;
    /// The sealing keys are not signed by the server this app trusts, or cannot be used.
    SealingKeysInvalid => "sealing_keys_invalid", Later;
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for Code {}

/// The body of every answer that is not a success (media type `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, optional_fields))]
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
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<crate::ids::Sha256Hash>>"))]
    pub missing: Vec<crate::ids::Sha256Hash>,
    /// On the phone: the citizen may want it all the same, and then it is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "ts", ts(as = "Option<bool>"))]
    pub anyway: bool,
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
    /// A problem that is nothing but its code.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            message: None,
            field: None,
            tries_left: None,
            retry_after_s: None,
            missing: Vec::new(),
            anyway: false,
        }
    }

    /// The same, which the citizen may overrule.
    pub const fn overrulable(mut self) -> Self {
        self.anyway = true;
        self
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
