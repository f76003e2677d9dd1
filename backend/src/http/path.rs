//! The id in a request's path.

use super::problem::RefusalAnswer;
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use protocol::{code::Code, ids::BadId};
use std::str::FromStr;

/// The id in a request's path. A handler takes it as a `Result` and evaluates it after the
/// signature, so that a stranger does not learn which ids are valid.
#[derive(Debug)]
pub struct PathId<T>(pub T);

impl<S: Send + Sync, T: FromStr<Err = BadId> + Send> FromRequestParts<S> for PathId<T> {
    type Rejection = RefusalAnswer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, RefusalAnswer> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Code::RequestMalformed)?;
        Ok(Self(text.parse()?))
    }
}
