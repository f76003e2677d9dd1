//! Proving the address with an account at a provider: there and back, and every way to fail.

use crate::{
    phone::{LUPITA, Phone},
    server::{CODE, Fault, Server, check},
};
use app_core::{
    AppCode, Door, PhoneCode,
    doors::Source,
    ports::{Browser, Method, NoBrowser, Request, Returns},
    views::{ActivationView, AppState},
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use protocol::{
    activation::BeginActivation,
    code::{Code, Problem},
    devices::DevicePublicKey,
    ids::SigninId,
    sensitive::Sensitive,
    signin::{
        BeginSignin, Provider, Providers, RedeemTicket, ReturnWay, Returned, SigninBegun,
        SigninProved, SigninTicket,
    },
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

const SIGNIN: SigninId = SigninId::from_bytes([5; 16]);
const GOOGLE: &str = "http://127.0.0.1:9/authorize";

/// A browser that opens nothing; the test decides what it brings back.
#[derive(Default)]
pub struct PretendBrowser {
    pub returns: Returns,
    pub opened: Mutex<Vec<String>>,
    /// It returns by a link, as on a phone.
    pub by_link: AtomicBool,
    pub broken: AtomicBool,
}

#[async_trait]
impl Browser for PretendBrowser {
    async fn expect_return(&self) -> Result<ReturnWay, NoBrowser> {
        self.returns.clear();
        Ok(match self.by_link.load(Ordering::SeqCst) {
            true => ReturnWay::AppLink,
            false => ReturnWay::Loopback { port: 49_152 },
        })
    }

    async fn open(&self, url: &str) -> Result<(), NoBrowser> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(NoBrowser("none is installed".into()));
        }
        self.opened.lock().unwrap().push(url.to_owned());
        Ok(())
    }

    async fn returned(&self) -> String {
        self.returns.next().await
    }
}

/// The test server's state of the sign-in.
#[derive(Default)]
pub struct Asked {
    key: Option<DevicePublicKey>,
    pub email: Option<String>,
    authorize: Option<String>,
    redeemed: bool,
}

impl Server {
    /// `/v1/signins` and below.
    pub fn signins(&self, request: &Request, path: &str) -> Result<Bytes, Problem> {
        let mut asked = self.signin.lock().unwrap();
        let now = *self.now.lock().unwrap();
        let answer = match (request.method, path) {
            (Method::Get, _) => serde_json::to_vec(&Providers {
                providers: vec![Provider {
                    id: "google".parse().unwrap(),
                    name: "Google".into(),
                }],
            }),
            (_, "/v1/signins") => {
                let begin: BeginSignin = serde_json::from_slice(&request.body).unwrap();
                check(request, path, &begin.device_key, None)?;
                crate::work::check(begin.work.as_ref().ok_or(Code::WorkMissing)?)?;
                asked.key = Some(begin.device_key);
                serde_json::to_vec(&SigninBegun {
                    signin: SIGNIN,
                    name: "Google".into(),
                    authorize: asked.authorize.clone().unwrap_or_else(|| GOOGLE.into()),
                    expires_at: now + TimeDelta::minutes(10),
                })
            }
            _ => {
                let redeem: RedeemTicket = serde_json::from_slice(&request.body).unwrap();
                let key = asked.key.as_ref().unwrap();
                check(request, path, key, None).map_err(|_| Code::SigninForeign)?;
                if redeem.ticket != ticket() {
                    return Err(Code::SigninTicketInvalid.into());
                }
                asked.redeemed = true;
                serde_json::to_vec(&SigninProved {
                    email: asked.email.clone().map(Sensitive::new),
                    expires_at: now + TimeDelta::minutes(10),
                })
            }
        };
        Ok(answer.unwrap().into())
    }

    /// Checks the sign-in that an activation names, and consumes it.
    pub fn spend(&self, begin: &BeginActivation) -> Result<(), Problem> {
        let asked = self.signin.lock().unwrap();
        match begin.signin {
            None => Ok(()),
            Some(SIGNIN) if asked.redeemed && asked.key.as_ref() == Some(&begin.device_key) => {
                Ok(())
            }
            Some(_) => Err(Code::SigninUnknown.into()),
        }
    }
}

fn ticket() -> SigninTicket {
    "A".repeat(43).parse().unwrap()
}

fn brings(outcome: Result<SigninTicket, Code>) -> String {
    let signin = SIGNIN;
    Returned { signin, outcome }.query()
}

