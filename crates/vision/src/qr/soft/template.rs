//! The prior of a credential's public code: it is an address of a fixed form, so that about 300 of
//! its 512 bits are known before it is read, and error correction has that much less to find.
//!
//! A template only ever helps to read; it is never a reading. It is used where the picture itself
//! confirms the known part, and the result needs the same confidence as any other.

/// The beginnings of the address, up to its first digit.
const PREFIXES: [&str; 2] = ["http://qr.ine.mx/", "https://qr.ine.mx/"];
/// Digits of the first and of the last part.
const FIRST_DIGITS: usize = 24;
const LAST_DIGITS: usize = 6;

/// One way to encode the address: each data bit, where it is known.
pub(super) struct Template {
    pub bits: Vec<Option<bool>>,
}

/// The characters that are possible in one place.
#[derive(Clone, Copy)]
enum Kind {
    /// Exactly this one.
    One(u8),
    /// A digit from 0 up to this one.
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

/// The characters after the prefix.
fn kinds_after_prefix() -> Vec<Kind> {
    let mut kinds = vec![Kind::Digit(9); FIRST_DIGITS];
    kinds.push(Kind::One(b'/'));
    // The year is in the first four decades after 2000.
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
    kinds.extend([Kind::Digit(9); LAST_DIGITS]);
    kinds
}

/// Whether a text is such an address. Every text that was read with a template must pass.
pub(super) fn is_public_address(text: &[u8]) -> bool {
    PREFIXES.iter().any(|beginning| {
        let Some(rest_of) = text.strip_prefix(beginning.as_bytes()) else {
            return false;
        };
        let kinds = kinds_after_prefix();
        let number = |from: usize| (rest_of[from] - b'0') * 10 + rest_of[from + 1] - b'0';
        rest_of.len() == kinds.len()
            && rest_of
                .iter()
                .zip(kinds)
                .all(|(byte, kind)| kind.all().any(|one| one == *byte))
            && (1..=12).contains(&number(FIRST_DIGITS + 5))
            && (1..=31).contains(&number(FIRST_DIGITS + 7))
    })
}

/// Writes the bits of a template.
#[derive(Clone, Default)]
struct Writer(Vec<Option<bool>>);

impl Writer {
    /// Writes the lowest `count` bits of any of these values: a bit is known where all agree.
    fn any_of(&mut self, values: impl Iterator<Item = u32>, count: usize) {
        let (every, any) = values.fold((u32::MAX, 0), |(every, any), value| {
            (every & value, any | value)
        });
        for bit in (0..count).rev() {
            let (every, any) = (every >> bit & 1 == 1, any >> bit & 1 == 1);
            self.0.push((every == any).then_some(every));
        }
    }

    fn value(&mut self, value: u32, count: usize) {
        self.any_of(std::iter::once(value), count);
    }

    fn bytes(&mut self, kinds: &[Kind]) {
        self.value(4, 4);
        self.value(kinds.len() as u32, 8);
        for kind in kinds {
            self.any_of(kind.all().map(u32::from), 8);
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
            self.any_of(values.into_iter(), [4, 7, 10][group.len() - 1]);
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
                    self.any_of(both, 11);
                }
                last => self.any_of(last.iter().flat_map(|one| one.all()).map(value), 6),
            }
        }
    }

    /// Adds terminator and padding up to this many bits. `None` where the content does not fit.
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

/// Templates for the ways in which printers encode the address in this many bits: all in bytes;
/// bytes and digits, then letters, or bytes, or letters and digits in turns.
pub(super) fn templates(capacity: usize) -> Vec<Template> {
    let kinds = kinds_after_prefix();
    let (first, rest_of) = kinds.split_at(FIRST_DIGITS);
    let (stroke, date, last) = (&rest_of[..1], &rest_of[1..9], &rest_of[9..]);
    let mut all = Vec::new();
    for beginning in PREFIXES {
        let beginning: Vec<Kind> = beginning.bytes().map(Kind::One).collect();
        let mut whole = Writer::default();
        whole.bytes(&[beginning.as_slice(), &kinds].concat());
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
#[path = "template_tests.rs"]
mod tests;
