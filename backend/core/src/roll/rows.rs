//! The lines of a CSV file, one record each.
//!
//! A quoted field cannot hold a line break here. Otherwise a quote that is not closed would swallow
//! the lines after it, and the people on them. Anything that could swallow a line is a fault of the
//! whole file, which no tolerance for bad lines excuses.

mod lines;
mod split;

use super::{
    fault::FileFault,
    line::{COLUMNS, Layout, Line, Reject},
};
use csv::ByteRecord;
use lines::Lines;
use std::io::Read;

/// One line that is not blank.
pub struct Row<'r> {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Its fields, or what is wrong with it.
    pub read: Result<Line, Reject>,
    /// The line as it is in the file, in UTF-8 or ISO-8859-1.
    pub raw: &'r [u8],
}

/// Reads every line after the header until `each` stops it. Returns the number of lines, without
/// blank ones, which spreadsheets leave at the end.
pub fn read_rows(
    source: impl Read,
    mut each: impl FnMut(Row<'_>) -> bool,
) -> Result<u64, FileFault> {
    let mut lines = Lines::of(source)?;
    let Some((layout, delimiter)) = header(&mut lines)? else {
        return Err(FileFault::NoColumn(COLUMNS[0]));
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

/// The header and its delimiter. It is the first line, or the line after `sep=;`, which spreadsheets
/// write.
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
                    // With the wrong delimiter the whole header is one column, and the first one is
                    // missing. The right delimiter names the column that really is.
                    if missing.is_none() || record.len() > 1 {
                        missing = Some(column);
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
        return Err(FileFault::NoColumn(missing.unwrap_or(COLUMNS[0])));
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
