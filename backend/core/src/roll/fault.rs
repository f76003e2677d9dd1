//! Faults of a whole roll file, which no tolerance for bad lines excuses.

use std::io;

/// Why the file as a whole is not read.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// A quoted field does not end on its line.
    #[error("line {0}: a quote is not closed on its line")]
    OpenQuote(u64),
    /// A character that ends a line or a text for some programs: NUL, a carriage return alone.
    #[error("line {0}: a NUL, a line break or another control character within a line")]
    Control(u64),
    /// A line that is longer than any entry.
    #[error("line {0} is longer than 64 KiB")]
    LongLine(u64),
    /// Half a character at the end of UTF-16, or UTF-16 without its mark.
    #[error("line {0}: neither UTF-8 nor ISO-8859-1 nor UTF-16 with its mark")]
    Encoding(u64),
    /// The header lacks a column.
    #[error(
        "the header has no column `{0}`: the columns are divided by a comma, a semicolon or a tab"
    )]
    NoColumn(&'static str),
    /// Two columns have the same name.
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