/// Lupita's phone at the choice of a proof; the provider knows this address.
async fn lupita(email: Option<&str>) -> Phone {
    let phone = Phone::new().await;
    phone.server.signin.lock().unwrap().email = email.map(str::to_owned);
    phone.accept_notice().await;
    let source = Source::Camera;
    let front = Door::PutActivationFront { source };
    phone.show(front, &LUPITA.front).await.unwrap();
    phone
}

async fn goes_to_google(phone: &Phone) -> AppState {
    let provider = "google".parse().unwrap();
    phone.door(Door::BeginSignin { provider }).await.unwrap()
}

/// The browser returns with this query.
async fn comes_back(phone: &Phone, query: String) -> Result<AppState, app_core::Problem> {
    phone.browser.returns.put(query);
    phone.door(Door::AwaitSignin).await
}

/// She is back at the choice, and sees why.
#[track_caller]
fn is_told(state: &AppState, code: impl Into<AppCode>) {
    match &state.activation {
        ActivationView::Email {
            ended: Some(problem),
            proved: None,
            ..
        } => assert_eq!(problem.code, code.into()),
        other => panic!("not before the choice: {other:?}"),
    }
}

#[tokio::test]
async fn lupita_comes_back_from_google_and_gets_her_code_at_the_proved_address() {
    let phone = lupita(Some("lupita@gmail.com")).await;
    let providers: Vec<Provider> = phone.ask(Door::Providers, None).await.unwrap();
    assert_eq!(providers[0].name, "Google");
    let state = goes_to_google(&phone).await;
    let ActivationView::Signin {
        provider, left_s, ..
    } = state.activation
    else {
        panic!("she is with Google");
    };
    assert_eq!((provider.as_str(), left_s), ("Google", 600));
    assert_eq!(*phone.browser.opened.lock().unwrap(), [GOOGLE]);
    phone.door(Door::OpenSigninAgain).await.unwrap();
    assert_eq!(phone.browser.opened.lock().unwrap().len(), 2);

    let state = comes_back(&phone, brings(Ok(ticket()))).await.unwrap();
    let ActivationView::Email {
        proved: Some(proved),
        ..
    } = state.activation
    else {
        panic!("her address is proved");
    };
    assert_eq!(proved.email.unwrap().expose(), "lupita@gmail.com");
    assert!(
        phone.server.inner().mails.is_empty(),
        "not before she says so"
    );

    // The first answer is lost; the same request is repeated.
    phone
        .server
        .once(Method::Post, "/v1/activations", Fault::AnswerLost);
    phone.door(Door::SendToProved).await.unwrap_err();
    let state = phone.door(Door::SendToProved).await.unwrap();
    assert!(matches!(state.activation, ActivationView::Code { .. }));
    assert_eq!(phone.server.inner().mails, ["lupita@gmail.com"]);
    let state = phone.complete(CODE).await.unwrap();
    assert!(matches!(state.activation, ActivationView::Active { .. }));
}

#[tokio::test]
async fn an_account_without_an_address_goes_along_with_the_one_that_is_typed() {
    let phone = lupita(None).await;
    goes_to_google(&phone).await;
    comes_back(&phone, brings(Ok(ticket()))).await.unwrap();
    let refused = phone.door(Door::SendToProved).await.unwrap_err();
    assert_eq!(
        refused.code,
        PhoneCode::StepOutOfOrder,
        "there is nowhere to send to"
    );
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    assert_eq!(phone.server.inner().mails, ["lupita@ejemplo.mx"]);
}

#[tokio::test]
async fn whoever_comes_back_with_nothing_is_told_why_and_chooses_again() {
    let phone = lupita(Some("lupita@gmail.com")).await;
    for code in [
        Code::SigninDenied,
        Code::SigninUntrusted,
        Code::SigninUnavailable,
    ] {
        goes_to_google(&phone).await;
        is_told(&comes_back(&phone, brings(Err(code))).await.unwrap(), code);
    }
    // She changes her mind.
    goes_to_google(&phone).await;
    let state = phone.door(Door::AbandonActivation).await.unwrap();
    is_told(&state, PhoneCode::SigninCancelled);
    // She does not come back.
    goes_to_google(&phone).await;
    phone.passes(TimeDelta::minutes(10)).await;
    is_told(
        &phone.door(Door::AwaitSignin).await.unwrap(),
        PhoneCode::SigninTimedOut,
    );
    // She comes back to find that it took too long.
    goes_to_google(&phone).await;
    comes_back(&phone, brings(Ok(ticket()))).await.unwrap();
    phone.passes(TimeDelta::minutes(10)).await;
    let refused = phone.door(Door::SendToProved).await.unwrap_err();
    assert_eq!(refused.code, Code::SigninExpired);
    is_told(&phone.state().await, Code::SigninExpired);
    // The code by mail is always possible.
    goes_to_google(&phone).await;
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    assert_eq!(phone.server.inner().mails, ["lupita@ejemplo.mx"]);
}

