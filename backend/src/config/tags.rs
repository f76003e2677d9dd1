//! `[tags]`: who names people.

use serde::Deserialize;
use std::path::PathBuf;

/// Who gives people their pseudonyms.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TagsConfig {
    /// The socket of `apoyo tags serve`; without it the key in `keys/tag.key` does.
    pub socket: Option<PathBuf>,
}
