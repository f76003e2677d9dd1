//! Answers of the server.

use bytes::Bytes;
use protocol::code::{Code, Problem};
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Answer {
    pub(super) async fn read(response: reqwest::Response) -> Result<Self, reqwest::Error> {
        Ok(Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await?,
        })
    }

    /// Whether the status is a success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON of a success with this status.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self, status: u16) -> T {
        assert_eq!(self.status, status, "answered {}", self.text());
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// The problem of any refusal.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert!(!self.is_success(), "not refused: {}", self.text());
        assert_eq!(
            self.headers
                .get("content-type")
                .and_then(|v| v.to_str().ok()),
            Some("application/problem+json"),
            "status {}: {}",
            self.status,
            self.text()
        );
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// Asserts a refusal by status and code, with sentences in both languages.
    #[track_caller]
    pub fn refused(&self, status: u16, code: Code) -> Problem {
        let problem = self.problem();
        assert_eq!(
            (self.status, problem.code),
            (status, code),
            "{}",
            self.text()
        );
        let told = problem
            .message
            .as_ref()
            .expect("a refusal has its sentence");
        assert!(
            told.es.contains(' ') && told.en.contains(' ') && told.es != told.en,
            "{code} is told in Spanish and in English: {told:?}"
        );
        problem
    }

    /// Seconds of the header `Retry-After`.
    pub fn retry_after(&self) -> Option<u64> {
        self.headers.get("retry-after")?.to_str().ok()?.parse().ok()
    }

    /// The body for a message of a failed assertion.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body[..self.body.len().min(600)]).into_owned()
    }
}
