//! What is known of a credential's public code before it is read: it is an address of a fixed
//! form, so of about 512 bits of text some 300 are given, and error correction has that much
//! less to find out.
//!
//! This is only ever a help in reading, never a reading: it is used where the picture itself
//! bears out the part that is known, and what comes of it is doubted as any other text is.

/// The address up to the first digit, in both forms.
const BEGINNINGS: [&str; 2] = ["http://qr.ine.mx/", "https://qr.ine.mx/"];
/// Digits of the first part, of the date, of the last part.
const FIRST: usize = 24;
const LAST: usize = 6;

/// One way of writing the address: what each data bit is, where that is known.
pub(super) struct Template {
    pub bits: Vec<Option<bool>>,
}

/// What a character may be.
#[derive(Clone, Copy)]
enum Kind {
    /// This one.
    One(u8),
    /// A digit from 0 to this.
    Digit(u8),
    /// A capital letter.
    Letter,
}

impl Kind {
    fn all(self) -> impl Iterator<Item = u8> {
        match self {
            Kind::One(byte) => byte..=byte,
            Kind::Digit(most) => b'0'..=b'0' + most,
            Kind::Letter => b'A'..=b'Z',
        }
    }
}

/// Everything after the beginning.
fn rest() -> Vec<Kind> {
    let mut kinds = vec![Kind::Digit(9); FIRST];
    kinds.push(Kind::One(b'/'));
    // The year begins with 20, and has seen no more than its first decades.
    kinds.extend([
        Kind::One(b'2'),
        Kind::One(b'0'),
        Kind::Digit(3),
        Kind::Digit(9),
    ]);
    kinds.extend([
        Kind::Digit(1),
        Kind::Digit(9),
        Kind::Digit(3),
        Kind::Digit(9),
    ]);
    kinds.extend([Kind::One(b'/'), Kind::Letter, Kind::One(b'/')]);
    kinds.extend([Kind::Digit(9); LAST]);
    kinds
}

/// Whether a text is such an address: the last word on what was read with this help.
pub(super) fn is_public(text: &[u8]) -> bool {
    BEGINNINGS.iter().any(|beginning| {
        let Some(rest_of) = text.strip_prefix(beginning.as_bytes()) else {
            return false;
        };
        let kinds = rest();
        let number = |from: usize| (rest_of[from] - b'0') * 10 + rest_of[from + 1] - b'0';
        rest_of.len() == kinds.len()
            && rest_of
                .iter()
                .zip(kinds)
                .all(|(byte, kind)| kind.all().any(|one| one == *byte))
            && (1..=12).contains(&number(FIRST + 5))
            && (1..=31).contains(&number(FIRST + 7))
    })
}

/// Bits on their way into a template.
#[derive(Clone, Default)]
struct Writer(Vec<Option<bool>>);

impl Writer {
    /// The lowest `count` bits of one of these values: known where all have the same.
    fn one_of(&mut self, values: impl Iterator<Item = u32>, count: usize) {
        let (every, any) = values.fold((u32::MAX, 0), |(every, any), value| {
            (every & value, any | value)
        });
        for bit in (0..count).rev() {
            let (every, any) = (every >> bit & 1 == 1, any >> bit & 1 == 1);
            self.0.push((every == any).then_some(every));
        }
    }

    fn value(&mut self, value: u32, count: usize) {
        self.one_of(std::iter::once(value), count);
    }

    fn bytes(&mut self, kinds: &[Kind]) {
        self.value(4, 4);
        self.value(kinds.len() as u32, 8);
        for kind in kinds {
            self.one_of(kind.all().map(u32::from), 8);
        }
    }

    fn digits(&mut self, kinds: &[Kind]) {
        self.value(1, 4);
        self.value(kinds.len() as u32, 10);
        for group in kinds.chunks(3) {
            let values = group.iter().fold(vec![0], |values, kind| {
                let next = |value: u32| {
                    kind.all()
                        .map(move |one| value * 10 + u32::from(one - b'0'))
                };
                values.into_iter().flat_map(next).collect()
            });
            self.one_of(values.into_iter(), [4, 7, 10][group.len() - 1]);
        }
    }

    fn letters(&mut self, kinds: &[Kind]) {
        let value = |byte: u8| match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            b'A'..=b'Z' => u32::from(byte - b'A') + 10,
            _ => 43, // A stroke.
        };
        self.value(2, 4);
        self.value(kinds.len() as u32, 9);
        for pair in kinds.chunks(2) {
            match pair {
                [one, two] => {
                    let both = one
                        .all()
                        .flat_map(|one| two.all().map(move |two| value(one) * 45 + value(two)));
                    self.one_of(both, 11);
                }
                last => self.one_of(last.iter().flat_map(|one| one.all()).map(value), 6),
            }
        }
    }

    /// Terminator and padding up to this many bits; `None` where it does not fit.
    fn finish(mut self, capacity: usize) -> Option<Template> {
        if self.0.len() > capacity {
            return None;
        }
        for _ in 0..4.min(capacity - self.0.len()) {
            self.0.push(Some(false));
        }
        while !self.0.len().is_multiple_of(8) {
            self.0.push(Some(false));
        }
        for byte in [0xEC, 0x11].into_iter().cycle() {
            if self.0.len() >= capacity {
                break;
            }
            self.value(byte, 8);
        }
        Some(Template { bits: self.0 })
    }
}

/// The ways in which printers write the address into this many bits: all of it in bytes; bytes
/// and digits, then letters, or bytes, or letters and digits in turns.
pub(super) fn templates(capacity: usize) -> Vec<Template> {
    let rest = rest();
    let (first, rest_of) = rest.split_at(FIRST);
    let (stroke, date, last) = (&rest_of[..1], &rest_of[1..9], &rest_of[9..]);
    let mut all = Vec::new();
    for beginning in BEGINNINGS {
        let beginning: Vec<Kind> = beginning.bytes().map(Kind::One).collect();
        let mut whole = Writer::default();
        whole.bytes(&[beginning.as_slice(), &rest].concat());
        let mut parted = Writer::default();
        parted.bytes(&beginning);
        parted.digits(first);
        let mut letters = parted.clone();
        letters.letters(rest_of);
        let mut turns = parted.clone();
        turns.letters(stroke);
        turns.digits(date);
        turns.letters(last);
        parted.bytes(rest_of);
        let ways = [whole, letters, turns, parted];
        all.extend(ways.into_iter().filter_map(|one| one.finish(capacity)));
    }
    all
}

#[cfg(test)]
#[path = "known_tests.rs"]
mod tests;
