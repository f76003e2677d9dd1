//! The HTML form of a mail. It is made of the plain text, so the two cannot differ.
//!
//! It has no links and loads nothing, so opening or scanning it does not use up the code and does
//! not contact a server.

use maud::{DOCTYPE, html};
use protocol::activation::{ActivationCode, Language};

/// For light and dark; one tap selects the whole code; no text is smaller than the reader's setting.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;padding:1.5rem;background:#fff;color:#1b1b1f;\
font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\
main{max-width:34rem;margin:0 auto}\
h1{font-size:1.35rem;line-height:1.3}\
.code{margin:1.5rem 0;padding:1rem;border:2px solid #6b6b76;border-radius:.5rem;text-align:center;\
font:700 2rem/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.08em;\
-webkit-user-select:all;user-select:all;overflow-wrap:anywhere}\
@media (prefers-color-scheme:dark){body{background:#121214;color:#ececf1}.code{border-color:#9a9aa6}}";

/// The mail as a page of HTML.
pub fn page(language: Language, subject: &str, text: &str) -> String {
    let lang = match language {
        Language::EsMx => "es-MX",
        Language::En => "en",
    };
    let paragraphs = text
        .split("\n\n")
        .map(str::trim)
        .filter(|text| !text.is_empty());
    html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (subject) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (subject) }
                    @for paragraph in paragraphs {
                        @match paragraph.parse::<ActivationCode>() {
                            Ok(code) => p.code { (code) },
                            Err(_) => p { (paragraph.replace('\n', " ")) },
                        }
                    }
                }
            }
        }
    }
    .into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_stands_alone_and_nothing_is_fetched_or_can_be_pressed() {
        let text = "Escriba este\ncódigo:\n\n\n        7K2M-Q9RX\n\n\nFin <b> & \"más\".\n";
        let page = page(Language::EsMx, "Su código", text);
        assert!(page.contains("<p class=\"code\">7K2M-Q9RX</p>"), "{page}");
        assert!(page.contains("<p>Escriba este código:</p>"), "{page}");
        assert!(
            page.contains("<p>Fin &lt;b&gt; &amp; &quot;más&quot;.</p>"),
            "{page}"
        );
        assert!(page.contains("<html lang=\"es-MX\">"), "{page}");
        for remote in [
            "http", "href", "src=", "url(", "<img", "<script", "<form", "@import",
        ] {
            assert!(!page.contains(remote), "{remote} in {page}");
        }
    }
}
