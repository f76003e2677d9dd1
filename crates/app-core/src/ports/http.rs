//! Requests to the server.

use async_trait::async_trait;
use bytes::Bytes;

/// The HTTP methods of the server's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`: read.
    Get,
    /// `HEAD`: ask whether it exists.
    Head,
    /// `PUT`: store; may be repeated.
    Put,
    /// `POST`: begin something.
    Post,
    /// `DELETE`: end something; may be repeated.
    Delete,
}

impl Method {
    /// The word in the request line and in the signed bytes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Put => "PUT",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        }
    }
}

/// One request to the server.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Header names (lower case) and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none. Shared, so a retry copies nothing.
    pub body: Bytes,
}

/// An answer, of any status.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The `retry-after` header in seconds, if there was one.
    pub retry_after_s: Option<u32>,
    /// The `date` header in milliseconds since 1970, if there was one.
    pub date_ms: Option<i64>,
    /// The body, of at most [`LONGEST_ANSWER`] bytes.
    pub body: Bytes,
}

/// Longest answer in bytes. No document of the server is nearly as long.
pub const LONGEST_ANSWER: usize = 4 << 20;

/// No answer: no network, no server, or a connection that broke.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unreachable: {0}")]
pub struct Unreachable(pub String);

/// The network.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends once and waits for the whole answer. Does not follow redirects: an answer from
    /// another place is not the server's.
    async fn send(&self, request: Request) -> Result<Response, Unreachable>;
}
