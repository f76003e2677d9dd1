//! The reason why a door stayed shut, with its details.

use super::{AppCode, PhoneCode};
use protocol::{
    code::{Code, Sentence},
    device_ended::SignedDeviceEnded,
    ids::Sha256Hash,
    receipt::BadReceipt,
    seal::{SealError, announced::BadSealingKeys},
    work::BadWork,
};
use serde::{Deserialize, Serialize};

/// Why a door stayed shut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, optional_fields))]
pub struct Problem {
    /// The stable word.
    pub code: AppCode,
    /// What the server said to a person, in both languages.
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
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<Sha256Hash>>"))]
    pub missing: Vec<Sha256Hash>,
    /// The citizen may overrule it: the same door opens with `anyway`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "ts", ts(as = "Option<bool>"))]
    pub anyway: bool,
    /// The server's signed word that it no longer serves this device. Looked at when it comes, and
    /// neither stored nor shown.
    #[serde(skip)]
    #[cfg_attr(feature = "ts", ts(skip))]
    pub ended: Option<Box<SignedDeviceEnded>>,
}

impl Problem {
    /// A problem that has only a code.
    pub fn new(code: impl Into<AppCode>) -> Self {
        Self {
            code: code.into(),
            message: None,
            field: None,
            tries_left: None,
            retry_after_s: None,
            missing: Vec::new(),
            anyway: false,
            ended: None,
        }
    }

    /// The same, naming the field that is wrong.
    pub fn in_field(code: impl Into<AppCode>, field: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            ..Self::new(code)
        }
    }

    /// The same, which the citizen may overrule.
    pub fn overrulable(mut self) -> Self {
        self.anyway = true;
        self
    }
}

impl From<AppCode> for Problem {
    fn from(code: AppCode) -> Self {
        Self::new(code)
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<PhoneCode> for Problem {
    fn from(code: PhoneCode) -> Self {
        Self::new(code)
    }
}

impl From<protocol::code::Problem> for Problem {
    fn from(said: protocol::code::Problem) -> Self {
        Self {
            code: said.code.into(),
            message: said.message,
            field: said.field,
            tries_left: said.tries_left,
            retry_after_s: said.retry_after_s,
            missing: said.missing,
            anyway: false,
            ended: said.ended,
        }
    }
}

impl From<BadReceipt> for Problem {
    fn from(_: BadReceipt) -> Self {
        PhoneCode::ReceiptInvalid.into()
    }
}

impl From<BadSealingKeys> for Problem {
    fn from(_: BadSealingKeys) -> Self {
        PhoneCode::SealingKeysInvalid.into()
    }
}

impl From<BadWork> for Problem {
    fn from(_: BadWork) -> Self {
        PhoneCode::AnswerMalformed.into()
    }
}

impl From<SealError> for Problem {
    fn from(error: SealError) -> Self {
        match error {
            SealError::KeyInvalid => PhoneCode::SealingKeysInvalid.into(),
            // The store returned other bytes than were stored.
            SealError::OtherPlaintext | SealError::TooLong => PhoneCode::PhoneStorageFault.into(),
            // Only opening fails in this way, and a phone does not open sealed parts.
            SealError::NotSealed
            | SealError::KeyUnknown
            | SealError::Foreign
            | SealError::Altered
            | SealError::Truncated => Code::from(error).into(),
        }
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
