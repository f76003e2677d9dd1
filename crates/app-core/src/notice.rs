//! The privacy notice. It is part of the app, so it can be read without a network.
//!
//! The texts are in `ui/design/strings/aviso.{es-MX,en}.md`: the simplified notice, a line of
//! three hyphens, the whole notice.

use crate::{
    app::App,
    code::{PhoneCode, Problem},
    views::{AppState, Notice},
};
use protocol::{activation::Language, code::Code, ids::Sha256Hash};
use std::sync::LazyLock;

const SPANISH: &str = include_str!("../../../ui/design/strings/aviso.es-MX.md");
const ENGLISH: &str = include_str!("../../../ui/design/strings/aviso.en.md");

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let both = [SPANISH, ENGLISH].concat();
    let mut version = Sha256Hash::of(both.as_bytes()).to_string();
    version.truncate(16);
    version
});

/// The version in force: the first 16 digits of the SHA-256 of both texts, concatenated. A changed
/// word in either language makes a new version.
pub fn version() -> &'static str {
    &VERSION
}

/// The notice in this language.
pub fn text(language: Language) -> Notice {
    let text = match language {
        Language::EsMx => SPANISH,
        Language::En => ENGLISH,
    };
    let (simplified, whole) = halves(text);
    Notice {
        version: version().to_owned(),
        simplified: paragraphs(simplified),
        whole: paragraphs(whole),
    }
}

/// Splits the text at the line of hyphens; without one, both parts are the whole text.
fn halves(text: &str) -> (&str, &str) {
    text.split_once("\n---\n").unwrap_or((text, text))
}

fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n")
        .map(|paragraph| {
            paragraph
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .filter(|paragraph| !paragraph.is_empty())
        .collect()
}

impl App {
    /// [`crate::Door::Notice`].
    pub(crate) async fn notice(&self) -> Result<Notice, Problem> {
        Ok(text(self.phone().await?.language))
    }

    /// [`crate::Door::AcceptNotice`].
    pub(crate) async fn accept_notice(&self, accepted: String) -> Result<AppState, Problem> {
        if accepted != version() {
            return Err(Code::NoticeOutdated.into());
        }
        let at_ms = self.now_ms();
        self.change_phone(move |phone| {
            phone.notice = Some(crate::store::phone::AcceptedNotice {
                version: accepted,
                at_ms,
            });
        })
        .await?;
        self.state().await
    }

    /// Fails unless the notice in force was accepted. No picture is taken before.
    pub(crate) async fn require_notice(&self) -> Result<(), Problem> {
        match self.phone().await?.notice {
            Some(accepted) if accepted.version == version() => Ok(()),
            Some(accepted) => {
                tracing::info!(
                    since = accepted.at_ms,
                    "the accepted notice is an older one"
                );
                Err(Code::NoticeOutdated.into())
            }
            None => Err(PhoneCode::StepOutOfOrder.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_both_notices_with_as_many_paragraphs() {
        let spanish = text(Language::EsMx);
        let english = text(Language::En);
        assert!(spanish.simplified.len() > 1 && spanish.whole.len() > spanish.simplified.len());
        assert_eq!(spanish.simplified.len(), english.simplified.len());
        assert_eq!(spanish.whole.len(), english.whole.len());
        assert!(spanish.whole[0].starts_with("# "));
        assert!(spanish.simplified.iter().all(|p| !p.contains("---")));
        assert_eq!(version().len(), 16);
        assert!(version().bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
