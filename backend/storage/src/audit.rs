//! The audit record: the operators' deeds and their reasons. It is append-only, and each record is
//! chained to the one before it. A deed in the database is recorded in the same transaction.
//!
//! Some deeds need two names: one operator proposes, another one approves, and then the first does it. A
//! name proves no more than the system's account (`docs/operating.md`).

use crate::StorageError;
use async_trait::async_trait;
use protocol::environment::Timestamp;
use std::{fmt, str::FromStr};

/// How long a proposal may be approved and done.
pub const PROPOSAL_HOURS: i64 = 24;

/// An operator's name: 1 to 64 characters, on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorName(String);

/// The text is not a name of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 64 characters, on one line")]
pub struct BadName;

impl FromStr for OperatorName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        match (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
            true => Ok(Self(text.to_owned())),
            false => Err(BadName),
        }
    }
}

impl OperatorName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both names are the same, ignoring case.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl fmt::Display for OperatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The operator of an engine's further deeds.
#[derive(Debug, Clone)]
pub struct Operator {
    /// Their name.
    pub name: OperatorName,
    /// When their command began: the moment of its records.
    pub at: Timestamp,
    /// Their reason.
    pub why: String,
    /// A description of the subject for the record.
    pub about: Option<String>,
    /// The approved proposal for the next deed.
    pub approved: Option<ProposalId>,
}

/// The name of a proposal: eight hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalId(String);

impl ProposalId {
    /// The id with these bytes.
    pub fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProposalId {
    type Err = BadProposalId;

    fn from_str(text: &str) -> Result<Self, BadProposalId> {
        let text = text.trim().to_lowercase();
        match text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => Ok(Self(text)),
            false => Err(BadProposalId),
        }
    }
}

impl fmt::Display for ProposalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Not eight hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a proposal's name has eight hexadecimal digits")]
pub struct BadProposalId;

/// A deed and its subject: `roll.replace`, `SHA-256 of the file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The kind of deed, as a word.
    pub what: String,
    /// Its subject. Two deeds are the same if both texts are.
    pub subject: String,
}

impl Deed {
    /// The deed of this kind on this subject.
    pub fn of(what: &str, subject: impl Into<String>) -> Self {
        Self {
            what: what.to_owned(),
            subject: subject.into(),
        }
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its place, from 1.
    pub number: u64,
    /// When it was done.
    pub at: Timestamp,
    /// The operator.
    pub who: String,
    /// The second operator, if two names were needed.
    pub second: Option<String>,
    /// The deed.
    pub deed: Deed,
    /// The reason.
    pub why: String,
    /// The hash over the chain of the record before and this record.
    pub chain: [u8; 32],
}

/// A proposal: a deed that waits for another operator's approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// The proposed deed.
    pub deed: Deed,
    /// The reason.
    pub why: String,
    /// The operator who proposed it.
    pub who: OperatorName,
    /// When it was proposed.
    pub at: Timestamp,
    /// The operator who approved it.
    pub approved_by: Option<OperatorName>,
    /// Whether it was done.
    pub done: bool,
}

/// The outcome of an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approved {
    /// It may be done now.
    Now(Proposal),
    /// The proposal does not exist.
    Unknown,
    /// It has expired, or it was done.
    Over,
    /// It was proposed under the same name.
    SameName,
    /// Another operator has approved it already.
    Already(OperatorName),
}

/// The audit record and the proposals.
#[async_trait]
pub trait Audit {
    /// Records a deed outside of the database (files of keys) before it is done: a crash leaves a record
    /// without a deed, never a deed without a record. Uses the operator's approved proposal.
    async fn record_deed(&self, deed: Deed) -> Result<(), StorageError>;
    /// Lists the records after number `after`, at most `limit`.
    async fn audit_records(&self, after: u64, limit: u32)
    -> Result<Vec<AuditRecord>, StorageError>;
    /// Records a proposal, also in the audit record.
    async fn propose(&self, proposal: Proposal) -> Result<(), StorageError>;
    /// Records a second operator's approval, also in the audit record.
    async fn approve(
        &self,
        id: ProposalId,
        by: OperatorName,
        now: Timestamp,
    ) -> Result<Approved, StorageError>;
    /// Lists proposals that were not done and have not expired.
    async fn open_proposals(&self, now: Timestamp) -> Result<Vec<Proposal>, StorageError>;
    /// Whether two names are required.
    async fn two_names(&self) -> Result<bool, StorageError>;
    /// Requires two names from now on, or one.
    async fn set_two_names(&self, two: bool) -> Result<(), StorageError>;
    /// Whether any apoyo was recorded.
    async fn has_apoyos(&self) -> Result<bool, StorageError>;
}
