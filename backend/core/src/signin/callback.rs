//! `/v1/signins/{provider}/callback`: the provider sends the browser back.
//!
//! Whatever comes, the answer is a page or a way into the app: never a trace of what went
//! wrong inside, and never an address that stood in the request.

use super::{
    begin::refused,
    lang_query, page,
    provider::{Adapter, Answered, Secrets, SigninFault},
    state_hash, ticket_hash,
};
use crate::{
    activation::address,
    http::{
        limits::{MAX_SMALL, read_whole},
        problem::Refusal,
    },
    keys::at_rest::Place,
    server::Server,
};
use axum::{
    extract::{Path, Query, Request, State, rejection::PathRejection},
    http::{Method, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use chrono::TimeDelta;
use protocol::{
    activation::Language,
    code::Code,
    ids::ProviderId,
    signin::{APP_LINK_PATH, ReturnWay, Returned, SigninTicket, TICKET_MINUTES},
};
use serde::Deserialize;
use std::sync::Arc;
use storage::signins::{AskedSignin, Proof, StateUsed};

/// What providers write into the address (or, Apple, into a form).
#[derive(Deserialize)]
struct CameBack {
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// `GET` and (Apple) `POST /v1/signins/{provider}/callback`
#[utoipa::path(method(get, post), path = "/v1/signins/{provider}/callback", tag = "activation",
    operation_id = "signin_callback", params(("provider" = ProviderId, Path)),
    responses((status = 303, description = "Back into the app, with a ticket or a problem"),
        (status = "4XX", description = "A page that says what happened"),
        (status = "5XX", description = "A page that says what happened")))]
pub async fn signin_callback(
    State(server): State<Arc<Server>>,
    provider: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    match come_back(&server, provider, request).await {
        Ok((asked, outcome)) => way_back(&server, &asked, outcome),
        Err(refusal) => page::refused(&server, refusal),
    }
}

async fn come_back(
    server: &Server,
    provider: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<(AskedSignin, Result<SigninTicket, Code>), Refusal> {
    let provider: ProviderId = provider?.0.parse()?;
    let (_, adapter) = server
        .providers
        .adapter(&provider)
        .ok_or(Code::SigninProviderUnknown)?;
    let came = read(request).await?;
    let used = server
        .storage
        .use_state(state_hash(&came.state), provider.clone(), server.now())
        .await?;
    let asked = match used {
        StateUsed::Taken(asked) => asked,
        StateUsed::Unknown => return Err(Code::SigninUnknown.into()),
        StateUsed::Used => return Err(Code::SigninUsed.into()),
        StateUsed::Expired => return Err(Code::SigninExpired.into()),
    };
    let outcome = match judge(server, adapter, &asked, came).await {
        Ok(ticket) => Ok(ticket),
        Err(End::Denied) => {
            server.metrics.count("signin", "denied");
            Err(Code::SigninDenied)
        }
        Err(End::Fault(fault)) => Err(refused(server, &provider, &fault)),
        Err(End::Ours(refusal)) => return Err(refusal),
    };
    if outcome.is_err() {
        server.storage.fail_signin(asked.id).await?;
    }
    Ok((asked, outcome))
}

/// The parameters, from wherever this provider writes them. Anything else names no sign-in.
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

/// How a sign-in ends without a ticket.
enum End {
    /// The person said no.
    Denied,
    /// The provider.
    Fault(SigninFault),
    /// This server.
    Ours(Refusal),
}

impl From<SigninFault> for End {
    fn from(fault: SigninFault) -> Self {
        Self::Fault(fault)
    }
}

/// What the provider's answer is worth.
async fn judge(
    server: &Server,
    adapter: &dyn Adapter,
    asked: &AskedSignin,
    came: CameBack,
) -> Result<SigninTicket, End> {
    if came.iss.is_some_and(|iss| iss != adapter.issuer()) {
        return Err(SigninFault::Untrusted("iss of the redirect").into());
    }
    let code = match (came.code, came.error) {
        (Some(code), None) => code,
        (_, Some(error)) => return Err(said_no(&error)),
        (None, None) => return Err(SigninFault::Untrusted("no code").into()),
    };
    let secrets = server
        .keys
        .reveal(Place::SigninSecrets, asked.id, &asked.secrets)
        .ok()
        .and_then(|text| serde_json::from_str::<Secrets>(text.expose()).ok())
        // Hidden with a key that is gone: as good as forgotten.
        .ok_or(End::Ours(Code::SigninUnknown.into()))?;
    let now = server.now();
    let answered = Answered { code, secrets, now };
    let account = adapter.prove(answered).await?;

    // An address that no code can be mailed to is none: it is typed then.
    let email = account.email.and_then(|email| address::parse(&email).ok());
    let ticket = SigninTicket::random(&*server.entropy);
    let hide = |email| {
        server
            .keys
            .hide(Place::SigninAddress, asked.id, email, &*server.entropy)
    };
    let proof = Proof {
        ticket_hash: ticket_hash(asked.id, &ticket),
        // What happened at the provider took time of its own.
        expires_at: server.now() + TimeDelta::minutes(TICKET_MINUTES),
        mail_tag: email
            .as_ref()
            .map(|email| server.keys.mail_tag(&address::canonical(email))),
        email: email.as_ref().map(hide),
        account_tag: server
            .keys
            .account_tag(&account.issuer, account.subject.expose()),
    };
    let kept = server.storage.prove_signin(asked.id, proof).await;
    kept.map_err(|error| End::Ours(error.into()))?;
    server.metrics.count("signin", "proved");
    Ok(ticket)
}

/// Every provider has its own word for a person who says no.
fn said_no(error: &str) -> End {
    match error {
        "access_denied" | "user_denied" | "user_cancelled_authorize" | "interaction_required" => {
            End::Denied
        }
        // The word may be anything: it stays out of the log.
        _ => SigninFault::Unavailable("it refuses to ask".to_owned()).into(),
    }
}

/// Back to where the app said: its own link, or a port of the person's own machine.
fn way_back(server: &Server, asked: &AskedSignin, outcome: Result<SigninTicket, Code>) -> Response {
    let returned = Returned {
        signin: asked.id,
        outcome,
    };
    let query = returned.query();
    let to = match asked.return_to {
        ReturnWay::Loopback { port } => {
            let lang = lang_query(asked.language);
            format!("http://127.0.0.1:{port}{APP_LINK_PATH}?{query}{lang}")
        }
        ReturnWay::AppLink => {
            let ours = server.config.public_url.as_deref().unwrap_or_default();
            let lang = lang_query(asked.language);
            format!(
                "{}{APP_LINK_PATH}?{query}{lang}",
                ours.trim_end_matches('/')
            )
        }
    };
    ([(header::CACHE_CONTROL, "no-store")], Redirect::to(&to)).into_response()
}

/// The language of a page for somebody of whom nothing is known.
pub(super) const UNKNOWN_LANGUAGE: Language = Language::EsMx;
