//! Pseudonyms of people: which tagger gives them, and that it is the one that this database was
//! written with.
//!
//! Another key would name the same person differently: they would count twice. So the database
//! remembers the pseudonym of a person who does not exist, and a server does not start on a tagger
//! that gives another one.

use crate::{keys::Keys, ports::Tagger};
use async_trait::async_trait;
use std::{io, sync::Arc};
use storage::{Storage, StorageError, tags::TaggerInUse};

/// A group that is not a process or a campaign, and a person who does not exist.
const NO_GROUP: &str = "tagger";
const NOBODY: [u8; 16] = [0; 16];
/// Where the key is unless it lives elsewhere.
const HERE: &str = "here, in keys/tag.key";

/// The key among the others of this server.
pub struct LocalTagger(pub Arc<Keys>);

#[async_trait]
impl Tagger for LocalTagger {
    async fn person_tag(&self, group: &str, person: &[u8; 16]) -> io::Result<[u8; 32]> {
        Ok(self.0.person_tag(group, person))
    }

    fn place(&self) -> String {
        HERE.to_owned()
    }
}

/// Why this tagger is not used.
#[derive(Debug, thiserror::Error)]
pub enum NotBound {
    /// It does not answer.
    #[error("the tagger ({0}) does not answer: {1}")]
    Away(String, io::Error),
    /// It holds another key.
    #[error(
        "the tagger ({0}) holds another key than the one that this database was written with: \
         people would count twice. Use the former one ({1}), or bring its key there"
    )]
    Other(String, String),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Makes sure that this is the tagger of this database, and notes where it is. `None`: the keys
/// here name people.
pub async fn bind(
    storage: &dyn Storage,
    keys: &Keys,
    tagger: Option<&dyn Tagger>,
) -> Result<(), NotBound> {
    let here = TaggerInUse {
        print: keys.person_tag(NO_GROUP, &NOBODY),
        place: HERE.to_owned(),
    };
    let now = match tagger {
        None => here.clone(),
        Some(tagger) => {
            let (place, told) = (tagger.place(), tagger.person_tag(NO_GROUP, &NOBODY).await);
            let print = told.map_err(|error| NotBound::Away(place.clone(), error))?;
            TaggerInUse { print, place }
        }
    };
    let before = match storage.tagger().await? {
        Some(before) => Some(before),
        // Written before there was a choice: the key was here.
        None if storage.has_apoyos().await? => Some(here),
        None => None,
    };
    if let Some(before) = &before
        && before.print != now.print
    {
        return Err(NotBound::Other(now.place, before.place.clone()));
    }
    if before.as_ref() != Some(&now) {
        storage.use_tagger(now).await?;
    }
    Ok(())
}
