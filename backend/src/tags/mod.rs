//! The key of people's pseudonyms with a user of its own: `apoyo tags serve` holds it and
//! answers over a local socket; the server asks through [`Elsewhere`].
//!
//! A clave de elector can be guessed, so a pseudonym can be tried by one who has its key. Stolen
//! with the server's keys but without this one, a database has no pseudonym that can be tried. One who
//! has taken over the server can ask for names, but only so many in a second, and each question
//! is in a record. What this does not cover is in `docs/security.md`.
//!
//! A line of JSON each way: `{"group":"process/x","person":"<32 digits>"}`, answered by
//! `{"tag":"<64 digits>"}`.

mod elsewhere;
mod record;
mod serve;

pub use elsewhere::Elsewhere;
pub use record::{Record, verify};
pub use serve::{Desk, serve};

use serde::{Deserialize, Serialize};
use std::io;

/// No honest line is longer.
const LONGEST_LINE: u64 = 1_024;

/// What the server asks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// The exclusivity group.
    group: String,
    /// The person, as the roll knows them: 32 hexadecimal digits.
    person: String,
}

/// Bytes out of so many digits.
fn bytes<const N: usize>(digits: &str) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(digits, &mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// What the tagger answers.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    /// 64 hexadecimal digits.
    tag: String,
}
