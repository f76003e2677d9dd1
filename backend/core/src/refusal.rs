//! Refusals: the answer of every door when it does not do what was asked.
//!
//! Each doing has its own small error enum; the enum's conversion into a [`Refusal`] is written
//! next to it and is the only one.

use protocol::{
    code::{Code, Problem},
    ids::{BadId, Sha256Hash},
};
use storage::StorageError;

/// A [`Problem`] for the client, and the storage fault that the server's process has to know.
#[derive(Debug)]
pub struct Refusal {
    /// Boxed, because refusals are rare.
    problem: Box<Problem>,
    broken: Option<String>,
}

impl Refusal {
    /// The stable word.
    pub fn code(&self) -> Code {
        self.problem.code
    }

    /// The problem that is answered.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The problem, and the storage's fault if its state became unknown. In that case the process
    /// must end instead of answering.
    pub fn into_parts(self) -> (Problem, Option<String>) {
        (*self.problem, self.broken)
    }

    /// A refusal whose cause ends after this many seconds.
    pub fn after(code: Code, seconds: u32) -> Self {
        Self::from(Problem {
            retry_after_s: Some(seconds),
            ..Problem::new(code)
        })
    }

    /// Parts of an apoyo have not arrived.
    pub fn parts_missing(missing: Vec<Sha256Hash>) -> Self {
        Self::from(Problem {
            missing,
            ..Problem::new(Code::PartsMissing)
        })
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self {
            problem: Box::new(problem),
            broken: None,
        }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Problem::new(code).into()
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        let broken = match &error {
            StorageError::Broken(what) => Some(what.clone()),
            // The one who asked is answered with a fault; the process goes on.
            StorageError::Item(what) => {
                tracing::warn!(what, "one item cannot be read or written");
                None
            }
            StorageError::Full | StorageError::Busy => None,
        };
        Self {
            problem: Box::new(Problem::new(Code::from(error))),
            broken,
        }
    }
}

impl From<BadId> for Refusal {
    fn from(_: BadId) -> Self {
        Code::RequestMalformed.into()
    }
}
