//! A file to hand over.

/// A name that every system accepts, a media type, and bytes. Its content is not printed.
pub struct File {
    name: String,
    kind: String,
    bytes: Vec<u8>,
}

/// Why a file cannot be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file's {} cannot be used", self.field())]
pub enum BadFile {
    /// Its name is not valid.
    Name,
    /// Its media type is not valid.
    Kind,
    /// It is empty.
    Bytes,
}

impl BadFile {
    /// The field of the command that is wrong.
    pub fn field(self) -> &'static str {
        match self {
            BadFile::Name => "name",
            BadFile::Kind => "kind",
            BadFile::Bytes => "file",
        }
    }
}

impl File {
    /// The longest name.
    const LONGEST_NAME: usize = 80;
    /// The longest media type.
    const LONGEST_KIND: usize = 100;

    /// A file of this name and kind. A name has ASCII letters, digits, `-`, `_` and `.`, and begins
    /// with a letter or a digit. So it cannot lead to another folder or hide the file, and no system
    /// has to change it.
    pub fn new(name: &str, kind: &str, bytes: Vec<u8>) -> Result<Self, BadFile> {
        let letters = |text: &str, others: &str| {
            text.starts_with(|first: char| first.is_ascii_alphanumeric())
                && text
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
        };
        if name.len() > Self::LONGEST_NAME || !letters(name, "-_.") {
            return Err(BadFile::Name);
        }
        let halves = kind.split_once('/').map(|(first, second)| {
            letters(first, "-") && letters(second, "-+.") && kind.len() <= Self::LONGEST_KIND
        });
        if halves != Some(true) {
            return Err(BadFile::Kind);
        }
        if bytes.is_empty() {
            return Err(BadFile::Bytes);
        }
        Ok(Self {
            name: name.to_owned(),
            kind: kind.to_owned(),
            bytes,
        })
    }

    /// Its name, with the ending.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its media type is not valid.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Its content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({}, {} bytes)", self.name, self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_no_other_folder() {
        let named = |name: &str| File::new(name, "application/json", vec![1]).map(|_| ());
        assert_eq!(named("recibo-AB12.json"), Ok(()));
        let long = "a".repeat(81);
        for bad in ["", ".json", "../x", "a/b", "a\\b", "a b", "añ", "-a", &long] {
            assert_eq!(named(bad), Err(BadFile::Name), "{bad}");
        }
    }

    #[test]
    fn a_media_type_has_two_halves() {
        let of = |kind: &str| File::new("a", kind, vec![1]).map(|_| ());
        assert_eq!(of("application/vnd.x+json"), Ok(()));
        for bad in ["", "json", "a/", "/b", "a/b c", "*/*"] {
            assert_eq!(of(bad), Err(BadFile::Kind), "{bad}");
        }
        let empty = File::new("a", "a/b", Vec::new()).map(|_| ());
        assert_eq!(empty, Err(BadFile::Bytes));
    }

    #[test]
    fn the_content_is_not_printed() {
        let file = File::new("a.txt", "text/plain", b"GARCIA".to_vec()).unwrap();
        assert_eq!(format!("{file:?}"), "File(a.txt, 6 bytes)");
    }
}
