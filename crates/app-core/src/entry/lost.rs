//! An apoyo that the server has receipted and no longer knows: it was put back from a backup that
//! is older than the receipt.
//!
//! ```text
//! Sending -> Found
//!    |
//!    v
//!  Over
//! ```

use super::{Outlook, Pause};
use crate::code::Problem;
use protocol::{environment::Entropy, receipt::SignedReceipt};

/// What becomes of it.
#[derive(Debug, Clone)]
pub(crate) enum Again {
    /// The sealed copy is sent again.
    Sending(Pause),
    /// The server has it again: the entry has another receipt.
    Found,
    /// It cannot be sent again: there is no copy any more, or the server refuses it for good.
    Over {
        /// Why the server refuses it.
        problem: Option<Problem>,
    },
}

/// The receipt that the server no longer knows, and what becomes of it. The receipt still proves
/// what it says.
#[derive(Debug, Clone)]
pub(crate) struct Lost {
    /// The first receipt.
    pub former: SignedReceipt,
    pub again: Again,
}

impl Lost {
    /// When it is tried next; `None` if it is not.
    pub fn pause(&self) -> Option<&Pause> {
        match &self.again {
            Again::Sending(pause) => Some(pause),
            Again::Found | Again::Over { .. } => None,
        }
    }

    /// The state after a failure of sending again.
    pub fn failed(
        self,
        problem: Problem,
        outlook: Outlook,
        now_ms: i64,
        entropy: &dyn Entropy,
    ) -> Self {
        let again = match self.again {
            Again::Sending(_) if outlook == Outlook::Final => Again::Over {
                problem: Some(problem),
            },
            Again::Sending(pause) => Again::Sending(pause.after(problem, outlook, now_ms, entropy)),
            ended @ (Again::Found | Again::Over { .. }) => ended,
        };
        Self { again, ..self }
    }
}
