//! One apoyo in the queue, as states that move by methods:
//!
//! ```text
//! Unsealed -> Sealed -> Sending -> Receipted
//!                          |  ^
//!                          v  |
//!                        Refused
//! ```

use super::backoff;
use bytes::Bytes;
use protocol::{
    apoyo::{ApoyoState, PartName},
    code::{Code, Problem, Remedy},
    environment::Entropy,
    ids::{ApoyoId, CampaignId, DeviceId, Sha256Hash},
    receipt::{ReceiptPublicKey, SignedReceipt},
};
use serde::{Deserialize, Serialize};

/// One of "Mis apoyos".
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub apoyo: ApoyoId,
    pub campaign: CampaignId,
    /// `None` where the secret that hid it is lost.
    pub about: Option<About>,
    pub queued_at_ms: i64,
    pub state: EntryState,
}

/// What the list says about an entry: whom somebody supports is nobody else's business.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct About {
    pub title: String,
    pub requester: String,
}

/// How far it is.
#[derive(Debug, Clone)]
pub(crate) enum EntryState {
    /// Queued in the open by an earlier version; sealed as soon as there is a key.
    Unsealed(Unsealed),
    /// Nothing of it has left the phone.
    Sealed(Sealed),
    /// Some of it may have.
    Sending(Sending),
    /// The server holds it.
    Receipted(Box<Receipted>),
    /// The server will never take it as it is.
    Refused(Refused),
}

/// When an entry is tried next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pause {
    pub tries: u32,
    pub next_try_at_ms: i64,
    /// Why the last try failed.
    pub problem: Option<Problem>,
}

/// See [`EntryState::Unsealed`].
#[derive(Debug, Clone)]
pub(crate) struct Unsealed {
    pub pause: Pause,
}

/// See [`EntryState::Sealed`].
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    pub pause: Pause,
}

/// See [`EntryState::Sending`].
#[derive(Debug, Clone)]
pub(crate) struct Sending {
    pub pause: Pause,
    /// The manifest was put at least once: the server may hold the apoyo, whatever was heard.
    pub manifest_put: bool,
}

/// See [`EntryState::Refused`].
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub problem: Problem,
    pub manifest_put: bool,
}

/// A receipt that was verified before it was kept: there is no other way to make one.
#[derive(Debug, Clone)]
pub(crate) struct Receipted {
    pub receipt: SignedReceipt,
    /// The same, byte for byte as the server gave it.
    pub signed: String,
    pub key: ReceiptPublicKey,
    pub status: Option<ApoyoState>,
}

/// What a receipt has to be about.
#[derive(Debug)]
pub(crate) struct Expected<'a> {
    pub apoyo: ApoyoId,
    pub campaign: &'a CampaignId,
    /// SHA-256 of the body that was put.
    pub content: Sha256Hash,
}

impl Pause {
    /// It is its turn.
    pub fn over(now_ms: i64) -> Self {
        Self {
            next_try_at_ms: now_ms,
            ..Self::default()
        }
    }

    /// The pause after one more failure.
    pub fn after(&self, problem: Problem, now_ms: i64, entropy: &dyn Entropy) -> Self {
        let tries = self.tries.saturating_add(1);
        Self {
            tries,
            next_try_at_ms: now_ms + backoff::pause_ms(tries, problem.retry_after_s, entropy),
            problem: Some(problem),
        }
    }

    /// Whether it may be tried.
    pub fn is_over(&self, now_ms: i64) -> bool {
        backoff::is_due(now_ms, self.next_try_at_ms)
    }
}

impl Unsealed {
    /// It was sealed.
    pub fn seal(self) -> Sealed {
        Sealed { pause: self.pause }
    }
}

impl Sealed {
    /// From here on some of it may leave the phone.
    pub fn begin(self) -> Sending {
        Sending {
            pause: self.pause,
            manifest_put: false,
        }
    }
}

impl Sending {
    /// The manifest is about to be put: from here on it may count, and cannot be cancelled.
    pub fn put_manifest(self) -> Self {
        Self {
            manifest_put: true,
            ..self
        }
    }

