//! Why a door stayed shut: one stable word, the server's or the phone's own, and its details.
//!
//! A word is never renamed: the screens, their sentences (`ui/design/strings/codes.*.json`) and
//! the phone's own store use it. [`Code`] lists the refusals of a server, [`PhoneCode`] the faults of
//! the phone. An answer of a server with a word of the phone is malformed.

mod problem;

pub use problem::Problem;

use protocol::code::{Code, Remedy};
use serde::{Deserialize, Serialize};

protocol::codes! {
    /// One stable word for each way in which something goes wrong on the phone.
    #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
    pub enum PhoneCode;

    // Activation
    /// This step comes after another one, which has not been done.
    StepOutOfOrder => "step_out_of_order", Person;
    /// The phone has not been activated.
    NotActivated => "not_activated", Person;
    /// The device key is gone; the phone has to be activated again.
    DeviceKeyLost => "device_key_lost", Person;
    /// The address was typed differently the second time.
    EmailsDiffer => "emails_differ", Person;
    /// The mail with the code came back: no mailbox at that address took it.
    MailBounced => "mail_bounced", Person;
    /// The mail server of the address takes no mail for it.
    MailRefused => "mail_refused", Person;

    // Proving the address with an account elsewhere
    /// The person went back to choosing how the address is proved.
    SigninCancelled => "signin_cancelled", Person;
    /// The browser did not come back in time.
    SigninTimedOut => "signin_timed_out", Person;
    /// The app was closed while the person was with the provider.
    SigninInterrupted => "signin_interrupted", Person;
    /// No browser can be opened on this machine.
    BrowserMissing => "browser_missing", Person;

    // The draft
    /// No apoyo is being prepared.
    DraftMissing => "draft_missing", Person;
    /// The file cannot be read as a picture.
    PictureUnreadable => "picture_unreadable", Person;
    /// The file is a HEIC or AVIF, which the app cannot read.
    PictureHeic => "picture_heic", Person;
    /// The file has more bytes than the app takes.
    PictureHeavy => "picture_heavy", Person;
    /// The end of the file is missing.
    PictureCut => "picture_cut", Person;
    /// The picture has more pixels than anyone needs.
    PictureTooLarge => "picture_too_large", Person;
    /// The picture cannot be opened to its end.
    PictureBroken => "picture_broken", Person;
    /// The picture is too blurred to read.
    PictureBlurred => "picture_blurred", Person;
    /// The picture is too dark or too bright.
    PictureLight => "picture_light", Person;
    /// The picture is too small to be useful.
    PictureTooSmall => "picture_too_small", Person;
    /// The same picture was given for both sides.
    PictureRepeated => "picture_repeated", Person;
    /// No QR can be read in the picture of the back.
    QrNotFound => "qr_not_found", Person;
    /// Only encrypted QR codes were seen; the small one is needed.
    QrOnlyOpaque => "qr_only_opaque", Person;
    /// The QR is not that of a voter credential.
    QrForeign => "qr_foreign", Person;
    /// The picture shows another credential than the one read before.
    QrOtherCard => "qr_other_card", Person;
    /// This model of the credential lacks the QR that is needed.
    ModelNotSupported => "model_not_supported", Person;
    /// The signature is empty.
    SignatureEmpty => "signature_empty", Person;
    /// The signature is a dot or a single short line.
    SignatureTooSmall => "signature_too_small", Person;
    /// Consent was not given.
    ConsentMissing => "consent_missing", Person;
    /// The apoyo may have reached the server: it can no longer be taken back.
    TooLateToCancel => "too_late_to_cancel", Person;

    // The store
    /// The phone has no room left; nothing was lost.
    PhoneStorageFull => "phone_storage_full", Person;
    /// The phone's own store cannot be read or written.
    PhoneStorageFault => "phone_storage_fault", Person;
    /// The phone lost the key that its store was encrypted with: drafts are gone.
    StorageKeyLost => "storage_key_lost", Person;
    /// The phone's key store does not answer now; nothing was lost.
    StorageKeyUnavailable => "storage_key_unavailable", Later;

    // The server, as seen from here
    /// There is no network, or the server does not answer.
    ServerUnreachable => "server_unreachable", Later;
    /// The server's answer is not one that this app understands.
    AnswerMalformed => "answer_malformed", Later;
    /// The receipt's signature is not that of the server this app trusts.
    ReceiptInvalid => "receipt_invalid", Later;
    /// The sealing keys are not signed by the server this app trusts, or cannot be used.
    SealingKeysInvalid => "sealing_keys_invalid", Later;
}

/// The word of a [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum AppCode {
    /// The server's refusal. A phone that checks the same rule before it sends uses the same word.
    Server(Code),
    /// A fault of the phone.
    Phone(PhoneCode),
}

impl AppCode {
    /// The word as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            AppCode::Server(code) => code.as_str(),
            AppCode::Phone(code) => code.as_str(),
        }
    }

    /// The remedy: a later try, a repair, or a person.
    pub const fn remedy(self) -> Remedy {
        match self {
            AppCode::Server(code) => code.remedy(),
            AppCode::Phone(code) => code.remedy(),
        }
    }

    /// Whether the activation has ended: the server does not know the device, or its key is gone.
    pub(crate) const fn ends_activation(self) -> bool {
        matches!(
            self,
            AppCode::Server(Code::DeviceUnknown | Code::DeviceRevoked)
                | AppCode::Phone(PhoneCode::DeviceKeyLost)
        )
    }
}

impl std::fmt::Display for AppCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Code> for AppCode {
    fn from(code: Code) -> Self {
        Self::Server(code)
    }
}

impl From<PhoneCode> for AppCode {
    fn from(code: PhoneCode) -> Self {
        Self::Phone(code)
    }
}

impl PartialEq<Code> for AppCode {
    fn eq(&self, other: &Code) -> bool {
        *self == Self::Server(*other)
    }
}

impl PartialEq<PhoneCode> for AppCode {
    fn eq(&self, other: &PhoneCode) -> bool {
        *self == Self::Phone(*other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_word_means_two_things_and_each_reads_back() {
        let server = Code::ALL.iter().copied().map(AppCode::Server);
        let phone = PhoneCode::ALL.iter().copied().map(AppCode::Phone);
        let all: Vec<AppCode> = server.chain(phone).collect();
        let words: BTreeSet<&str> = all.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), all.len());
        for code in all {
            let written = serde_json::to_value(code).unwrap();
            assert_eq!(written, code.as_str());
            assert_eq!(serde_json::from_value::<AppCode>(written).unwrap(), code);
        }
    }

    #[test]
    fn a_server_cannot_say_what_only_a_phone_knows() {
        let said = r#"{"code":"device_key_lost"}"#;
        assert!(serde_json::from_str::<protocol::code::Problem>(said).is_err());
        let kept: Problem = serde_json::from_str(said).unwrap();
        assert_eq!(kept.code, PhoneCode::DeviceKeyLost);
    }
}
