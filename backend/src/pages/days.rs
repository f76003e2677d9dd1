//! Days and moments as people read them: in the zone of Mexico City, with the zone's name.
//!
//! A campaign closes at a moment; people want to know the last day on which it is open.

use super::words::words;
use chrono::{FixedOffset, NaiveDate, TimeDelta};
use protocol::{activation::Language, environment::Timestamp};

/// Central Mexico: six hours behind UTC all year round, since the law on time zones of 2022.
const MEXICO_CITY_S: i32 = -6 * 3600;

/// The first open day of a window.
pub fn first_day(language: Language, opens_at: Timestamp) -> String {
    day(language, there(opens_at).date_naive())
}

/// The last open day of a window that closes at this moment.
pub fn last_day(language: Language, closes_at: Timestamp) -> String {
    let last_moment = closes_at - TimeDelta::nanoseconds(1);
    day(language, there(last_moment).date_naive())
}

/// A moment, to the second.
pub fn moment(language: Language, at: Timestamp) -> String {
    let there = there(at);
    format!(
        "{}, {} ({})",
        day(language, there.date_naive()),
        there.format("%H:%M:%S"),
        zone(language)
    )
}

/// The zone's name, for people and for machines.
pub fn zone(language: Language) -> &'static str {
    &words(language).days.zone
}

fn there(at: Timestamp) -> chrono::DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(MEXICO_CITY_S).expect("six hours are less than a day");
    at.with_timezone(&zone)
}

fn day(language: Language, day: NaiveDate) -> String {
    use chrono::Datelike;
    let month = &words(language).days.months[day.month0() as usize];
    match language {
        Language::EsMx => format!("{} de {month} de {}", day.day(), day.year()),
        Language::En => format!("{} {month} {}", day.day(), day.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end of a window, and the last day of it.
    #[test]
    fn the_last_day_is_the_one_on_which_it_is_still_open() {
        for (closes_at, es) in [
            ("2099-05-31T23:59:59-06:00", "31 de mayo de 2099"),
            ("2099-06-01T00:00:00-06:00", "31 de mayo de 2099"),
            ("2099-06-01T05:59:59Z", "31 de mayo de 2099"),
            ("2099-06-01T06:00:00Z", "31 de mayo de 2099"),
            ("2099-06-01T06:00:00.001Z", "1 de junio de 2099"),
            ("2027-01-01T00:00:00-06:00", "31 de diciembre de 2026"),
            ("2028-03-01T00:00:00-06:00", "29 de febrero de 2028"),
            // Written with the offset of Tijuana and of Cancún: the same moment, the same day.
            ("2099-05-31T23:00:00-07:00", "31 de mayo de 2099"),
            ("2099-06-01T01:00:00-05:00", "31 de mayo de 2099"),
        ] {
            let closes_at: Timestamp = closes_at.parse().unwrap();
            assert_eq!(last_day(Language::EsMx, closes_at), es, "{closes_at}");
        }
        let opens_at: Timestamp = "2020-03-01T00:00:00-06:00".parse().unwrap();
        assert_eq!(first_day(Language::En, opens_at), "1 March 2020");
        assert_eq!(
            moment(Language::EsMx, "2027-06-01T03:04:05Z".parse().unwrap()),
            "31 de mayo de 2027, 21:04:05 (hora del centro de México, America/Mexico_City)"
        );
    }
}
