//! The tagger as a process of another user: `apoyo tags serve` holds the key of people's pseudonyms and
//! answers over a local socket; the server asks through [`Elsewhere`].
//!
//! A clave de elector can be guessed, so a holder of the key can find the person behind a pseudonym. A
//! thief of the database and of the server's keys does not have this key. An attacker who controls the
//! server can ask for pseudonyms, but at a limited rate, and each question is in a record.
//! `docs/security.md` names the limits of this.
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

/// The longest line.
const LONGEST_LINE: u64 = 1_024;

/// The server's question.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// The exclusivity group.
    group: String,
    /// The person's key in the roll: 32 hexadecimal digits.
    person: String,
}

/// Parses bytes from exactly this many digits.
fn bytes<const N: usize>(digits: &str) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(digits, &mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// The tagger's answer.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    /// 64 hexadecimal digits.
    tag: String,
}
