//! What a person sees whose browser did not find back into the app by itself.

use super::callback::UNKNOWN_LANGUAGE;
use crate::{
    http::problem::Refusal,
    pages::{
        layout::{page, refusal_page},
        words::{Lang, say},
    },
    server::Server,
};
use axum::{
    extract::{Query, RawQuery, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use maud::html;
use protocol::signin::{APP_LINK_PATH, Returned};
use std::sync::Arc;

/// `GET /app/signin`: the app's own link, seen in a browser because no app took it.
pub async fn return_page(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    lang: Result<Query<Lang>, QueryRejection>,
    RawQuery(query): RawQuery,
) -> Response {
    let language = lang.map_or(UNKNOWN_LANGUAGE, |Query(lang)| lang.language());
    // Read and written anew: nothing of what a stranger put into the address gets into the page.
    let returned = query.as_deref().and_then(Returned::read);
    let link = returned.map(|returned| way_into_the_app(&server, &headers, &returned));
    let main = html! {
        h1 { (say(language, "Vuelva a la app Apoyo", "Go back to the Apoyo app")) }
        @match &link {
            Some(link) => {
                p { (say(language,
                    "Ya terminó aquí. Falta un paso: abrir la app en este mismo teléfono.",
                    "You are done here. One step is left: open the app on this same phone.")) }
                p { a.button href=(link) { (say(language, "Abrir Apoyo", "Open Apoyo")) } }
                p { (say(language,
                    "Si comenzó en otro aparato, o si el botón no hace nada, abra la app donde comenzó y elija otra \
                     forma de comprobar su correo. Este enlace no le sirve a nadie más.",
                    "If you began on another device, or if the button does nothing, open the app where you began and \
                     choose another way to prove your e-mail. This link is of no use to anybody else.")) }
            }
            None => p { (say(language,
                "Este enlace no está completo. Abra la app donde comenzó y elija otra vez cómo comprobar su correo.",
                "This link is not complete. Open the app where you began and choose again how to prove your e-mail.")) }
        }
    };
    let title = say(language, "Volver a la app", "Back to the app");
    private(page(&server, language, title, APP_LINK_PATH, false, &main))
}

/// On Android the system opens the app when the person presses the button, though not when a
/// browser is sent there by itself. Elsewhere the link is the app's own once more.
fn way_into_the_app(server: &Server, headers: &HeaderMap, returned: &Returned) -> String {
    let ours = server.config.public_url.as_deref().unwrap_or_default();
    let ours = ours.trim_end_matches('/');
    let query = returned.query();
    let agent = headers.get(header::USER_AGENT);
    let is_android = agent
        .and_then(|agent| agent.to_str().ok())
        .is_some_and(|agent| agent.contains("Android"));
    match ours.strip_prefix("https://") {
        Some(host) if is_android => {
            let package = &server.config.attestation.android_package;
            format!(
                "intent://{host}{APP_LINK_PATH}?{query}#Intent;scheme=https;package={package};end"
            )
        }
        _ => format!("{ours}{APP_LINK_PATH}?{query}"),
    }
}

/// A refusal to somebody who came from a provider.
pub(super) fn refused(server: &Server, refusal: Refusal) -> Response {
    private(refusal_page(
        server,
        UNKNOWN_LANGUAGE,
        APP_LINK_PATH,
        refusal,
    ))
}

/// Nobody keeps such a page.
fn private(mut page: Response) -> Response {
    page.headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}
