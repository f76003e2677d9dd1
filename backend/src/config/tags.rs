//! `[tags]`: the tagger of people's pseudonyms.

use serde::Deserialize;
use std::path::PathBuf;

/// The tagger.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TagsConfig {
    /// The socket of `apoyo tags serve`; without it the key in `keys/tag.key` is used.
    pub socket: Option<PathBuf>,
}
