//! One apoyo in the queue. Its states change by methods:
//!
//! ```text
//! Unsealed -> Sealed -> Sending -> Receipted
//!                          |  ^
//!                          v  |
//!                        Refused
//! ```

mod backoff;
mod lost;

pub(crate) use lost::{Again, Lost};

use crate::code::{PhoneCode, Problem};
use bytes::Bytes;
use protocol::{
    apoyos::{ApoyoState, PartName},
    environment::Entropy,
    ids::{ApoyoId, CampaignId, DeviceId, Sha256Hash},
    receipt::{ReceiptPublicKey, SignedReceipt},
};
use serde::{Deserialize, Serialize};

/// One entry of "Mis apoyos".
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub apoyo: ApoyoId,
    pub campaign: CampaignId,
    /// `None` if the secret that encrypted it is lost.
    pub about: Option<About>,
    pub queued_at_ms: i64,
    /// When the campaign closes, as the phone knew it at the consent.
    pub closes_at_ms: Option<i64>,
    pub state: EntryState,
}

/// The texts of an entry. Encrypted: they tell what a person supports.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct About {
    pub title: String,
    pub requester: String,
}

/// The state of an entry.
#[derive(Debug, Clone)]
pub(crate) enum EntryState {
    /// Queued unsealed by the first version; sealed as soon as the keys are known.
    Unsealed(Unsealed),
    /// Sealed; no byte of it has left the phone.
    Sealed(Sealed),
    /// Some of it may have left the phone.
    Sending(Sending),
    /// The server has it.
    Receipted(Box<Receipted>),
    /// The server refused it for good.
    Refused(Refused),
}

/// When an entry is tried next, and why it waits.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pause {
    pub tries: u32,
    pub next_try_at_ms: i64,
    /// Why the last try failed.
    pub problem: Option<Problem>,
    /// Since when the server refuses it for a reason that passes by itself.
    pub unwilling_since_ms: Option<i64>,
}

/// What a failure means for an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outlook {
    /// It may pass: growing pauses.
    Passes,
    /// The server refuses, but for a reason that passes by itself: growing pauses, for days.
    PassesByItself,
    /// Only a person can do something.
    Final,
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
    /// The manifest was sent at least once: the server may have the apoyo, even without an
    /// answer.
    pub manifest_put: bool,
}

/// See [`EntryState::Refused`].
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub problem: Problem,
    pub manifest_put: bool,
}

/// A verified receipt: [`Sending::receipted`] is the only way to make one.
#[derive(Debug, Clone)]
pub(crate) struct Receipted {
    pub receipt: SignedReceipt,
    /// The receipt, byte for byte as the server sent it.
    pub signed: String,
    pub key: ReceiptPublicKey,
    pub status: Option<ApoyoState>,
    /// The server no longer knows it, or did not for a while.
    pub lost: Option<Lost>,
}

/// What the receipt has to name.
#[derive(Debug)]
pub(crate) struct Expected<'a> {
    pub apoyo: ApoyoId,
    pub campaign: &'a CampaignId,
    /// SHA-256 of the body that was sent.
    pub content: Sha256Hash,
}

impl Pause {
    /// No pause: the entry may be tried now.
    pub fn over(now_ms: i64) -> Self {
        Self {
            next_try_at_ms: now_ms,
            ..Self::default()
        }
    }

    /// The pause after one more failure.
    pub fn after(
        &self,
        problem: Problem,
        outlook: Outlook,
        now_ms: i64,
        entropy: &dyn Entropy,
    ) -> Self {
        let tries = self.tries.saturating_add(1);
        let longest = match outlook {
            Outlook::PassesByItself => backoff::PATIENT_MS,
            Outlook::Passes | Outlook::Final => backoff::LONGEST_MS,
        };
        let pause = backoff::pause_ms(tries, problem.retry_after_s, longest, entropy);
        Self {
            tries,
            next_try_at_ms: now_ms + pause,
            problem: Some(problem),
            unwilling_since_ms: match outlook {
                Outlook::PassesByItself => self.unwilling_since_ms.or(Some(now_ms)),
                Outlook::Passes | Outlook::Final => self.unwilling_since_ms,
            },
        }
    }

    /// Whether the entry may be tried.
    pub fn is_over(&self, now_ms: i64) -> bool {
        backoff::is_due(now_ms, self.next_try_at_ms)
    }
}

impl Unsealed {
    /// The state after sealing.
    pub fn seal(self) -> Sealed {
        Sealed { pause: self.pause }
    }
}

