//! The lines of a CSV file, one record each.
//!
//! A quoted field never holds a line break here: a quote that somebody forgot to close would
//! otherwise swallow the lines behind it, and with them the people who they speak of. What could
//! swallow a line is a fault of the whole file, whatever number of bad lines is tolerated.

mod lines;
mod split;

use super::line::{Layout, Line, Reject};
use csv::ByteRecord;
use lines::Lines;
use std::io::{self, Read};

/// Why the file as a whole is not read.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// A quoted field does not end on its line.
    #[error("line {0}: a quote is not closed on its line")]
    OpenQuote(u64),
    /// A character that ends a line or a text for some programs: NUL, a carriage return alone.
    #[error("line {0}: a NUL, a line break or another control character within a line")]
    Control(u64),
    /// A line that no person's entry fills.
    #[error("line {0} is longer than 64 KiB")]
    LongLine(u64),
    /// Half a character at the end of UTF-16, or UTF-16 without its mark.
    #[error("line {0}: neither UTF-8 nor ISO-8859-1 nor UTF-16 with its mark")]
    Encoding(u64),
    /// The header lacks a column.
    #[error("the header has no column `{0}`: the columns are divided by a comma, a semicolon or a tab")]
    NoColumn(&'static str),
    /// Which of the two is meant cannot be known.
    #[error("the header has the column `{0}` twice")]
    ColumnTwice(&'static str),
    /// The count of lines does not add up.
    #[error("{lines} lines were read, but {seen} were understood or rejected")]
    Uncounted {
        /// Lines of the file, without header and blank ones.
        lines: u64,
        /// Entries and rejects.
        seen: u64,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// One line that is not blank.
pub struct Row<'r> {
    /// Its number in the file, from 1.
    pub number: u64,
    /// What it says, or what is wrong with it.
    pub read: Result<Line, Reject>,
    /// The line as it is in the file, in UTF-8 or ISO-8859-1.
    pub raw: &'r [u8],
}

/// Reads every line behind the header, until `each` wants no more. Answers how many lines it gave;
/// blank ones, which spreadsheets leave at the end, are none.
pub fn read_rows(
    source: impl Read,
    mut each: impl FnMut(Row<'_>) -> bool,
) -> Result<u64, FileFault> {
    let mut lines = Lines::of(source)?;
    let Some((layout, delimiter)) = header(&mut lines)? else {
        return Err(FileFault::NoColumn(super::line::COLUMNS[0]));
    };
    let mut record = ByteRecord::new();
    let mut given = 0;
    while let Some((number, raw)) = lines.next()? {
        if is_blank(raw, delimiter) {
            continue;
        }
        given += 1;
        let read = match split::fields(raw, delimiter, &mut record) {
            Ok(()) => layout.read(&record),
            Err(split::Fault::OpenQuote) => return Err(FileFault::OpenQuote(number)),
            Err(split::Fault::StrayQuote) => Err(Reject::Quote),
        };
        if !each(Row { number, read, raw }) {
            break;
        }
    }
    Ok(given)
}

/// The header and what divides its columns: the first line, or the one behind `sep=;`, which
/// spreadsheets write.
fn header(lines: &mut Lines<impl Read>) -> Result<Option<(Layout, u8)>, FileFault> {
    let mut missing = None;
    while let Some((number, raw)) = lines.next()? {
        if is_blank(raw, b',') {
            continue;
        }
        if number == 1 && raw.len() <= 6 && raw.to_ascii_lowercase().starts_with(b"sep=") {
            continue;
        }
        for delimiter in [b',', b';', b'\t'] {
            let mut record = ByteRecord::new();
            match split::fields(raw, delimiter, &mut record) {
                Ok(()) => {}
                Err(split::Fault::OpenQuote) => return Err(FileFault::OpenQuote(number)),
                Err(split::Fault::StrayQuote) => continue,
            }
            match Layout::of(&record) {
                Ok(layout) => return Ok(Some((layout, delimiter))),
                Err(FileFault::NoColumn(column)) => {
                    // With the wrong delimiter the whole header is one column, so that the first
                    // is missing; the right one tells what really is.
                    if missing.is_none() || record.len() > 1 {
                        missing = Some(column);
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
        return Err(FileFault::NoColumn(missing.unwrap_or(super::line::COLUMNS[0])));
    }
    Ok(None)
}

fn is_blank(line: &[u8], delimiter: u8) -> bool {
    line.iter()
        .all(|byte| byte.is_ascii_whitespace() || *byte == delimiter || *byte == b'"')
        && line.iter().filter(|byte| **byte == b'"').count() % 2 == 0
}

#[cfg(test)]
mod tests;
