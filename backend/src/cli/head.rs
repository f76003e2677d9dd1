//! Where the head is, and what an operator reads when no number may be given.

use super::Failure;
use anyhow::Context;
use server_core::keys::Keys;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
};
use storage::{
    Engine,
    engine::ServingLock,
    head::{Followed, HeadPlace, HeadRefused},
};

const ES_MX: &str = include_str!("../../../ui/design/strings/operator.es-MX.json");
const EN: &str = include_str!("../../../ui/design/strings/operator.en.json");

/// The head of this data folder: in `named`, or next to it.
pub fn place(data: &Path, named: Option<&Path>, keys: &Keys) -> Result<HeadPlace, Failure> {
    let folder = match named {
        Some(named) => named.to_owned(),
        None => next_to(data)?,
    };
    Ok(HeadPlace {
        folder,
        key: keys.head_key(),
    })
}

/// `/srv/apoyo-head` for `/srv/apoyo`: putting the data folder back leaves it as it is.
fn next_to(data: &Path) -> Result<PathBuf, Failure> {
    let data = data
        .canonicalize()
        .with_context(|| format!("the data folder {}", data.display()))?;
    let (Some(parent), Some(name)) = (data.parent(), data.file_name()) else {
        return Err(Failure::Refused(
            "the data folder is the root: name the head's folder with --head DIR".to_owned(),
        ));
    };
    let mut own = OsString::from(name);
    own.push("-head");
    Ok(parent.join(own))
}

/// Gives numbers under the head from now on.
pub async fn follow(
    storage: &dyn Engine,
    lock: &ServingLock,
    place: &HeadPlace,
) -> Result<(), Failure> {
    let followed = storage.follow_head(lock, place).await;
    let Followed {
        made,
        last,
        left_out,
    } = followed.map_err(told)?;
    if made {
        tracing::warn!(
            folder = %place.folder.display(),
            last,
            "the head was made, which says how far numbers were given: leave it where it is when a \
             backup of the data is put back"
        );
    }
    if left_out > 0 {
        tracing::warn!(
            last,
            left_out,
            "the machine stopped before the head was on the disk: the numbers that it may have \
             given are left out"
        );
    }
    Ok(())
}

/// The refusal as an operator reads it: its word, what was found, and what to do, in both
/// languages.
pub fn told(why: HeadRefused) -> Failure {
    match why.code() {
        None => Failure::Fault(why.into()),
        Some(code) => {
            let (es, en) = sentences(code);
            Failure::Numbers(format!("{code}: {why}\n{es}\n{en}"))
        }
    }
}

fn sentences(code: &str) -> (String, String) {
    let of = |text| -> String {
        let all: BTreeMap<String, String> = serde_json::from_str(text)
            .expect("the catalogue is JSON, which a test of this file checks");
        all.get(code).cloned().unwrap_or_default()
    };
    (of(ES_MX), of(EN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do_in_both_languages() {
        let folder = PathBuf::from("/srv/apoyo-head");
        for why in [
            HeadRefused::DatabaseBehind { last: 3, given: 9 },
            HeadRefused::HeadBehind {
                last: 9,
                promised: 3,
            },
            HeadRefused::Missing(folder.clone()),
            HeadRefused::Foreign(folder.clone()),
            HeadRefused::Untrusted(folder.clone()),
            HeadRefused::InUse(folder.clone()),
            HeadRefused::Unusable {
                folder,
                why: "read-only".to_owned(),
            },
        ] {
            let (es, en) = sentences(why.code().unwrap());
            assert!(es.len() > 60 && en.len() > 60 && es != en, "{why}");
        }
    }

    #[test]
    fn the_head_is_next_to_the_data_and_never_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().canonicalize().unwrap().join("apoyo");
        std::fs::create_dir(&data).unwrap();
        let named = data.join("..").join("apoyo").join(".");
        assert_eq!(next_to(&named).unwrap(), data.with_file_name("apoyo-head"));
    }
}