#[tokio::test]
async fn an_app_that_was_killed_meanwhile_goes_on_where_a_link_finds_it() {
    let mut phone = lupita(Some("lupita@gmail.com")).await;
    goes_to_google(&phone).await;
    phone.reopen().await;
    is_told(&phone.state().await, PhoneCode::SigninInterrupted);

    phone.browser.by_link.store(true, Ordering::SeqCst);
    goes_to_google(&phone).await;
    phone.reopen().await;
    assert!(matches!(
        phone.state().await.activation,
        ActivationView::Signin { .. }
    ));
    let state = comes_back(&phone, brings(Ok(ticket()))).await.unwrap();
    assert!(matches!(
        state.activation,
        ActivationView::Email {
            proved: Some(_),
            ..
        }
    ));
    // The proof survives a restart of the app.
    phone.reopen().await;
    let state = phone.door(Door::SendToProved).await.unwrap();
    assert!(matches!(state.activation, ActivationView::Code { .. }));
}

#[tokio::test]
async fn a_network_that_drops_as_she_comes_back_costs_nothing() {
    let mut phone = lupita(Some("lupita@gmail.com")).await;
    goes_to_google(&phone).await;
    phone.server.away();
    let lost = comes_back(&phone, brings(Ok(ticket()))).await.unwrap_err();
    assert_eq!(lost.code, PhoneCode::ServerUnreachable);
    phone.reopen().await;
    let ActivationView::Signin { is_back, .. } = phone.state().await.activation else {
        panic!("what she brought is kept");
    };
    assert!(is_back);
    phone.server.back();
    let state = phone.door(Door::AwaitSignin).await.unwrap();
    assert!(matches!(
        state.activation,
        ActivationView::Email {
            proved: Some(_),
            ..
        }
    ));
}

#[tokio::test]
async fn a_strangers_link_changes_nothing() {
    let phone = lupita(Some("lupita@gmail.com")).await;
    goes_to_google(&phone).await;
    let other = SigninId::from_bytes([6; 16]);
    for query in [
        "".to_owned(),
        "signin=x&ticket=y".to_owned(),
        Returned {
            signin: other,
            outcome: Ok(ticket()),
        }
        .query(),
        Returned {
            signin: other,
            outcome: Err(Code::SigninDenied),
        }
        .query(),
    ] {
        let state = comes_back(&phone, query).await.unwrap();
        assert!(matches!(state.activation, ActivationView::Signin { .. }));
    }
    assert_eq!(phone.server.count(Method::Post, "/v1/signins/"), 0);
    // A ticket that is not hers is refused, and she chooses again.
    let forged = format!("{}A", "B".repeat(42)).parse().unwrap();
    let state = comes_back(&phone, brings(Ok(forged))).await.unwrap();
    is_told(&state, Code::SigninTicketInvalid);
}

#[tokio::test]
async fn without_a_browser_or_with_a_strange_address_nothing_is_opened() {
    let phone = lupita(None).await;
    phone.browser.broken.store(true, Ordering::SeqCst);
    let provider = || Door::BeginSignin {
        provider: "google".parse().unwrap(),
    };
    let refused = phone.door(provider()).await.unwrap_err();
    assert_eq!(refused.code, PhoneCode::BrowserMissing);
    is_told(&phone.state().await, PhoneCode::BrowserMissing);
    phone.browser.broken.store(false, Ordering::SeqCst);
    phone.server.signin.lock().unwrap().authorize = Some("file:///etc/passwd".into());
    let refused = phone.door(provider()).await.unwrap_err();
    assert_eq!(refused.code, PhoneCode::AnswerMalformed);
    assert!(phone.browser.opened.lock().unwrap().is_empty());
}

/// A browser for a phone of any story.
pub fn pretend() -> Arc<PretendBrowser> {
    Arc::default()
}
