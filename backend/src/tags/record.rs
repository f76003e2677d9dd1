//! The tagger's record: the moment and the group of each question, never the person. Each line is chained
//! to the one before it.

use protocol::{
    context::{Context, signed_bytes},
    environment::Timestamp,
    ids::Sha256Hash,
};
use rustix::fs::{FlockOperation, flock};
use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// The chain before the first line.
const BEGINNING: &str = "beginning";

fn chain(before: &str, line: &str) -> String {
    let fields: [&[u8]; 2] = [before.as_bytes(), line.as_bytes()];
    Sha256Hash::of(&signed_bytes(Context::TaggerRecord, &fields)).to_string()
}

/// The record, open for more lines.
#[derive(Debug)]
pub struct Record {
    file: File,
    last: (u64, String),
}

impl Record {
    /// Opens the record of this folder, after checking its chain.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join("tags.log");
        let last = match verify(&path) {
            Ok(last) => last,
            Err(error) if error.kind() == io::ErrorKind::NotFound => (0, BEGINNING.to_owned()),
            Err(error) => return Err(error),
        };
        let mut options = OpenOptions::new();
        let file = options.append(true).create(true).mode(0o600).open(path)?;
        // Two taggers would write two chains into one file.
        flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        Ok(Self { file, last })
    }

    /// Records a question.
    pub fn note(&mut self, at: Timestamp, uid: u32, group: &str) -> io::Result<()> {
        let number = self.last.0 + 1;
        let at = at.timestamp_millis();
        // A group is a slug with its kind; any other text would break the columns.
        let group: String = group
            .chars()
            .filter(|c| !c.is_control())
            .take(128)
            .collect();
        let line = format!("{number}\t{at}\t{uid}\t{group}");
        let chain = chain(&self.last.1, &line);
        self.file
            .write_all(format!("{line}\t{chain}\n").as_bytes())?;
        self.last = (number, chain);
        Ok(())
    }

    /// Makes the written lines durable.
    pub fn flush(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// The number of lines and the last one's chain; an error if a line does not follow from the ones
/// before.
pub fn verify(path: &Path) -> io::Result<(u64, String)> {
    let mut last = (0, BEGINNING.to_owned());
    for line in BufReader::new(File::open(path)?).lines() {
        let line = line?;
        let next = last.0 + 1;
        let whole = line.rsplit_once('\t').filter(|(said, told)| {
            said.split('\t').next() == Some(&next.to_string()) && chain(&last.1, said) == **told
        });
        let Some((_, told)) = whole else {
            return Err(io::Error::other(format!(
                "{}: line {next} does not follow from what is before it",
                path.display()
            )));
        };
        last = (next, told.to_owned());
    }
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_line_that_was_changed_or_left_out_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let at = Timestamp::from_timestamp_millis(1_800_000_000_000).unwrap();
        for (uid, group) in [(7, "process/a"), (8, "process/b\n9"), (7, "process/a")] {
            // Opened again each time, as after a restart.
            let mut record = Record::open(folder.path()).unwrap();
            record.note(at, uid, group).unwrap();
            record.flush().unwrap();
        }
        let path = folder.path().join("tags.log");
        assert_eq!(verify(&path).unwrap().0, 3);
        let whole = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = whole.lines().collect();
        for (changed, place) in [
            (whole.replacen("process/b", "process/c", 1), 2),
            (format!("{}\n{}\n", lines[0], lines[2]), 2),
            (format!("{}\n{}\n", lines[1], lines[2]), 1),
        ] {
            fs::write(&path, changed).unwrap();
            let why = verify(&path).unwrap_err().to_string();
            assert!(why.contains(&format!("line {place} ")), "{why}");
            assert!(
                Record::open(folder.path()).is_err(),
                "nothing is added to it"
            );
        }
    }
}
