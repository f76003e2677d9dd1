//! The key of people's pseudonyms, if it is separate from the server's other keys.

use super::{
    KeysError, Secret,
    files::{make_folder, make_one, read},
    hashes::person_tag,
};
use aws_lc_rs::hmac;
use protocol::environment::Entropy;
use std::path::Path;

/// The file's name in the tagger's folder.
const NAME: &str = "person.key";

/// The key of people's pseudonyms.
pub struct PersonKey(hmac::Key);

impl PersonKey {
    /// The key made of these bytes.
    pub fn of(secret: &Secret) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Reads the key in `folder`; makes one if there is none.
    pub fn open_or_make(folder: &Path, entropy: &dyn Entropy) -> Result<Self, KeysError> {
        make_folder(folder)?;
        let path = folder.join(NAME);
        let secret = match read(&path)? {
            Some(secret) => secret,
            None => make_one(folder, &path, entropy)?,
        };
        Ok(Self::of(&secret))
    }

    /// The person's pseudonym within one exclusivity group.
    pub fn person_tag(&self, exclusivity_group: &str, person: &[u8; 16]) -> [u8; 32] {
        person_tag(&self.0, exclusivity_group, person)
    }
}

impl std::fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonKey(****)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;
    use protocol::environment::SystemEntropy;

    #[test]
    fn a_key_that_moved_away_names_people_as_before() {
        let keys = Keys::of(&[1; 32], &[2; 32], &[3; 32], &[4; 32]);
        let moved = PersonKey::of(&[2; 32]);
        let (group, person) = ("process/presidencia", [7; 16]);
        assert_eq!(
            moved.person_tag(group, &person),
            keys.person_tag(group, &person)
        );
    }

    #[test]
    fn a_restart_keeps_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let tag = || {
            let key = PersonKey::open_or_make(folder.path(), &SystemEntropy).unwrap();
            key.person_tag("process/presidencia", &[7; 16])
        };
        assert_eq!(tag(), tag());
    }
}
