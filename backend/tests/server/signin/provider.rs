//! A simulated provider, which follows the standards or breaks one rule at a time.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::{
    Form, Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::{environment::Timestamp, ids::Sha256Hash};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

/// The client id at the provider.
pub const CLIENT: &str = "apoyo";

/// The rule that it breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// None.
    Honest,
    /// A token without a signature.
    AlgNone,
    /// A token signed with the client secret.
    SharedSecret,
    /// A token for another app.
    Audience,
    /// A token for this server and for another app.
    TwoAudiences,
    /// A token of another issuer.
    Issuer,
    /// A token of another sign-in.
    Nonce,
    /// A token without the sign-in's nonce.
    NoNonce,
    /// An expired token.
    Expired,
    /// A token of last week that never expires.
    Old,
    /// A token signed with a foreign key, under the id of the provider's key.
    OtherKey,
    /// A token whose claims were changed after they were signed.
    Altered,
    /// A token without the signature that its header announces.
    NoSignature,
    /// No ID token.
    NoToken,
    /// A text that is not a token.
    Garbage,
    /// The token endpoint redirects to another address.
    Redirects,
    /// Its discovery document names another issuer.
    OtherDescription,
    /// It does not check which client asks for the token of a code.
    NoPkce,
    /// It has not verified the address.
    Unverified,
}

pub struct Inner {
    pub lie: Lie,
    pub email: String,
    pub now: Timestamp,
    /// The nonce and the challenge of each code.
    asked: HashMap<String, (String, String)>,
    key: EcdsaKeyPair,
    kid: String,
    /// The requests that came to the address of a lie.
    pub led_astray: usize,
}

/// A provider that listens.
#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    inner: Arc<Mutex<Inner>>,
}

fn new_key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

impl Provider {
    pub async fn start(now: Timestamp) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            inner: Arc::new(Mutex::new(Inner {
                lie: Lie::Honest,
                email: "lupita@example.org".to_owned(),
                now,
                asked: HashMap::new(),
                key: new_key(),
                kid: "first".to_owned(),
                led_astray: 0,
            })),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(description))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/astray", get(astray).post(astray))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// A person has agreed on its pages; returns the code that the browser carries.
    pub fn says_yes(&self, authorize: &str) -> String {
        let query = query_of(authorize);
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["client_id"], CLIENT);
        let mut inner = self.inner();
        let code = format!("code-{}", inner.asked.len());
        let kept = (query["nonce"].clone(), query["code_challenge"].clone());
        inner.asked.insert(code.clone(), kept);
        code
    }

    /// From now on it signs with a new key; the old one is forgotten.
    pub fn replaces_its_key(&self) {
        let mut inner = self.inner();
        inner.key = new_key();
        inner.kid = "second".to_owned();
    }
}

/// The parameters of an address.
pub fn query_of(url: &str) -> HashMap<String, String> {
    let url = reqwest::Url::parse(url).unwrap();
    url.query_pairs().into_owned().collect()
}

async fn description(State(provider): State<Provider>) -> Json<Value> {
    let issuer = &provider.issuer;
    let said = match provider.inner().lie {
        Lie::OtherDescription => "https://accounts.example.com",
        _ => issuer,
    };
    Json(json!({
        "issuer": said,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // The server decides what it accepts, independently of these claims.
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    }))
}

async fn keys(State(provider): State<Provider>) -> Json<Value> {
    let inner = provider.inner();
    let point = inner.key.public_key().as_ref();
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    Json(json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": inner.kid,
        "x": encode(&point[1..33]), "y": encode(&point[33..]),
    }] }))
}

async fn astray(State(provider): State<Provider>) -> StatusCode {
    provider.inner().led_astray += 1;
    StatusCode::OK
}

async fn token(
    State(provider): State<Provider>,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let mut inner = provider.inner();
    if inner.lie == Lie::Redirects {
        return Redirect::temporary("/astray").into_response();
    }
    let verifier = Sha256Hash::of(form["code_verifier"].as_bytes());
    let verifier = URL_SAFE_NO_PAD.encode(verifier.as_bytes());
    let lax = inner.lie == Lie::NoPkce;
    let asked = inner.asked.remove(&form["code"]);
    let asked = asked.filter(|(_, challenge)| lax || *challenge == verifier);
    let Some((nonce, _)) = asked else {
        let refusal = Json(json!({ "error": "invalid_grant" }));
        return (StatusCode::BAD_REQUEST, refusal).into_response();
    };
    let mut answer = json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 60 });
    match inner.lie {
        Lie::NoToken => {}
        Lie::Garbage => answer["id_token"] = json!("\u{0}.not.a.token"),
        _ => answer["id_token"] = json!(id_token(&provider.issuer, &inner, nonce)),
    }
    Json(answer).into_response()
}

fn id_token(issuer: &str, inner: &Inner, nonce: String) -> String {
    let lie = inner.lie;
    let now = inner.now.timestamp();
    let mut claims = json!({
        "iss": issuer,
        "aud": CLIENT,
        "sub": "lupita-1",
        "iat": now,
        "exp": now + 300,
        "nonce": nonce,
        "email": inner.email,
        "email_verified": lie != Lie::Unverified,
    });
    match lie {
        Lie::Audience => claims["aud"] = json!("somebody-else"),
        Lie::TwoAudiences => claims["aud"] = json!([CLIENT, "somebody-else"]),
        Lie::Issuer => claims["iss"] = json!("https://accounts.example.com"),
        Lie::Nonce => claims["nonce"] = json!("of-another-sign-in"),
        Lie::NoNonce => claims["nonce"] = Value::Null,
        Lie::Expired => {
            claims["iat"] = json!(now - 400);
            claims["exp"] = json!(now - 1);
        }
        Lie::Old => {
            claims["iat"] = json!(now - 7 * 86_400);
            claims["exp"] = json!(now + 365 * 86_400);
        }
        _ => {}
    }
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = match lie {
        Lie::AlgNone => json!({ "alg": "none" }),
        Lie::SharedSecret => json!({ "alg": "HS256" }),
        _ => json!({ "alg": "ES256", "kid": inner.kid }),
    };
    let signed = format!("{}.{}", encode(&head), encode(&claims));
    let other = new_key();
    let signature = match lie {
        Lie::AlgNone | Lie::NoSignature => Vec::new(),
        Lie::SharedSecret => {
            use aws_lc_rs::hmac;
            let key = hmac::Key::new(hmac::HMAC_SHA256, super::SECRET.as_bytes());
            hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
        }
        Lie::OtherKey => sign(&other, &signed),
        _ => sign(&inner.key, &signed),
    };
    let signed = match lie {
        Lie::Altered => {
            claims["email"] = json!("president@example.org");
            format!("{}.{}", encode(&head), encode(&claims))
        }
        _ => signed,
    };
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the signing call wants a generator; tests need not repeat its draws"
)]
fn sign(key: &EcdsaKeyPair, text: &str) -> Vec<u8> {
    let random = aws_lc_rs::rand::SystemRandom::new();
    key.sign(&random, text.as_bytes())
        .unwrap()
        .as_ref()
        .to_vec()
}
