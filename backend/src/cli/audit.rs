//! `apoyo audit show`, `apoyo audit verify`

use super::{Failure, block_on, open::open_existing};
use clap::Subcommand;
use std::path::Path;
use storage::{
    Engine, StorageError,
    audit::AuditRecord,
    rules::audit::{BEGINNING, verify},
};

/// Records in one read.
const PAGE: u32 = 1_000;

const HELP: &str = "\
Each record holds who, what and why, and is bound to the one before it. `verify` recomputes that
and prints the head: a number and 64 digits. Write the head down where the operators of this
server cannot change it (a minute of the meeting, another institution); `verify --chain` proves
later that nothing before it was changed, left out or put in.

What it does not prove: that a name is that person's (it is what they called themselves, and the
system's account), or what was done by changing files without this program. The record and the
database lie in one file: without a head that was written down elsewhere, all of it can be made
again.";

#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub enum Audit {
    /// Show what operators did, oldest first.
    Show {
        /// Only records after this number.
        #[arg(long, default_value_t = 0, value_name = "N")]
        after: u64,
    },
    /// Prove that the record is whole. Exit code 4 if it is not.
    Verify {
        /// A head that was written down earlier: `NUMBER:DIGITS`.
        #[arg(long, value_name = "HEAD")]
        chain: Option<String>,
    },
}

impl Audit {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let storage = open_existing(data)?.storage;
        match self {
            Audit::Show { after } => {
                let shown = |record: &AuditRecord| println!("{}", told(record));
                block_on(async { Ok(each(&*storage, after, shown).await?) })
            }
            Audit::Verify { chain } => {
                let checked = block_on(async { Ok(check(&*storage, chain.as_deref()).await?) })?;
                let (number, chain) = checked.map_err(Failure::BadData)?;
                println!(
                    "whole: {number} records, head {number}:{}",
                    hex::encode(chain)
                );
                Ok(())
            }
        }
    }
}

async fn each(
    storage: &dyn Engine,
    mut after: u64,
    mut take: impl FnMut(&AuditRecord),
) -> Result<(), StorageError> {
    loop {
        let page = storage.audit_records(after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.number;
        page.iter().for_each(&mut take);
    }
}

/// The head of the chain, or its fault.
pub(super) async fn check(
    storage: &dyn Engine,
    noted: Option<&str>,
) -> Result<Result<(u64, [u8; 32]), String>, StorageError> {
    let (mut head, mut wrong, mut met) = ((0, BEGINNING), None, noted.is_none());
    each(storage, 0, |record| {
        if wrong.is_some() {
            return;
        }
        match verify(head, std::slice::from_ref(record)) {
            Ok(next) => head = next,
            Err(number) => wrong = Some(number),
        }
        let here = format!("{}:{}", record.number, hex::encode(record.chain));
        met |= noted.is_some_and(|noted| noted.trim() == here);
    })
    .await?;
    Ok(match wrong {
        Some(number) => Err(format!(
            "the audit record was changed: from number {number} on it does not follow from what \
             is before it"
        )),
        None if !met => Err(format!(
            "the head {} is not in this record: it was cut short or written again",
            noted.unwrap_or_default()
        )),
        None => Ok(head),
    })
}

fn told(record: &AuditRecord) -> String {
    let second = record.second.as_deref();
    format!(
        "{}\t{}\t{}{}\t{} {}\t{}",
        record.number,
        record.at.format("%Y-%m-%d %H:%M:%S UTC"),
        record.who,
        second.map_or(String::new(), |name| format!(" and {name}")),
        record.deed.what,
        record.deed.subject,
        record.why
    )
}
