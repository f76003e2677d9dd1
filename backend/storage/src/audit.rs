//! The audit record: who did what to the server, and why. Append only, each record bound to the
//! one before it; what is done in the database is recorded in the same transaction.
//!
//! Some deeds ask for two names: one operator proposes, another one approves, and the first does
//! it then. What a name proves is said in `docs/operating.md`: no more than the system's account.

use crate::StorageError;
use async_trait::async_trait;
use protocol::environment::Timestamp;
use std::{fmt, str::FromStr};

/// For so long a proposal may be approved and done.
pub const PROPOSAL_HOURS: i64 = 24;

/// An operator's name: 1 to 64 characters, on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorName(String);

/// Between a claimed name and the system's account that claimed it.
pub const ACCOUNT: &str = " (account ";

/// Not a name of an operator.
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
    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are the same person's, as far as names tell: `ana` and `Ana (account root)`.
    pub fn is_same(&self, other: &Self) -> bool {
        let claimed = |name: &Self| {
            let name = name.0.split(ACCOUNT).next().unwrap_or_default();
            name.trim().to_lowercase()
        };
        claimed(self) == claimed(other)
    }
}

impl fmt::Display for OperatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The operator on whose behalf an engine works from now on.
#[derive(Debug, Clone)]
pub struct Operator {
    /// Their name.
    pub name: OperatorName,
    /// When their command began: the moment of what is recorded.
    pub at: Timestamp,
    /// Their reason.
    pub why: String,
    /// What the record says of the subject beyond what the engine knows.
    pub about: Option<String>,
    /// The approved proposal that the next deed uses up.
    pub approved: Option<ProposalId>,
}

/// The name of a proposal: eight hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalId(String);

impl ProposalId {
    /// The one with these bytes.
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

/// What is done, and to what: `roll.replace`, `SHA-256 of the file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The kind of deed, as the record names it.
    pub what: String,
    /// What it is done to; two deeds are the same when both texts are.
    pub subject: String,
}

impl Deed {
    /// The deed of these words.
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
    /// Who did it.
    pub who: String,
    /// Who approved it, where two names were asked for.
    pub second: Option<String>,
    /// What was done, and to what.
    pub deed: Deed,
    /// Why.
    pub why: String,
    /// Over the chain of the record before and this one.
    pub chain: [u8; 32],
}

/// What one operator asks another one to approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its name.
    pub id: ProposalId,
    /// What is to be done.
    pub deed: Deed,
    /// Why.
    pub why: String,
    /// Who proposed it.
    pub who: OperatorName,
    /// When.
    pub at: Timestamp,
    /// Who approved it.
    pub approved_by: Option<OperatorName>,
    /// Whether it was done.
    pub done: bool,
}

/// What came of approving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approved {
    /// It may be done now.
    Now(Proposal),
    /// There is no such proposal.
    Unknown,
    /// Its time is over, or it was done.
    Over,
    /// It was proposed under the same name.
    SameName,
    /// Another operator has approved it already.
    Already(OperatorName),
}

/// The audit record, and what waits for a second name.
#[async_trait]
pub trait Audit {
    /// Records a deed that is not one of the database's (files of keys), before it is done: a
    /// crash leaves a record without a deed, never a deed without a record. Uses the operator's
    /// approved proposal up.
    async fn record_deed(&self, deed: Deed) -> Result<(), StorageError>;
    /// Lists the records after number `after`, at most `limit`.
    async fn audit_records(&self, after: u64, limit: u32)
    -> Result<Vec<AuditRecord>, StorageError>;
    /// Writes a proposal down. The proposal is itself recorded.
    async fn propose(&self, proposal: Proposal) -> Result<(), StorageError>;
    /// A second operator approves. The approval is itself recorded.
    async fn approve(
        &self,
        id: ProposalId,
        by: OperatorName,
        now: Timestamp,
    ) -> Result<Approved, StorageError>;
    /// Lists proposals that were not done and whose time is not over.
    async fn open_proposals(&self, now: Timestamp) -> Result<Vec<Proposal>, StorageError>;
    /// Whether two names are asked for.
    async fn two_names(&self) -> Result<bool, StorageError>;
    /// Asks for two names from now on, or for one.
    async fn set_two_names(&self, two: bool) -> Result<(), StorageError>;
    /// Whether any apoyo was recorded.
    async fn has_apoyos(&self) -> Result<bool, StorageError>;
}
