//! `/demo/outbox`: the mails with their codes, newest first. Never outside a demonstration.

use crate::{
    app::Site,
    pages::{
        layout::page,
        words::{Lang, words},
    },
};
use axum::{
    extract::{Query, State},
    response::Response,
};
use mail_parser::MessageParser;
use maud::html;
use protocol::activation::ActivationCode;
use std::{fs, path::Path, sync::Arc, time::SystemTime};

/// Mails that are shown.
const SHOWN: usize = 30;

struct ShownMail {
    to: String,
    code: Option<String>,
    text: String,
}

/// `GET /demo/outbox`
pub async fn outbox_page(State(site): State<Arc<Site>>, lang: Query<Lang>) -> Response {
    let language = lang.language();
    let words = words(language);
    let folder = site.demo_outbox.clone().unwrap_or_default();
    let mails = tokio::task::spawn_blocking(move || newest(&folder))
        .await
        .unwrap_or_default();
    let main = html! {
        h1 { (words.outbox.heading) }
        p.quiet { (words.outbox.lead) }
        @if mails.is_empty() {
            p { (words.outbox.none) }
        }
        @for mail in &mails {
            article.mail {
                h2 { (mail.to) }
                @if let Some(code) = &mail.code { p.code { (code) } }
                details { summary { (words.outbox.text) } pre { (mail.text) } }
            }
        }
    };
    page(
        &site,
        language,
        &words.outbox.title,
        "/demo/outbox",
        true,
        &main,
    )
}

fn newest(folder: &Path) -> Vec<ShownMail> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|kind| kind == "eml"))
        .map(|entry| {
            let written = entry.metadata().and_then(|data| data.modified());
            (written.unwrap_or(SystemTime::UNIX_EPOCH), entry.path())
        })
        .collect();
    files.sort_by(|one, other| other.cmp(one));
    files.truncate(SHOWN);
    files
        .iter()
        .filter_map(|(_, path)| fs::read_to_string(path).ok())
        .map(|mail| shown(&mail))
        .collect()
}

/// A mail as its file holds it.
fn shown(mail: &str) -> ShownMail {
    let read = MessageParser::default().parse(mail).unwrap_or_default();
    let to = read.to().and_then(|to| to.first()?.address());
    let text = read.body_text(0).unwrap_or_default();
    let code = text
        .lines()
        .find_map(|line| line.parse::<ActivationCode>().ok());
    ShownMail {
        to: to.unwrap_or_default().to_owned(),
        code: code.map(|code| code.to_string()),
        text: text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newcomer_sees_the_code_of_a_quoted_mail() {
        let mail = "To: a@b.mx\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSu c=C3=B3=\r\ndigo\r\n\r\n   7K2M-Q9RX\r\n";
        let shown = shown(mail);
        assert_eq!(shown.to, "a@b.mx");
        assert_eq!(shown.code.as_deref(), Some("7K2M-Q9RX"));
        assert!(shown.text.starts_with("Su código"));
    }
}
