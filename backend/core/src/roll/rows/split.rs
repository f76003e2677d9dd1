//! Splits a line into its fields (RFC 4180, without line breaks in quotes).

use csv::ByteRecord;

/// Why a line cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The last quote is not closed.
    OpenQuote,
    /// A quote within an unquoted field, or text after a closing quote.
    StrayQuote,
}

/// Writes the fields of this line into `record`.
pub(super) fn fields(line: &[u8], delimiter: u8, record: &mut ByteRecord) -> Result<(), Fault> {
    record.clear();
    // A stray quote rejects the line; the rest is still searched for a quote that stays open.
    let mut stray = false;
    let mut rest = line;
    let mut field = Vec::new();
    loop {
        let end;
        match rest.first() {
            Some(b'"') => {
                field.clear();
                let mut at = 1;
                loop {
                    let close = rest[at..].iter().position(|byte| *byte == b'"');
                    let close = at + close.ok_or(Fault::OpenQuote)?;
                    field.extend_from_slice(&rest[at..close]);
                    at = close + 1;
                    if rest.get(at) != Some(&b'"') {
                        break;
                    }
                    field.push(b'"');
                    at += 1;
                }
                end = until(&rest[at..], delimiter) + at;
                stray |= rest[at..end].iter().any(|byte| *byte != b' ');
                record.push_field(&field);
            }
            _ => {
                end = until(rest, delimiter);
                stray |= rest[..end].contains(&b'"');
                record.push_field(&rest[..end]);
            }
        }
        match rest.get(end) {
            Some(_) => rest = &rest[end + 1..],
            None => break,
        }
    }
    if stray {
        Err(Fault::StrayQuote)
    } else {
        Ok(())
    }
}

fn until(bytes: &[u8], delimiter: u8) -> usize {
    bytes
        .iter()
        .position(|byte| *byte == delimiter)
        .unwrap_or(bytes.len())
}
