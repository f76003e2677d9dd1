//! The roll (lista nominal) as keyed hashes: it answers whether a person is in it, and cannot be
//! listed.

use crate::StorageError;
use async_trait::async_trait;
use chrono::NaiveDate;
use credential::Entidad;
use protocol::{campaigns::Place, environment::Timestamp, ids::Sha256Hash};
use std::collections::BTreeMap;

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

/// What the operator says of a roll at its import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollSource {
    /// The authority's own name for it.
    pub label: Option<String>,
    /// The day whose state it shows.
    pub day: Option<NaiveDate>,
    /// SHA-256 of the file that was read.
    pub sha256: Option<Sha256Hash>,
}

/// How many people of one entidad are in a roll.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfEntidad {
    /// Entries of any situation.
    pub entries: u64,
    /// Those of the lista nominal.
    pub nominal: u64,
}

/// How many people are in a roll, by entidad.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollCounts {
    /// An entidad without an entry is not in it.
    pub by_entidad: BTreeMap<Entidad, OfEntidad>,
}

impl RollCounts {
    /// Counts one more entry.
    pub fn add(&mut self, entry: &RollEntry) {
        let of_entidad = self.by_entidad.entry(entry.place.entidad).or_default();
        of_entidad.entries += 1;
        of_entidad.nominal += u64::from(entry.situacion == Situacion::ListaNominal);
    }

    /// Of all entidades together.
    pub fn total(&self) -> OfEntidad {
        let mut total = OfEntidad::default();
        for of_entidad in self.by_entidad.values() {
            total.entries += of_entidad.entries;
            total.nominal += of_entidad.nominal;
        }
        total
    }
}

/// The version of the roll that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollVersion {
    /// Its number, from 1.
    pub version: u64,
    /// How many entries it has.
    pub entries: u64,
    /// When it came into force.
    pub since: Timestamp,
    /// What the operator said of it.
    pub source: RollSource,
}

/// A new version that is being written. Dropped without [`RollImport::finish`], it leaves no
/// trace.
pub trait RollImport: Send {
    /// Adds one entry. `false`: an entry with the same key is there already.
    fn add(&mut self, entry: RollEntry) -> Result<bool, StorageError>;
    /// What was added so far.
    fn counts(&self) -> &RollCounts;
    /// What the operator says of it; remembered with the version.
    fn is_of(&mut self, source: RollSource);
    /// Brings the new version into force at once, for every process that has the data open. The
    /// version before is kept ([`Roll::go_back_to_former_roll`]), older ones are removed once they
    /// are not read any more. In the same transaction every verdict that there is becomes one that
    /// has to be reached once more ([`crate::judging::Judging::judging_again`]): it rests on the
    /// version before.
    fn finish(self: Box<Self>, now: Timestamp) -> Result<RollVersion, StorageError>;
}

/// The roll.
#[async_trait]
pub trait Roll {
    /// Begins a new version; the one in force stays. Blocking: for the command line.
    fn import_roll(&self) -> Result<Box<dyn RollImport>, StorageError>;
    /// The version in force.
    async fn roll_version(&self) -> Result<Option<RollVersion>, StorageError>;
    /// How many people are in the version in force; `None` without one.
    async fn roll_counts(&self) -> Result<Option<RollCounts>, StorageError>;
    /// Brings the former version into force again, as a new version, with the same consequences as
    /// an import; the one that is replaced becomes the former one. `None`: there is none.
    async fn go_back_to_former_roll(
        &self,
        now: Timestamp,
    ) -> Result<Option<RollVersion>, StorageError>;
    /// The entry with this key in the version in force.
    async fn find_in_roll(&self, key: [u8; 16]) -> Result<Option<RollEntry>, StorageError>;
}
