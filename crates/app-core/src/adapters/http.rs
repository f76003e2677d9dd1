//! The network through reqwest and rustls.

use crate::ports::{Http, LONGEST_ANSWER, Method, Request, Response, Unreachable};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use chrono::DateTime;
use reqwest::{Client, header, redirect};
use std::time::Duration;

/// A network that never answers is told apart from a slow one after this long.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest silence within an answer.
const SILENCE: Duration = Duration::from_secs(30);
/// Longest request as a whole: one picture over a very slow network.
const WHOLE: Duration = Duration::from_secs(180);
/// An unused connection is given up before the server does it (15 s): otherwise a request may set
/// out on one that is just being closed.
const IDLE: Duration = Duration::from_secs(10);

/// One client for the life of the app: it keeps connections and TLS sessions.
#[derive(Debug, Clone)]
pub struct ReqwestHttp {
    client: Client,
}

impl ReqwestHttp {
    /// Makes the client; fails where the machine has no usable TLS roots.
    pub fn new() -> Result<Self, Unreachable> {
        let client = Client::builder()
            .user_agent(concat!("apoyo-app/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .timeout(WHOLE)
            .pool_idle_timeout(IDLE)
            .build()
            .map_err(|error| Unreachable(error.without_url().to_string()))?;
        Ok(Self { client })
    }
}

#[async_trait]
impl Http for ReqwestHttp {
    async fn send(&self, request: Request) -> Result<Response, Unreachable> {
        // Addresses hold ids and hashes: they stay out of the error, and so out of the log.
        let fault = |error: reqwest::Error| Unreachable(error.without_url().to_string());
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
            Method::Put => reqwest::Method::PUT,
            Method::Post => reqwest::Method::POST,
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

/// Reads the body, and gives up on one that is longer than any answer of the server.
async fn read(answer: &mut reqwest::Response) -> Result<Bytes, Unreachable> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer
        .chunk()
        .await
        .map_err(|error| Unreachable(error.without_url().to_string()))?
    {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(Unreachable(
                "the answer is longer than any of the server".into(),
            ));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
