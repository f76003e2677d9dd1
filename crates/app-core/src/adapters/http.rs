//! The network through reqwest and rustls.
//!
//! Trusted certificates: on a computer and on iOS those of the system, on Android Mozilla's list,
//! bundled with the app. Android's own verifier is Java code that an app has to initialise, and
//! Android before 7.1.1 lacks the root of Let's Encrypt.

use crate::ports::{Http, LONGEST_ANSWER, Method, Request, Response, Unreachable};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use chrono::DateTime;
use reqwest::{Certificate, Client, ClientBuilder, header, redirect};
use std::time::Duration;

/// Longest wait for a connection. After it the server counts as unreachable.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest pause within an answer.
const SILENCE: Duration = Duration::from_secs(30);
/// Longest request as a whole: one picture over a very slow network.
const WHOLE: Duration = Duration::from_secs(180);
/// An unused connection is closed before the server closes it (15 s). Otherwise a request may
/// start on a connection that is just being closed.
const IDLE: Duration = Duration::from_secs(10);

/// One client for the life of the app: it keeps connections and TLS sessions.
#[derive(Debug, Clone)]
pub struct ReqwestHttp {
    client: Client,
}

impl ReqwestHttp {
    /// Makes the client; fails if the machine has no usable TLS roots.
    pub fn new() -> Result<Self, Unreachable> {
        if cfg!(target_os = "android") {
            return Self::trusting(bundled()?);
        }
        Self::build(Client::builder())
    }

    /// Android's client, which believes one certificate authority more (PEM): for tests, whose
    /// server has a certificate of their own authority.
    pub fn bundled_and(authority: &[u8]) -> Result<Self, Unreachable> {
        let more = Certificate::from_pem_bundle(authority).map_err(fault)?;
        if more.is_empty() {
            return Err(Unreachable("no certificate in the PEM".into()));
        }
        let mut authorities = bundled()?;
        authorities.extend(more);
        Self::trusting(authorities)
    }

    fn trusting(authorities: Vec<Certificate>) -> Result<Self, Unreachable> {
        Self::build(Client::builder().tls_certs_only(authorities))
    }

    fn build(builder: ClientBuilder) -> Result<Self, Unreachable> {
        let client = builder
            .user_agent(concat!("apoyo-app/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .timeout(WHOLE)
            .pool_idle_timeout(IDLE)
            .build()
            .map_err(fault)?;
        Ok(Self { client })
    }
}

/// The authorities that are bundled with the app.
fn bundled() -> Result<Vec<Certificate>, Unreachable> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(|root| Certificate::from_der(root).map_err(fault))
        .collect()
}

/// Leaves the address out of the error, and so out of the log: it holds ids and hashes.
fn fault(error: reqwest::Error) -> Unreachable {
    Unreachable(error.without_url().to_string())
}

#[async_trait]
impl Http for ReqwestHttp {
    async fn send(&self, request: Request) -> Result<Response, Unreachable> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
            Method::Put => reqwest::Method::PUT,
            Method::Post => reqwest::Method::POST,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut outgoing = self.client.request(method, &request.url);
        for (name, value) in request.headers {
            outgoing = outgoing.header(name, value);
        }
        if !request.body.is_empty() {
            outgoing = outgoing.body(request.body);
        }
        let mut answer = outgoing.send().await.map_err(fault)?;
        let text = |name| {
            answer
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let retry_after_s = text(header::RETRY_AFTER).and_then(|value| value.trim().parse().ok());
        let date_ms = text(header::DATE)
            .and_then(|value| DateTime::parse_from_rfc2822(value).ok())
            .map(|date| date.timestamp_millis());
        let status = answer.status().as_u16();
        let body = read(&mut answer).await?;
        Ok(Response {
            status,
            retry_after_s,
            date_ms,
            body,
        })
    }
}

/// Reads the body. A body that is longer than any answer of the server is an error.
async fn read(answer: &mut reqwest::Response) -> Result<Bytes, Unreachable> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(fault)? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(Unreachable("the answer is too long".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_authorities_make_a_client() {
        let authorities = bundled().unwrap();
        assert!(authorities.len() > 100, "{}", authorities.len());
        ReqwestHttp::trusting(authorities).unwrap();
        assert!(ReqwestHttp::bundled_and(b"no certificate").is_err());
    }
}
