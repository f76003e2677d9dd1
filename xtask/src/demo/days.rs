//! Days around today, for campaigns that are always open.

use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_A_DAY: u64 = 86_400;

/// Today, as days since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the demonstration happens today; nothing is decided by it"
)]
pub fn today() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs() / SECONDS_A_DAY).unwrap_or_default()
}

/// Replaces `{day-7}`, `{day+83}` and the like by dates: midnight in Mexico City.
pub fn fill(text: &str, today: i64) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{day") {
        filled.push_str(before);
        match after
            .split_once('}')
            .and_then(|(offset, after)| Some((offset.parse::<i64>().ok()?, after)))
        {
            Some((offset, after)) => {
                filled.push_str(&format!("{}T06:00:00Z", date(today + offset)));
                rest = after;
            }
            None => {
                filled.push_str("{day");
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// A day of the Gregorian calendar, `2027-06-30`, from days since 1970.
fn date(day: i64) -> String {
    let mut year = 1970;
    let mut left = day;
    while left < 0 {
        year -= 1;
        left += length_of_year(year);
    }
    while left >= length_of_year(year) {
        left -= length_of_year(year);
        year += 1;
    }
    let february = length_of_year(year) - 337;
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", left + 1)
}

fn length_of_year(year: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::{date, fill};

    #[test]
    fn days_become_dates() {
        for (day, written) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (20_787, "2026-11-30"),
            (20_788, "2026-12-01"),
        ] {
            assert_eq!(date(day), written);
        }
    }

    #[test]
    fn a_campaign_opens_before_today_and_closes_after() {
        let text = "opens_at = \"{day-7}\"\ncloses_at = \"{day+1}\" # {day of rest}";
        assert_eq!(
            fill(text, 20_788),
            "opens_at = \"2026-11-24T06:00:00Z\"\ncloses_at = \"2026-12-02T06:00:00Z\" # {day of rest}"
        );
    }
}