impl Sealed {
    /// The state before the first byte leaves the phone.
    pub fn begin(self) -> Sending {
        Sending {
            pause: self.pause,
            manifest_put: false,
        }
    }
}

impl Sending {
    /// The state before the manifest is sent: from then on the apoyo may count, and cannot be
    /// cancelled.
    pub fn put_manifest(self) -> Self {
        Self {
            manifest_put: true,
            ..self
        }
    }

    /// The state after the server's answer, which has to be a receipt that `pinned` signed for
    /// exactly what was sent.
    pub fn receipted(
        &self,
        signed: Bytes,
        pinned: &ReceiptPublicKey,
        expected: &Expected<'_>,
    ) -> Result<Receipted, Problem> {
        let signed = String::from_utf8(signed.into()).map_err(|_| PhoneCode::AnswerMalformed)?;
        let receipt: SignedReceipt =
            serde_json::from_str(&signed).map_err(|_| PhoneCode::AnswerMalformed)?;
        receipt.verify(pinned)?;
        let promised = &receipt.receipt;
        let same = promised.apoyo == expected.apoyo
            && promised.campaign == *expected.campaign
            && promised.content == expected.content;
        if !same {
            return Err(PhoneCode::ReceiptInvalid.into());
        }
        Ok(Receipted {
            receipt,
            signed,
            key: *pinned,
            status: None,
            lost: None,
        })
    }
}

impl Refused {
    /// A person tries it again: the campaign may have opened meanwhile, or the server's fault
    /// may be repaired.
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
    /// The state after a failure: a longer pause if the failure may pass, otherwise refused.
    /// Refused entries do not change.
    /// A lost receipt stays, whatever becomes of sending again.
    pub fn failed(
        self,
        problem: Problem,
        outlook: Outlook,
        now_ms: i64,
        entropy: &dyn Entropy,
    ) -> Self {
        let fatal = outlook == Outlook::Final;
        match self {
            // An unsealed entry was never sent, so no server can have refused it.
            Self::Unsealed(it) => Self::Unsealed(Unsealed {
                pause: it.pause.after(problem, outlook, now_ms, entropy),
            }),
            Self::Sealed(it) if !fatal => Self::Sealed(Sealed {
                pause: it.pause.after(problem, outlook, now_ms, entropy),
            }),
            Self::Sending(it) if !fatal => Self::Sending(Sending {
                pause: it.pause.after(problem, outlook, now_ms, entropy),
                ..it
            }),
            Self::Receipted(mut it) => {
                it.lost = it
                    .lost
                    .map(|lost| lost.failed(problem, outlook, now_ms, entropy));
                Self::Receipted(it)
            }
            Self::Sealed(_) => Self::Refused(Refused {
                problem,
                manifest_put: false,
            }),
            Self::Sending(it) => Self::Refused(Refused {
                problem,
                manifest_put: it.manifest_put,
            }),
            ended @ Self::Refused(_) => ended,
        }
    }

    /// Its pause; `None` for refused entries, and for receipted ones that are not sent again.
    pub fn pause(&self) -> Option<&Pause> {
        match self {
            Self::Receipted(it) => it.lost.as_ref()?.pause(),
            Self::Unsealed(it) => Some(&it.pause),
            Self::Sealed(it) => Some(&it.pause),
            Self::Sending(it) => Some(&it.pause),
            Self::Refused(_) => None,
        }
    }

    /// Whether the citizen may still cancel it: then it cannot have counted.
    pub fn may_cancel(&self) -> bool {
        match self {
            Self::Unsealed(_) | Self::Sealed(_) => true,
            Self::Sending(it) => !it.manifest_put,
            Self::Receipted(_) | Self::Refused(_) => false,
        }
    }

    /// Whether it can be exported as a file.
    pub fn may_export(&self) -> bool {
        matches!(self, Self::Sealed(_) | Self::Sending(_))
    }
}

/// The requests of an entry.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    /// The device in the manifest.
    pub device: DeviceId,
    /// The exact body of `PUT /v1/apoyos/{id}`.
    pub body: Bytes,
    /// SHA-256 of the body.
    pub content: Sha256Hash,
    /// The device's signature of that request, made once, at the consent.
    pub signature: [u8; 64],
    pub parts: Vec<OutgoingPart>,
}

/// One sealed picture of an entry.
#[derive(Debug, Clone)]
pub(crate) struct OutgoingPart {
    pub name: PartName,
    /// SHA-256 of the sealed bytes.
    pub sha256: Sha256Hash,
    /// Whether the server has confirmed that it has the part.
    pub uploaded: bool,
}
