//! The sentence for each code, from the catalogue that the app uses too.

use protocol::code::{Code, Sentence};
use std::{collections::BTreeMap, sync::LazyLock};

const ES_MX: &str = include_str!("../../../ui/design/strings/codes.es-MX.json");
const EN: &str = include_str!("../../../ui/design/strings/codes.en.json");

static SENTENCES: LazyLock<BTreeMap<Code, Sentence>> = LazyLock::new(|| {
    let read = |text| -> BTreeMap<String, String> {
        serde_json::from_str(text).expect("the catalogue is JSON, which a test of this file checks")
    };
    let (mut es, mut en) = (read(ES_MX), read(EN));
    Code::ALL
        .iter()
        .filter_map(|code| {
            let es = es.remove(code.as_str())?;
            let en = en.remove(code.as_str())?;
            Some((*code, Sentence { es, en }))
        })
        .collect()
});

/// The sentence for this code in both languages.
pub fn of(code: Code) -> Sentence {
    SENTENCES.get(&code).cloned().unwrap_or_else(|| Sentence {
        es: code.as_str().to_owned(),
        en: code.as_str().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence_in_both_languages() {
        for code in Code::ALL {
            assert!(SENTENCES.contains_key(code), "{code} has no sentence");
        }
    }
}
