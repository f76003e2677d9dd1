//! The words of the pages, in both languages: `ui/design/strings/pages.*.json`.

use protocol::{activation::Language, apoyos::Status, reason::Reason};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// `?lang=en`
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Lang {
    /// `en` for English; anything else is Spanish.
    #[serde(default)]
    lang: LangWord,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
enum LangWord {
    #[serde(rename = "en")]
    En,
    #[default]
    #[serde(other)]
    EsMx,
}

impl Lang {
    /// The language asked for.
    pub fn language(self) -> Language {
        match self.lang {
            LangWord::En => Language::En,
            LangWord::EsMx => Language::EsMx,
        }
    }
}

/// One language's words. A word that the catalogue lacks, or that no page has, fails the test of
/// this file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// Around every page.
    pub layout: LayoutWords,
    /// `/`.
    pub index: IndexWords,
    /// `/tally/{campaign}`.
    pub tally: TallyWords,
    /// `/demo/outbox`.
    pub outbox: OutboxWords,
    /// `/app/signin`.
    pub signin: SigninWords,
    /// Days and moments.
    pub days: DaysWords,
    /// The statuses.
    pub status: StatusWords,
    /// Why an apoyo does not count, in a few words.
    reasons: BTreeMap<Reason, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LayoutWords {
    pub language: String,
    pub skip: String,
    pub demo: String,
    pub demo_mailbox: String,
    pub footer: String,
    pub refused: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndexWords {
    pub title: String,
    pub heading: String,
    pub none: String,
    pub opens: String,
    pub open_until: String,
    pub closed: String,
    pub required: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TallyWords {
    pub preliminary_means: String,
    pub law: String,
    pub preliminary: String,
    pub of: String,
    pub required: String,
    pub why_not: String,
    pub none_so_far: String,
    pub by_entidad: String,
    pub server_time: String,
    pub reason: String,
    pub apoyos: String,
    pub no_place: String,
    pub entidad: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutboxWords {
    pub title: String,
    pub heading: String,
    pub lead: String,
    pub none: String,
    pub text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SigninWords {
    pub title: String,
    pub heading: String,
    pub one_step: String,
    pub open: String,
    pub elsewhere: String,
    pub incomplete: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DaysWords {
    /// Names of time zones, under those of the IANA database.
    pub zones: BTreeMap<String, String>,
    pub months: [String; 12],
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusWords {
    received: String,
    preliminary: String,
    in_review: String,
    not_counted: String,
}

static ES_MX: LazyLock<Words> =
    LazyLock::new(|| read(include_str!("../../../ui/design/strings/pages.es-MX.json")));
static EN: LazyLock<Words> =
    LazyLock::new(|| read(include_str!("../../../ui/design/strings/pages.en.json")));

fn read(catalogue: &str) -> Words {
    serde_json::from_str(catalogue)
        .expect("the catalogue is whole, which a test of this file checks")
}

/// The words in this language.
pub(crate) fn words(language: Language) -> &'static Words {
    match language {
        Language::EsMx => &ES_MX,
        Language::En => &EN,
    }
}

/// A status in words.
pub fn status(language: Language, status: Status) -> &'static str {
    let words = &words(language).status;
    match status {
        Status::Received => &words.received,
        Status::Preliminary => &words.preliminary,
        Status::InReview => &words.in_review,
        Status::NotCounted => &words.not_counted,
    }
}

/// A reason in words.
pub fn reason(language: Language, reason: Reason) -> &'static str {
    let words = words(language).reasons.get(&reason);
    words.map_or(reason.as_str(), String::as_str)
}

/// A number with its thousands apart, as it is written in Mexico: `1,234,567`.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (value, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1234567, "1,234,567"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn both_catalogues_are_whole() {
        for language in [Language::EsMx, Language::En] {
            for known in Reason::ALL {
                assert_ne!(reason(language, *known), known.as_str(), "{language:?}");
            }
        }
    }
}
