//! Checks the audit record, and reports how many names are required.

use super::Findings;
use crate::cli::audit::check;
use storage::{Engine, StorageError};

pub(super) async fn examine(
    storage: &dyn Engine,
    findings: &mut Findings,
) -> Result<(), StorageError> {
    match check(storage, None).await? {
        Ok((number, chain)) => {
            let told = format!("whole, head {number}:{}", hex::encode(chain));
            findings.note("audit record", true, &told);
        }
        Err(why) => findings.note("audit record", false, &why),
    }
    let told = match storage.two_names().await? {
        true => "two names, from the first apoyo on",
        false => "one name: an operator works alone here",
    };
    findings.note("operators", true, told);
    Ok(())
}
