//! Mail as it lies in the server's `outbox/`: who got which code.

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
}

impl Letter {
    /// Understands a mail as it was sent.
    pub fn parse(raw: &str) -> Self {
        let unix = raw.replace("\r\n", "\n");
        let (head, body) = unix.split_once("\n\n").unwrap_or((&unix, ""));
        let head = head.replace("\n ", " ").replace("\n\t", " ");
        let header = |name: &str| {
            head.lines()
                .find_map(|line| {
                    let (found, value) = line.split_once(':')?;
                    found
                        .eq_ignore_ascii_case(name)
                        .then(|| value.trim().to_owned())
                })
                .unwrap_or_default()
        };
        let text = match header("Content-Transfer-Encoding").to_lowercase().as_str() {
            "base64" => from_base64(body),
            "quoted-printable" => from_quoted_printable(body),
            _ => body.to_owned(),
        };
        let to = header("To");
        let to = match to.split_once('<') {
            Some((_, address)) => address.trim_end_matches('>').to_owned(),
            None => to,
        };
        Self {
            id: header("Message-ID"),
            to,
            text,
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

fn from_base64(body: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let packed: String = body.split_whitespace().collect();
    let bytes = STANDARD.decode(packed).expect("a mail's base64 is whole");
    String::from_utf8(bytes).expect("mails are UTF-8")
}

fn from_quoted_printable(body: &str) -> String {
    let mut bytes = Vec::new();
    let joined = body.replace("=\n", "");
    let mut rest = joined.as_bytes().iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'=' => {
                let pair = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                let mut one = [0];
                hex::decode_to_slice(pair, &mut one).expect("= is followed by two digits");
                bytes.extend(one);
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).expect("mails are UTF-8")
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

/// Waits until `address` has got mail number `nth` (1 is the first) and reads the code in it.
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
