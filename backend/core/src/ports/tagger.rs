//! The tagger: the holder of the key of people's pseudonyms.

use async_trait::async_trait;
use std::io;

/// Gives people their pseudonyms within an exclusivity group. A thief of the database who could ask it
/// without a limit could try every clave de elector. So the key may be with another user or on another
/// machine, which limits the rate and keeps a record.
#[async_trait]
pub trait Tagger: Send + Sync {
    /// The person's pseudonym within this group: the same each time, and different in every other group.
    /// After an error the same question may be asked later.
    async fn person_tag(&self, exclusivity_group: &str, person: &[u8; 16]) -> io::Result<[u8; 32]>;

    /// The place of the key, for the operator.
    fn place(&self) -> String;
}
