//! The mails in the server's `outbox/`, and the codes in them.

use mail_parser::MessageParser;
use protocol::activation::ActivationCode;
use std::{
    fs, io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// One mail, decoded.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its Message-ID: the same for every delivery of one mail.
    pub id: String,
    /// The address in `To:`.
    pub to: String,
    /// The whole text.
    pub text: String,
    /// The same as a page of HTML.
    pub page: String,
    /// The sender in the envelope, if the relay noted it.
    pub returns_to: String,
}

impl Letter {
    /// Parses a mail.
    ///
    /// # Panics
    /// If it is not a mail.
    pub fn parse(raw: &str) -> Self {
        let mail = MessageParser::default().parse(raw).expect("a mail");
        let header = |name: &str| {
            let value = mail.header_raw(name.to_owned()).unwrap_or_default();
            value.trim().to_owned()
        };
        let to = mail.to().and_then(|to| to.first()?.address());
        Self {
            id: header("Message-ID"),
            to: to.unwrap_or_default().to_owned(),
            returns_to: header("Return-Path"),
            text: mail.body_text(0).unwrap_or_default().into_owned(),
            page: mail.body_html(0).unwrap_or_default().into_owned(),
        }
    }

    /// The code in it: eight characters in two halves.
    pub fn code(&self) -> Option<ActivationCode> {
        self.text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .filter(|word| word.len() == 9 && word.as_bytes()[4] == b'-')
            .filter(|word| word.bytes().all(|b| b == b'-' || !b.is_ascii_lowercase()))
            .find_map(|word| word.parse().ok())
    }
}

/// Every mail in the folder, the oldest first.
pub fn letters(folder: &Path) -> io::Result<Vec<Letter>> {
    let mut files = Vec::new();
    match fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries {
                let path = entry?.path();
                if path.extension().is_some_and(|ext| ext == "eml") {
                    files.push((fs::metadata(&path)?.modified()?, path));
                }
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    files.sort();
    files
        .into_iter()
        .map(|(_, path)| Ok(Letter::parse(&fs::read_to_string(path)?)))
        .collect()
}

/// Waits until `address` has mail number `nth` (1 is the first) and returns the code in it.
pub fn wait_for_code(folder: &Path, address: &str, nth: usize) -> ActivationCode {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let found = letters(folder).expect("the outbox can be read");
        let mine: Vec<_> = found.iter().filter(|letter| letter.to == address).collect();
        if let Some(letter) = mine.get(nth - 1) {
            return letter
                .code()
                .unwrap_or_else(|| panic!("no code in {}", letter.text));
        }
        assert!(
            Instant::now() < until,
            "mail {nth} for {address} did not come; there are {} others",
            found.len()
        );
        thread::sleep(Duration::from_millis(20));
    }
}
