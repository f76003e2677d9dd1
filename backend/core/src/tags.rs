//! The tagger of people's pseudonyms, and the check that it is the one of this database.
//!
//! With another key the same person would have another pseudonym and count twice. So the database stores
//! the pseudonym of an invented person, and a server does not start with a tagger that gives another one.

use crate::{keys::Keys, ports::Tagger};
use async_trait::async_trait;
use std::{io, sync::Arc};
use storage::{Storage, StorageError, tags::TaggerInUse};

/// A group that is not a process or a campaign, and an invented person.
const NO_GROUP: &str = "tagger";
const NOBODY: [u8; 16] = [0; 16];
/// The default place of the key.
const HERE: &str = "here, in keys/tag.key";

/// The key is among this server's other keys.
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

/// Why this tagger cannot be used.
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

/// Checks that this is the tagger of this database, and records its place. `None`: the key is among
/// this server's keys.
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
        // A database from before there was a choice: its key was here.
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
