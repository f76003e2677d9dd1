//! The HTTP client for the providers, with the same TLS as the rest of the server.

use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use reqwest::{Client, Url, redirect};
use std::{future::Future, pin::Pin, time::Duration};

/// The time limit for a provider's answer, for which a person waits.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer, far above any document of a provider.
const LONGEST: usize = 512 * 1024;

/// The provider did not answer, or its answer is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(String);

impl From<reqwest::Error> for Unreachable {
    fn from(error: reqwest::Error) -> Self {
        // Addresses may hold codes, so they stay out of the log.
        Self(error.without_url().to_string())
    }
}

/// The client; clones share its connections.
#[derive(Debug, Clone)]
pub struct ProviderHttp(Client);

impl ProviderHttp {
    /// Makes the client; fails where the machine has no usable TLS roots.
    pub fn new() -> Result<Self, Unreachable> {
        Ok(Self(
            Client::builder()
                .user_agent(concat!("apoyo/", env!("CARGO_PKG_VERSION")))
                // Redirects are not followed: only configured addresses are asked.
                .redirect(redirect::Policy::none())
                .connect_timeout(PATIENCE)
                .timeout(PATIENCE)
                .build()?,
        ))
    }

    /// Sends one request and reads its whole answer.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Unreachable> {
        let request = reqwest::Request::try_from(request)?;
        if !is_private(request.url()) {
            return Err(Unreachable("an address without TLS".to_owned()));
        }
        let mut answer = self.0.execute(request).await?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            std::mem::swap(headers, answer.headers_mut());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > LONGEST {
                return Err(Unreachable("an answer that does not end".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        response
            .body(body)
            .map_err(|_| Unreachable("an answer that is none".to_owned()))
    }
}

/// Whether a discovered address keeps tokens inside of TLS.
fn is_private(url: &Url) -> bool {
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    url.scheme() == "https" || here
}

impl<'c> AsyncHttpClient<'c> for ProviderHttp {
    type Error = Unreachable;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unreachable>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
