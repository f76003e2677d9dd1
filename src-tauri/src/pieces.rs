//! Files in pieces. On Android a message to the app is one string that the page's thread writes, and the
//! page is frozen meanwhile. A picture of some hundred kilobytes would take longer than a tenth of a
//! second, which a person notices. So the page sends several short messages.
//!
//! | the page sends | meaning |
//! |---|---|
//! | `put_piece { of, nth, piece }` | one piece, in base64; they come in order, from 0 |
//! | `{ of, pieces }` in place of the base64 of a file | all of them, which a command takes out |
//!
//! The pieces are only in memory. If a page ends in the middle, its pieces stay until later files replace
//! them.

use app_core::{LONGEST_PICTURE, PhoneCode, Problem};
use base64::{Engine, engine::general_purpose::STANDARD};
use protocol::code::Code;
use serde::Deserialize;
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tauri::State;

/// The most unfinished files: the last frame of the live view, the still, one more.
const MOST: usize = 3;

/// The bytes of a file in a message.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Given {
    /// Base64.
    Whole(String),
    /// The number of pieces that came before.
    InPieces { of: u32, pieces: u32 },
}

/// The unfinished files, the oldest first.
#[derive(Default)]
pub struct Pieces(Mutex<VecDeque<Begun>>);

struct Begun {
    of: u32,
    pieces: u32,
    bytes: Vec<u8>,
}

/// Takes the next piece of a file.
#[tauri::command]
pub async fn put_piece(
    pieces: State<'_, Pieces>,
    of: u32,
    nth: u32,
    piece: String,
) -> Result<(), Problem> {
    pieces.put(of, nth, &decoded(&piece)?)
}

impl Pieces {
    /// Adds the next piece. The first one restarts the file, because a reloaded page counts its files from
    /// the beginning.
    pub fn put(&self, of: u32, nth: u32, piece: &[u8]) -> Result<(), Problem> {
        let mut begun = self.begun();
        if nth == 0 {
            begun.retain(|one| one.of != of);
            if begun.len() == MOST {
                begun.pop_front();
            }
            begun.push_back(Begun {
                of,
                pieces: 0,
                bytes: Vec::new(),
            });
        }
        let place = begun.iter().position(|one| one.of == of);
        let place = place.ok_or(malformed())?;
        let one = &mut begun[place];
        let fault = if one.pieces != nth {
            malformed()
        } else if let Err(too_long) = not_too_long(one.bytes.len() + piece.len()) {
            too_long
        } else {
            one.bytes.extend_from_slice(piece);
            one.pieces += 1;
            return Ok(());
        };
        // A file with a gap or without an end is useless.
        begun.remove(place);
        Err(fault)
    }

    /// Takes the bytes of a file out.
    pub fn bytes(&self, given: Given) -> Result<Vec<u8>, Problem> {
        let (of, pieces) = match given {
            Given::Whole(text) => return decoded(&text),
            Given::InPieces { of, pieces } => (of, pieces),
        };
        let mut begun = self.begun();
        let place = begun.iter().position(|one| one.of == of);
        let one = place.and_then(|place| begun.remove(place));
        one.filter(|one| one.pieces == pieces)
            .map(|one| one.bytes)
            .ok_or(malformed())
    }

    /// A panic elsewhere leaves whole pieces here.
    fn begun(&self) -> MutexGuard<'_, VecDeque<Begun>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Standard base64 with padding, as a `FileReader` writes it.
fn decoded(text: &str) -> Result<Vec<u8>, Problem> {
    // Before decoding: four characters hold three bytes.
    not_too_long(text.len() / 4 * 3)?;
    STANDARD
        .decode(text)
        .map_err(|_| Problem::in_field(Code::RequestMalformed, "body"))
}

/// Refuses a file that is longer than any picture that the app accepts. Its core would refuse it too,
/// after all of it had come.
pub fn not_too_long(length: usize) -> Result<(), Problem> {
    if length > LONGEST_PICTURE {
        return Err(PhoneCode::PictureHeavy.into());
    }
    Ok(())
}

fn malformed() -> Problem {
    Problem::in_field(Code::RequestMalformed, "pieces")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pieces: &Pieces, of: u32, count: u32) -> Result<Vec<u8>, Problem> {
        pieces.bytes(Given::InPieces { of, pieces: count })
    }

    fn is_refused<T: std::fmt::Debug>(answer: Result<T, Problem>, code: Code) {
        assert_eq!(answer.unwrap_err().code, code);
    }

    #[test]
    fn two_files_on_their_way_at_once_are_kept_apart_and_taken_once() {
        let pieces = Pieces::default();
        pieces.put(1, 0, b"one ").unwrap();
        pieces.put(2, 0, b"the ").unwrap();
        pieces.put(1, 1, b"two").unwrap();
        pieces.put(2, 1, b"other").unwrap();
        assert_eq!(taken(&pieces, 1, 2).unwrap(), b"one two");
        assert_eq!(taken(&pieces, 2, 2).unwrap(), b"the other");
        is_refused(taken(&pieces, 1, 2), Code::RequestMalformed);
    }

    #[test]
    fn a_file_with_a_gap_is_not_taken() {
        let pieces = Pieces::default();
        pieces.put(1, 0, b"one").unwrap();
        is_refused(pieces.put(1, 2, b"three"), Code::RequestMalformed);
        is_refused(taken(&pieces, 1, 1), Code::RequestMalformed);
        pieces.put(1, 0, b"one").unwrap();
        is_refused(taken(&pieces, 1, 2), Code::RequestMalformed);
        is_refused(pieces.put(7, 1, b""), Code::RequestMalformed);
    }

    #[test]
    fn a_page_that_is_loaded_again_begins_its_file_again() {
        let pieces = Pieces::default();
        pieces.put(1, 0, b"left ").unwrap();
        pieces.put(1, 0, b"again").unwrap();
        assert_eq!(taken(&pieces, 1, 1).unwrap(), b"again");
    }

    #[test]
    fn what_was_left_in_the_middle_is_pushed_out() {
        let pieces = Pieces::default();
        for of in 0..=MOST as u32 {
            pieces.put(of, 0, b"x").unwrap();
        }
        is_refused(taken(&pieces, 0, 1), Code::RequestMalformed);
        assert_eq!(taken(&pieces, 1, 1).unwrap(), b"x");
    }

    #[test]
    fn a_file_without_an_end_is_refused_and_forgotten() {
        let pieces = Pieces::default();
        let half = vec![0; LONGEST_PICTURE / 2 + 1];
        pieces.put(1, 0, &half).unwrap();
        let refused = pieces.put(1, 1, &half).unwrap_err();
        assert_eq!(refused.code, PhoneCode::PictureHeavy);
        is_refused(taken(&pieces, 1, 1), Code::RequestMalformed);
    }

    #[test]
    fn a_message_names_a_file_in_either_form() {
        let pieces = Pieces::default();
        pieces.put(3, 0, &[255, 216]).unwrap();
        for json in [r#""/9g=""#, r#"{"of":3,"pieces":1}"#] {
            let given = serde_json::from_str(json).unwrap();
            assert_eq!(pieces.bytes(given).unwrap(), [255, 216], "{json}");
        }
    }
}