    /// What an answer from the server makes of it: only a receipt of `pinned` for exactly what
    /// was put.
    pub fn receipted(
        &self,
        signed: Bytes,
        pinned: &ReceiptPublicKey,
        expected: &Expected<'_>,
    ) -> Result<Receipted, Code> {
        let signed = String::from_utf8(signed.into()).map_err(|_| Code::AnswerMalformed)?;
        let receipt: SignedReceipt =
            serde_json::from_str(&signed).map_err(|_| Code::AnswerMalformed)?;
        receipt.verify(pinned)?;
        let promised = &receipt.receipt;
        let same = promised.apoyo == expected.apoyo
            && promised.campaign == *expected.campaign
            && promised.content == expected.content;
        if !same {
            return Err(Code::ReceiptInvalid);
        }
        Ok(Receipted {
            receipt,
            signed,
            key: *pinned,
            status: None,
        })
    }
}

impl Refused {
    /// A person wants it tried again: the campaign may have opened, or the server been mended.
    pub fn again(self, now_ms: i64) -> Sending {
        Sending {
            pause: Pause {
                problem: Some(self.problem),
                ..Pause::over(now_ms)
            },
            manifest_put: self.manifest_put,
        }
    }
}

impl EntryState {
    /// What one more failure makes of it: a longer pause where it may pass, a refusal where it
    /// will not. What has ended stays as it is.
    pub fn failed(self, problem: Problem, now_ms: i64, entropy: &dyn Entropy) -> Self {
        // An activation that has ended is no fault of the apoyo: it waits for the next one.
        let deactivated = matches!(
            problem.code,
            Code::DeviceUnknown | Code::DeviceRevoked | Code::DeviceKeyLost
        );
        let fatal = problem.code.remedy() == Remedy::Person && !deactivated;
        match self {
            Self::Unsealed(it) if !fatal => Self::Unsealed(Unsealed {
                pause: it.pause.after(problem, now_ms, entropy),
            }),
            Self::Sealed(it) if !fatal => Self::Sealed(Sealed {
                pause: it.pause.after(problem, now_ms, entropy),
            }),
            Self::Sending(it) if !fatal => Self::Sending(Sending {
                pause: it.pause.after(problem, now_ms, entropy),
                ..it
            }),
            // Before it is sealed there is nothing that could be refused for good.
            Self::Unsealed(it) => Self::Unsealed(Unsealed {
                pause: it.pause.after(problem, now_ms, entropy),
            }),
            Self::Sealed(_) => Self::Refused(Refused {
                problem,
                manifest_put: false,
            }),
            Self::Sending(it) => Self::Refused(Refused {
                problem,
                manifest_put: it.manifest_put,
            }),
            ended @ (Self::Receipted(_) | Self::Refused(_)) => ended,
        }
    }

    /// When it is tried next; `None` once it has ended.
    pub fn pause(&self) -> Option<&Pause> {
        match self {
            Self::Unsealed(it) => Some(&it.pause),
            Self::Sealed(it) => Some(&it.pause),
            Self::Sending(it) => Some(&it.pause),
            Self::Receipted(_) | Self::Refused(_) => None,
        }
    }

    /// Whether the citizen may still take it back: it cannot have counted.
    pub fn may_cancel(&self) -> bool {
        match self {
            Self::Unsealed(_) | Self::Sealed(_) => true,
            Self::Sending(it) => !it.manifest_put,
            Self::Receipted(_) | Self::Refused(_) => false,
        }
    }

    /// Whether there is something sealed that could be taken elsewhere as a file.
    pub fn may_export(&self) -> bool {
        matches!(self, Self::Sealed(_) | Self::Sending(_))
    }
}

/// What is sent for an entry.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    /// The device that the body names.
    pub device: DeviceId,
    /// Exactly the body of `PUT /v1/apoyos/{id}`.
    pub body: Bytes,
    /// Its SHA-256.
    pub content: Sha256Hash,
    /// The device's signature of that request: the consent, made once.
    pub signature: [u8; 64],
    pub parts: Vec<OutgoingPart>,
}

/// One sealed picture of an entry.
#[derive(Debug, Clone)]
pub(crate) struct OutgoingPart {
    pub name: PartName,
    /// Of the sealed bytes.
    pub sha256: Sha256Hash,
    /// The server said that it has it.
    pub uploaded: bool,
}
