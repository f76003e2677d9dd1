//! The lines of a file in any of the accepted encodings.

use crate::roll::fault::FileFault;
use std::io::{BufRead, BufReader, Read};

/// The longest line.
const LONGEST: usize = 64 * 1024;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// UTF-8 or ISO-8859-1; each field tells which.
    Bytes,
    Utf16Le,
    Utf16Be,
}

/// A file, line by line. Lines end with a line feed, or a carriage return and one.
pub(super) struct Lines<R> {
    source: BufReader<R>,
    encoding: Encoding,
    number: u64,
    line: Vec<u8>,
}

impl<R: Read> Lines<R> {
    /// Reads the byte order mark.
    pub(super) fn of(source: R) -> Result<Self, FileFault> {
        let mut source = BufReader::with_capacity(1 << 20, source);
        let (encoding, mark) = match source.fill_buf()? {
            [0xff, 0xfe, ..] => (Encoding::Utf16Le, 2),
            [0xfe, 0xff, ..] => (Encoding::Utf16Be, 2),
            [0xef, 0xbb, 0xbf, ..] => (Encoding::Bytes, 3),
            _ => (Encoding::Bytes, 0),
        };
        source.consume(mark);
        Ok(Self {
            source,
            encoding,
            number: 0,
            line: Vec::new(),
        })
    }

    /// The next line and its number, without its line end.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &[u8])>, FileFault> {
        self.number += 1;
        self.line.clear();
        let ended = match self.encoding {
            Encoding::Bytes => self.fill_bytes()?,
            Encoding::Utf16Le => self.fill_units(u16::from_le_bytes)?,
            Encoding::Utf16Be => self.fill_units(u16::from_be_bytes)?,
        };
        if !ended && self.line.is_empty() {
            return Ok(None);
        }
        if self.line.ends_with(b"\r") {
            self.line.pop();
        }
        if has_control(&self.line) {
            return Err(FileFault::Control(self.number));
        }
        Ok(Some((self.number, &self.line)))
    }

    /// Whether the line ended before the file did.
    fn fill_bytes(&mut self) -> Result<bool, FileFault> {
        (&mut self.source)
            .take(LONGEST as u64 + 2)
            .read_until(b'\n', &mut self.line)?;
        if self.line.ends_with(b"\n") {
            self.line.pop();
            return Ok(true);
        }
        if self.line.len() > LONGEST {
            return Err(FileFault::LongLine(self.number));
        }
        Ok(false)
    }

    fn fill_units(&mut self, unit: fn([u8; 2]) -> u16) -> Result<bool, FileFault> {
        let mut units = Vec::new();
        let mut ended = false;
        loop {
            let mut pair = [0; 2];
            match self.source.read(&mut pair[..1])? {
                0 => break,
                _ if self.source.read(&mut pair[1..])? == 0 => {
                    return Err(FileFault::Encoding(self.number));
                }
                _ => {}
            }
            let unit = unit(pair);
            if unit == 0x0a {
                ended = true;
                break;
            }
            if units.len() > LONGEST {
                return Err(FileFault::LongLine(self.number));
            }
            units.push(unit);
        }
        let text = String::from_utf16(&units).map_err(|_| FileFault::Encoding(self.number))?;
        self.line.extend(text.bytes());
        Ok(ended)
    }
}

/// Characters that other programs take for the end of a line or of a text. UTF-16 without its byte
/// order mark is full of NULs.
fn has_control(line: &[u8]) -> bool {
    line.iter()
        .any(|byte| byte.is_ascii_control() && *byte != b'\t')
        || line
            .windows(3)
            .any(|three| matches!(three, [0xe2, 0x80, 0xa8 | 0xa9]))
        || line.windows(2).any(|two| two == [0xc2, 0x85])
}
