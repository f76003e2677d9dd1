//! The browser's way back into the app: from the provider to this server, and from here to the
//! app. If the browser does not get there by itself, the person sees a page.
//!
//! The answer is always a page or a redirect into the app. It never shows an internal fault, and never
//! leads to an address from the request.

use super::{
    layout::{page, refusal_page},
    words::{Lang, words},
};
use crate::{
    app::{Proxies, Site},
    http::{
        body::{MAX_SMALL, read_whole},
        network::network_of,
    },
};
use axum::{
    extract::{
        Path, Query, RawQuery, Request, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, Method, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use protocol::{
    activation::Language,
    code::Code,
    ids::ProviderId,
    signin::{APP_LINK_PATH, ReturnWay, Returned},
};
use server_core::{
    Core,
    asking::admit,
    refusal::Refusal,
    signin::{CameBack, come_back},
};
use std::sync::Arc;
use storage::signin::AskedSignin;

/// The language of a page when the person's is unknown.
const UNKNOWN_LANGUAGE: Language = Language::EsMx;

/// `GET` and (Apple) `POST /v1/signins/{provider}/callback`
#[utoipa::path(method(get, post), path = "/v1/signins/{provider}/callback", tag = "activation",
    operation_id = "signin_callback", params(("provider" = ProviderId, Path)),
    responses((status = 303, description = "Back into the app, with a ticket or a problem"),
        (status = "4XX", description = "A page that says what happened"),
        (status = "5XX", description = "A page that says what happened")))]
pub async fn signin_callback(
    State(core): State<Arc<Core>>,
    State(site): State<Arc<Site>>,
    State(proxies): State<Proxies>,
    provider: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    match answer(&core, &proxies, provider, request).await {
        Ok((asked, returned)) => way_back(&site, &asked, &returned),
        Err(refusal) => refused(&site, refusal),
    }
}

async fn answer(
    core: &Core,
    proxies: &Proxies,
    provider: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<(AskedSignin, Returned), Refusal> {
    let Path(provider) = provider.map_err(|_| Code::RequestMalformed)?;
    let provider: ProviderId = provider.parse()?;
    if core.providers.get(&provider).is_none() {
        return Err(Code::SigninProviderUnknown.into());
    }
    // Everybody may call this address, so it is counted before any read.
    let network = network_of(request.extensions(), request.headers(), &proxies.0);
    admit(core, network)?;
    let _place = core
        .limits
        .callbacks
        .try_acquire()
        .map_err(|_| Code::ServerBusy)?;
    let came = read(request).await?;
    Ok(come_back(core, &provider, came).await?)
}

/// The parameters, from the query or from the form. Any other request does not name a sign-in.
async fn read(request: Request) -> Result<CameBack, Refusal> {
    let (parts, body) = request.into_parts();
    let uri = match parts.method {
        Method::POST => {
            let body = read_whole(&parts.headers, body, MAX_SMALL).await?;
            let form = String::from_utf8_lossy(&body);
            let uri: Uri = format!("/?{form}")
                .parse()
                .map_err(|_| Code::SigninUnknown)?;
            uri
        }
        _ => parts.uri,
    };
    let Query(came) = Query::try_from_uri(&uri).map_err(|_| Code::SigninUnknown)?;
    Ok(came)
}

/// The way back that the app asked for: its own link, or a port of the person's machine.
fn way_back(site: &Site, asked: &AskedSignin, returned: &Returned) -> Response {
    let query = returned.query();
    let lang = match asked.language {
        Language::EsMx => "",
        Language::En => "&lang=en",
    };
    let to = match asked.return_to {
        ReturnWay::Loopback { port } => {
            format!("http://127.0.0.1:{port}{APP_LINK_PATH}?{query}{lang}")
        }
        ReturnWay::AppLink => format!("{}{APP_LINK_PATH}?{query}{lang}", site.origin()),
    };
    ([(header::CACHE_CONTROL, "no-store")], Redirect::to(&to)).into_response()
}

/// `GET /app/signin`: the app's own link, which opens in a browser if no app took it.
pub async fn return_page(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    lang: Result<Query<Lang>, QueryRejection>,
    RawQuery(query): RawQuery,
) -> Response {
    let language = lang.map_or(UNKNOWN_LANGUAGE, |Query(lang)| lang.language());
    let words = words(language);
    // Parsed and written again, so that a stranger's text does not get into the page.
    let returned = query.as_deref().and_then(Returned::read);
    let link = returned.map(|returned| way_into_the_app(&site, &headers, &returned));
    let main = html! {
        h1 { (words.signin.heading) }
        @match &link {
            Some(link) => {
                p { (words.signin.one_step) }
                p { a.button href=(link) { (words.signin.open) } }
                p { (words.signin.elsewhere) }
            }
            None => p { (words.signin.incomplete) }
        }
    };
    let title = &words.signin.title;
    private(page(&site, language, title, APP_LINK_PATH, false, &main))
}

/// The link on the button. Android opens the app when the person presses it, but not when the
/// browser is redirected. On other systems it is the app's own link again.
fn way_into_the_app(site: &Site, headers: &HeaderMap, returned: &Returned) -> String {
    let ours = site.origin();
    let query = returned.query();
    let agent = headers.get(header::USER_AGENT);
    let is_android = agent
        .and_then(|agent| agent.to_str().ok())
        .is_some_and(|agent| agent.contains("Android"));
    match ours.strip_prefix("https://") {
        Some(host) if is_android => {
            let package = &site.android_package;
            format!(
                "intent://{host}{APP_LINK_PATH}?{query}#Intent;scheme=https;package={package};end"
            )
        }
        _ => format!("{ours}{APP_LINK_PATH}?{query}"),
    }
}

/// A refusal for a browser that came from a provider.
fn refused(site: &Site, refusal: Refusal) -> Response {
    private(refusal_page(site, UNKNOWN_LANGUAGE, APP_LINK_PATH, refusal))
}

/// Forbids caching of a page.
fn private(mut page: Response) -> Response {
    page.headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}
