//! A date with a two-digit year, as in CURP, clave de elector, RFC and MRZ.

use chrono::{Datelike, NaiveDate};
use std::fmt;

/// `YYMMDD`: a day that exists in 19YY or in 20YY.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShortDate {
    year: u8,
    month: u8,
    day: u8,
}

impl ShortDate {
    /// Parses six digits; `None` if they are not digits, or the day does not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 6 || !bytes.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let pair = |at: usize| (bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0');
        let date = Self {
            year: pair(0),
            month: pair(2),
            day: pair(4),
        };
        date.in_century(1900)
            .or_else(|| date.in_century(2000))
            .map(|_| date)
    }

    /// The short form of a full date.
    pub fn of(date: NaiveDate) -> Self {
        let small = |number: u32| u8::try_from(number).expect("months and days fit in a byte");
        Self {
            year: u8::try_from(date.year().rem_euclid(100)).expect("a remainder of 100"),
            month: small(date.month()),
            day: small(date.day()),
        }
    }

    /// The day in the century that begins with this year (1900, 2000). 29 February may exist in only
    /// one of them.
    pub fn in_century(self, century: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(
            century + i32::from(self.year),
            u32::from(self.month),
            u32::from(self.day),
        )
    }

    /// The latest such day that is at least 17 years before `today`: the minimum age for a
    /// credential.
    pub fn as_birth(self, today: NaiveDate) -> Option<NaiveDate> {
        [2000, 1900]
            .into_iter()
            .filter_map(|century| self.in_century(century))
            .find(|birth| today.years_since(*birth).is_some_and(|age| age >= 17))
    }
}

impl fmt::Display for ShortDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}{:02}{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for ShortDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShortDate(****)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_never_was_is_refused() {
        for bad in [
            "850230", "851301", "850100", "85041", "8504170", "8504 7", "ñ5041",
        ] {
            assert_eq!(ShortDate::parse(bad), None, "{bad}");
        }
        // 1900 had no 29th of February, 2000 had one.
        let leap = ShortDate::parse("000229").unwrap();
        assert_eq!(leap.in_century(1900), None);
        assert!(leap.in_century(2000).is_some());
    }

    #[test]
    fn a_birth_is_of_somebody_old_enough_for_a_credential() {
        let today = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let birth = |text| ShortDate::parse(text).unwrap().as_birth(today).unwrap();
        assert_eq!(birth("011130").year(), 2001);
        assert_eq!(birth("850417").year(), 1985);
        // Seventeen years old on this day, and one day younger.
        assert_eq!(birth("090601").year(), 2009);
        assert_eq!(birth("090602").year(), 1909);
    }
}
