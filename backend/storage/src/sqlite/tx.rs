//! A write, and the transaction that it works with.

use super::{fault::Fault, numbering::Given};
use crate::{blobs::Held, rules::tally::Deltas};
use protocol::ids::Sha256Hash;
use rusqlite::Connection;
use tokio::runtime::Handle;

/// The pictures that one apoyo's row names: flushed before the commit, kept after it.
#[derive(Debug)]
pub(super) struct NamedPictures {
    /// The apoyo's place in the order of arrival.
    pub(super) sequence: i64,
    /// Their names.
    pub(super) pictures: [Sha256Hash; 4],
    /// Held until they are kept, or until the transaction is undone.
    pub(super) _held: Held,
}

/// What a write works with: the transaction, and what the batch does for all writes at once.
pub(super) struct Tx<'db> {
    /// The open transaction.
    pub(super) db: &'db Connection,
    /// How the counters of the tally move; summed over the batch before they are written.
    pub(super) deltas: Deltas,
    /// The pictures that the row of this write names.
    pub(super) named: Option<NamedPictures>,
    /// The number that this write gives.
    pub(super) given: Option<Given>,
}

/// A write of any kind of answer.
pub(super) trait Write: Send {
    /// Does it, inside a savepoint.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault>;
    /// The runtime of the caller, who waits for the answer.
    fn runtime(&self) -> &Handle;
    /// Answers the caller, once the fate of the whole batch is known.
    fn answer(self: Box<Self>, fate: Result<(), Fault>);
}
