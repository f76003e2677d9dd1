//! Days and moments for people, with the name of their zone.

use super::words::words;
use chrono::{Datelike, NaiveDate};
use protocol::{
    activation::Language, campaigns::Campaign, environment::Timestamp, time_zone::TimeZoneName,
};
use server_core::days;

/// The first day on which a campaign is open.
pub fn first_day(language: Language, campaign: &Campaign) -> String {
    day(language, days::first_day(campaign))
}

/// The last day on which a campaign is open.
pub fn last_day(language: Language, campaign: &Campaign) -> String {
    day(language, days::last_day(campaign))
}

/// A moment, to the second, in Mexico City's zone.
pub fn moment(language: Language, at: Timestamp) -> String {
    let there = days::at_home(at);
    format!(
        "{}, {} ({})",
        day(language, there.date_naive()),
        there.format("%H:%M:%S"),
        named(language, TimeZoneName::HOME)
    )
}

/// The name of a campaign's zone, for people and for machines.
pub fn zone(language: Language, campaign: &Campaign) -> String {
    named(language, days::zone_of(campaign).name())
}

fn named(language: Language, zone: &str) -> String {
    match words(language).days.zones.get(zone) {
        Some(name) => format!("{name}, {zone}"),
        None => zone.to_owned(),
    }
}

fn day(language: Language, day: NaiveDate) -> String {
    let month = &words(language).days.months[day.month0() as usize];
    match language {
        Language::EsMx => format!("{} de {month} de {}", day.day(), day.year()),
        Language::En => format!("{} {month} {}", day.day(), day.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_of_the_day_in_mexico_and_a_zone_has_its_name() {
        assert_eq!(
            moment(Language::EsMx, "2027-06-01T03:04:05Z".parse().unwrap()),
            "31 de mayo de 2027, 21:04:05 (hora del centro de México, America/Mexico_City)"
        );
        for (zone, es, en) in [
            (
                "America/Tijuana",
                "hora de Baja California, America/Tijuana",
                "Baja California time, America/Tijuana",
            ),
            ("Europe/Madrid", "Europe/Madrid", "Europe/Madrid"),
        ] {
            assert_eq!(named(Language::EsMx, zone), es);
            assert_eq!(named(Language::En, zone), en);
        }
        let leap = NaiveDate::from_ymd_opt(2028, 2, 29).unwrap();
        assert_eq!(day(Language::EsMx, leap), "29 de febrero de 2028");
        assert_eq!(day(Language::En, leap), "29 February 2028");
    }
}
