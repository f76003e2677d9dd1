//! The roll (lista nominal) as keyed hashes: it answers whether a person is in it, and cannot be
//! listed.

use crate::StorageError;
use async_trait::async_trait;
use protocol::{campaigns::Place, environment::Timestamp};

/// A person's situation in the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Situacion {
    /// In the lista nominal.
    ListaNominal,
    /// In the register only.
    Padron,
    /// Struck off.
    Baja,
}

/// One entry. It has keyed hashes instead of name, CURP and CIC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollEntry {
    /// Keyed hash of CIC and identificador, shortened.
    pub key: [u8; 16],
    /// Keyed hash of the clave de elector, shortened: the person behind any of their cards.
    pub person: [u8; 16],
    /// Where they vote.
    pub place: Place,
    /// Their situation.
    pub situacion: Situacion,
    /// The last year in which the credential is valid.
    pub vigencia: u16,
}

/// The version of the roll that is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollVersion {
    /// Its number, from 1.
    pub version: u64,
    /// How many entries it has.
    pub entries: u64,
    /// When it came into force.
    pub since: Timestamp,
}

/// A new version that is being written. Dropped without [`RollImport::finish`], it leaves no
/// trace.
pub trait RollImport: Send {
    /// Adds one entry. `false`: an entry with the same key is there already.
    fn add(&mut self, entry: RollEntry) -> Result<bool, StorageError>;
    /// Brings the new version into force at once, for every process that has the data open,
    /// and removes older ones once they are not read any more.
    fn finish(self: Box<Self>, now: Timestamp) -> Result<RollVersion, StorageError>;
}

/// The roll.
#[async_trait]
pub trait Roll {
    /// Begins a new version; the one in force stays. Blocking: for the command line.
    fn import_roll(&self) -> Result<Box<dyn RollImport>, StorageError>;
    /// The version in force.
    async fn roll_version(&self) -> Result<Option<RollVersion>, StorageError>;
    /// The entry with this key in the version in force.
    async fn find_in_roll(&self, key: [u8; 16]) -> Result<Option<RollEntry>, StorageError>;
}
