//! The holder of the key of people's pseudonyms.

use async_trait::async_trait;
use std::io;

/// Names people within an exclusivity group. Whoever can ask it as often as they like, and has a
/// stolen database, can try every clave de elector there is: so the key may live with another
/// user or on another machine, which answers so many times a second and keeps a record.
#[async_trait]
pub trait Tagger: Send + Sync {
    /// The person's pseudonym within this group: the same each time, and of no use in another
    /// group. An error means that nothing was told: ask later.
    async fn person_tag(&self, exclusivity_group: &str, person: &[u8; 16]) -> io::Result<[u8; 32]>;

    /// Where the key is, for the operator.
    fn place(&self) -> String;
}
