//! Further inputs of the server: rolls from operators, and reports of other mail servers.

use server_core::{mail::report, roll::rows::read_rows};

/// A roll. Every line is an entry or a reject, or the file is refused.
pub fn roll_csv(bytes: &[u8]) {
    let (mut seen, mut last) = (0, 0);
    let read = read_rows(bytes, |row| {
        assert!(row.number > last, "no line is read twice");
        assert!(!row.raw.contains(&b'\n'), "no line holds another one");
        last = row.number;
        seen += 1;
        true
    });
    if let Ok(lines) = read {
        assert_eq!(lines, seen);
        let most = bytes.split(|byte| *byte == b'\n').count() as u64;
        assert!(last <= most, "there are no more lines than the file has");
    }
}

/// A report that a mail could not be delivered.
pub fn bounce(bytes: &[u8]) {
    if let report::Report::Failed { status, .. } = report::read(bytes) {
        let printable = status
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        assert!(printable, "nothing of a stranger's is taken over");
    }
}
