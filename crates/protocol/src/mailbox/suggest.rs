//! The domain that was probably meant. Only a question to the person: a small provider may well
//! have a name like a large one's.

/// The domains of most addresses in Mexico.
const KNOWN: [&str; 17] = [
    "gmail.com",
    "hotmail.com",
    "outlook.com",
    "yahoo.com",
    "yahoo.com.mx",
    "live.com",
    "live.com.mx",
    "hotmail.es",
    "outlook.es",
    "icloud.com",
    "msn.com",
    "prodigy.net.mx",
    "protonmail.com",
    "aol.com",
    "me.com",
    "unam.mx",
    "ipn.mx",
];

/// Real domains that are one key away from a known one.
const REAL: [&str; 9] = [
    "gmx.com",
    "mail.com",
    "ymail.com",
    "email.com",
    "hotmail.mx",
    "outlook.mx",
    "yahoo.es",
    "live.mx",
    "ibm.mx",
];

/// The known domain that this one is a misspelling of.
pub(super) fn domain(typed: &str) -> Option<&'static str> {
    if KNOWN.contains(&typed) || REAL.contains(&typed) {
        return None;
    }
    // Short names are one key away from everything.
    let near = |known: &&&str| {
        let allowed = if known.len() < 8 {
            0
        } else {
            1 + known.len() / 11
        };
        distance(typed, known) <= allowed
    };
    let gmail = [
        "gmail.com.mx",
        "gmail.mx",
        "gmail.es",
        "gmail.org",
        "gmail.net",
        "gmail.co",
    ];
    if gmail.contains(&typed) {
        return Some("gmail.com");
    }
    KNOWN
        .iter()
        .filter(near)
        .min_by_key(|known| distance(typed, known))
        .copied()
}

/// Keys to press for one text instead of the other: one more, one less, another one, or two
/// neighbours exchanged.
fn distance(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len().abs_diff(other.len()) > 3 {
        return usize::MAX;
    }
    let mut rows = [
        vec![0; other.len() + 1],
        (0..=other.len()).collect(),
        Vec::new(),
    ];
    for i in 1..=one.len() {
        let mut row = vec![i; other.len() + 1];
        for j in 1..=other.len() {
            let changed = rows[1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
            row[j] = changed.min(rows[1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                row[j] = row[j].min(rows[0][j - 2] + 1);
            }
        }
        rows = [std::mem::take(&mut rows[1]), row, Vec::new()];
    }
    rows[1][other.len()]
}
