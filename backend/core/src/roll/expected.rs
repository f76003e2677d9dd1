//! Whether a file is the roll that the operator means: whole, the newest, and this authority's.

use chrono::NaiveDate;
use protocol::ids::Sha256Hash;
use storage::{
    roll::{RollCounts, RollSource, RollVersion},
    rules::roll::{Shrunk, shrunk},
};

/// What the operator expects of a roll. The default expects nothing.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Lines, without the header and blank ones.
    pub lines: Option<u64>,
    /// The authority's name for it, its day, and the file's SHA-256.
    pub source: RollSource,
    /// The roll in force, and by how many in a hundred this one may be smaller.
    pub former: Option<(RollCounts, u8)>,
}

/// Why a file is not the roll that the operator means. Nothing is loaded.
#[derive(Debug, thiserror::Error)]
pub enum Unexpected {
    /// It is longer or shorter.
    #[error("the file has {found} lines and not {expected}: it may be cut off")]
    Lines {
        /// What the operator said.
        expected: u64,
        /// Lines in the file.
        found: u64,
    },
    /// It is another file.
    #[error("the file's SHA-256 is {found} and not {expected}: it is another file")]
    Hash {
        /// What the operator said.
        expected: Sha256Hash,
        /// Of the file.
        found: Sha256Hash,
    },
    /// It is in force already.
    #[error("this file is in force already, as version {0}")]
    InForce(u64),
    /// It is older than the roll in force.
    #[error(
        "the roll in force is of {in_force}, and this one of {this}: `apoyo roll back` brings back \
         the former one, and --older allows an older one"
    )]
    Older {
        /// The day of the roll in force.
        in_force: NaiveDate,
        /// The day of this one.
        this: NaiveDate,
    },
    /// People are missing.
    #[error(
        "it is noticeably smaller than the roll in force: {}. If that is right, allow it with \
         --smaller-by PERCENT",
        told(.0)
    )]
    Smaller(Vec<Shrunk>),
}

fn told(areas: &[Shrunk]) -> String {
    let told = areas.iter().map(|area| {
        let place = area.entidad.map_or("in all", |entidad| entidad.name());
        format!(
            "{place} {} entries instead of {}, {} in the lista nominal instead of {}",
            area.now.entries, area.before.entries, area.now.nominal, area.before.nominal
        )
    });
    told.collect::<Vec<_>>().join("; ")
}

impl Expected {
    /// Whether it may follow this one; asked before the file is read.
    pub fn may_follow(&self, in_force: &RollVersion, older: bool) -> Result<(), Unexpected> {
        let said = &in_force.source;
        if self.source.sha256.is_some() && self.source.sha256 == said.sha256 {
            return Err(Unexpected::InForce(in_force.version));
        }
        match (said.day, self.source.day) {
            (Some(in_force), Some(this)) if this < in_force && !older => {
                Err(Unexpected::Older { in_force, this })
            }
            _ => Ok(()),
        }
    }

    /// Whether the file that was read is the expected one.
    pub fn meets(
        &self,
        lines: u64,
        sha256: Sha256Hash,
        counts: &RollCounts,
    ) -> Result<(), Unexpected> {
        if let Some(expected) = self.lines.filter(|expected| *expected != lines) {
            return Err(Unexpected::Lines {
                expected,
                found: lines,
            });
        }
        if let Some(expected) = self.source.sha256.filter(|expected| *expected != sha256) {
            return Err(Unexpected::Hash {
                expected,
                found: sha256,
            });
        }
        if let Some((former, percent)) = &self.former {
            let areas = shrunk(former, counts, *percent);
            if !areas.is_empty() {
                return Err(Unexpected::Smaller(areas));
            }
        }
        Ok(())
    }
}
