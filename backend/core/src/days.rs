//! Days in a campaign's time zone.
//!
//! A campaign closes at a moment; people want to know the last day on which it is open, at the campaign's
//! place. The database of zones is compiled in, so that every machine gives the same day: Mexico has had
//! no summer time since the law of 2022.

use chrono::{DateTime, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use protocol::{campaigns::Campaign, environment::Timestamp, time_zone::TimeZoneName};

/// The default zone.
const HOME: Tz = Tz::America__Mexico_City;

/// The zone of this name, if it exists.
pub fn zone(name: &TimeZoneName) -> Option<Tz> {
    name.as_str().parse().ok()
}

/// The zone of a campaign's days. For a zone that is no longer in the database it is Mexico City's, with
/// that zone's name.
pub fn zone_of(campaign: &Campaign) -> Tz {
    let own = campaign.time_zone.as_ref().and_then(zone);
    own.unwrap_or(HOME)
}

/// A moment in the default zone.
pub fn at_home(at: Timestamp) -> DateTime<Tz> {
    at.with_timezone(&HOME)
}

/// The first day on which a campaign is open.
pub fn first_day(campaign: &Campaign) -> NaiveDate {
    campaign
        .opens_at
        .with_timezone(&zone_of(campaign))
        .date_naive()
}

/// The last day on which a campaign is open.
pub fn last_day(campaign: &Campaign) -> NaiveDate {
    // `closes_at` is the first moment after it, so midnight belongs to the day before.
    let last = campaign.closes_at - TimeDelta::nanoseconds(1);
    last.with_timezone(&zone_of(campaign)).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::campaigns::{Demarcation, ProcessKind};

    fn campaign(opens_at: &str, closes_at: &str, time_zone: Option<&str>) -> Campaign {
        Campaign {
            id: "agua".parse().unwrap(),
            process: "consultas".parse().unwrap(),
            process_name: "Consultas".to_owned(),
            kind: ProcessKind::ConsultaPopular,
            title: "Agua".to_owned(),
            requester: "Colectivo".to_owned(),
            description: "De qué trata.".to_owned(),
            demarcation: Demarcation::Pais,
            opens_at: opens_at.parse().unwrap(),
            closes_at: closes_at.parse().unwrap(),
            time_zone: time_zone.map(|zone| zone.parse().unwrap()),
            required: 1,
            exclusivity: None,
        }
    }

    #[test]
    fn the_last_day_is_the_one_on_which_it_is_still_open_where_the_campaign_is() {
        for (closes_at, zone, last) in [
            ("2099-05-31T23:59:59-06:00", None, "2099-05-31"),
            ("2099-06-01T00:00:00-06:00", None, "2099-05-31"),
            ("2099-06-01T05:59:59Z", None, "2099-05-31"),
            ("2099-06-01T06:00:00Z", None, "2099-05-31"),
            ("2099-06-01T06:00:00.001Z", None, "2099-06-01"),
            ("2027-01-01T00:00:00-06:00", None, "2026-12-31"),
            ("2028-03-01T00:00:00-06:00", None, "2028-02-29"),
            // Written with the offset of Tijuana and of Cancún: the same moment, the same day.
            ("2099-05-31T23:00:00-07:00", None, "2099-05-31"),
            ("2099-06-01T01:00:00-05:00", None, "2099-05-31"),
            // No summer time since 2022: with the old one this would be 2 July.
            ("2027-07-02T06:00:00Z", None, "2027-07-01"),
            ("2027-06-01T05:00:00Z", Some("America/Cancun"), "2027-05-31"),
            ("2027-06-01T05:00:01Z", Some("America/Cancun"), "2027-06-01"),
            (
                "2027-06-01T07:00:00Z",
                Some("America/Tijuana"),
                "2027-05-31",
            ),
            (
                "2027-12-01T08:00:00Z",
                Some("America/Tijuana"),
                "2027-11-30",
            ),
            (
                "2027-12-01T07:00:00Z",
                Some("America/Hermosillo"),
                "2027-11-30",
            ),
            (
                "2027-12-01T07:00:00Z",
                Some("America/Ciudad_Juarez"),
                "2027-11-30",
            ),
            (
                "2027-06-01T06:30:00Z",
                Some("America/Mazatlan"),
                "2027-05-31",
            ),
            ("2027-06-01T00:00:00Z", Some("UTC"), "2027-05-31"),
            // In the form of a zone, but it does not exist: Mexico City's day.
            ("2027-06-01T06:00:00Z", Some("Mars/Olympus"), "2027-05-31"),
        ] {
            let campaign = campaign("2020-03-01T00:00:00-06:00", closes_at, zone);
            let day = last_day(&campaign).to_string();
            assert_eq!(day, last, "{closes_at} {zone:?}");
        }
    }

    #[test]
    fn the_first_day_is_that_of_the_zone_too() {
        for (opens_at, zone, first) in [
            ("2027-03-01T00:00:00-06:00", None, "2027-03-01"),
            ("2027-03-01T05:59:59Z", None, "2027-02-28"),
            ("2027-03-01T05:00:00Z", Some("America/Cancun"), "2027-03-01"),
            (
                "2027-03-01T07:59:00Z",
                Some("America/Tijuana"),
                "2027-02-28",
            ),
        ] {
            let campaign = campaign(opens_at, "2099-01-01T00:00:00Z", zone);
            assert_eq!(
                first_day(&campaign).to_string(),
                first,
                "{opens_at} {zone:?}"
            );
        }
    }

    #[test]
    fn a_zone_is_one_of_the_database() {
        let known = |name: &str| zone(&name.parse().unwrap()).is_some();
        for name in [
            "America/Mexico_City",
            "America/Tijuana",
            "America/Cancun",
            "America/Ojinaga",
        ] {
            assert!(known(name), "{name}");
        }
        for name in ["Mars/Olympus", "america", "CDMX", "-06", "Mexico_City"] {
            assert!(!known(name), "{name}");
        }
        assert_eq!(HOME.name(), TimeZoneName::HOME);
    }
}
