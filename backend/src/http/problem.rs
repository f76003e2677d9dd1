//! Refusals as HTTP: one shape and one table of status codes for every answer that is not a success.

use super::sentences;
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use protocol::code::Code;
use server_core::refusal::Refusal;

/// A refusal that a handler returns. It becomes `application/problem+json`. Every error of the core
/// converts into it.
#[derive(Debug)]
pub struct RefusalAnswer(Refusal);

impl<E: Into<Refusal>> From<E> for RefusalAnswer {
    fn from(why: E) -> Self {
        Self(why.into())
    }
}

impl RefusalAnswer {
    /// The stable word.
    pub fn code(&self) -> Code {
        self.0.code()
    }
}

/// Marks an answer whose storage broke: the edge stops the process instead of sending the answer.
#[derive(Debug, Clone)]
pub struct StorageBroke(pub String);

/// The status of each code.
pub const fn status(code: Code) -> StatusCode {
    match code {
        Code::RequestMalformed
        | Code::BodyTruncated
        | Code::WorkMissing
        | Code::WorkExpired
        | Code::WorkInvalid => StatusCode::BAD_REQUEST,
        Code::SignatureMissing | Code::SignatureInvalid | Code::DeviceUnknown => {
            StatusCode::UNAUTHORIZED
        }
        Code::DeviceRevoked
        | Code::CodeWrong
        | Code::CodeExhausted
        | Code::CodeForeignDevice
        | Code::SigninDenied
        | Code::SigninForeign
        | Code::SigninTicketInvalid => StatusCode::FORBIDDEN,
        Code::NotFound
        | Code::ActivationUnknown
        | Code::SigninUnknown
        | Code::SigninProviderUnknown
        | Code::CampaignUnknown
        | Code::ApoyoUnknown => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::NoticeOutdated
        | Code::CodeUsed
        | Code::CampaignNotOpen
        | Code::CampaignClosed
        | Code::PartsMissing
        | Code::SealingKeyUnknown
        | Code::SigninUsed
        | Code::SigninEmailDiffers
        | Code::ApoyoIdReused => StatusCode::CONFLICT,
        Code::CodeExpired | Code::SigninExpired => StatusCode::GONE,
        Code::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::PartNotSealed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::EmailInvalid
        | Code::EmailLetters
        | Code::EmailHost
        | Code::DeviceKeyInvalid
        | Code::CodeMalformed
        | Code::BlobHashMismatch
        | Code::PartForeign
        | Code::PartAltered
        | Code::PartTruncated
        | Code::ManifestInvalid
        | Code::QrMalformed
        | Code::FieldInvalid => StatusCode::UNPROCESSABLE_ENTITY,
        Code::TooManyRequests | Code::ResendTooSoon => StatusCode::TOO_MANY_REQUESTS,
        Code::ServerBusy | Code::ClockDoubtful | Code::SigninUnavailable => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Code::SigninUntrusted => StatusCode::BAD_GATEWAY,
        Code::ServerStorageFull => StatusCode::INSUFFICIENT_STORAGE,
        Code::ServerFault => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The seconds after which the same request may succeed, if known.
const fn usual_pause(code: Code) -> Option<u32> {
    match code {
        Code::ServerBusy => Some(2),
        Code::ServerStorageFull => Some(30),
        // An operator has to look at the clock.
        Code::ClockDoubtful => Some(600),
        Code::ServerFault | Code::SigninUnavailable => Some(10),
        _ => None,
    }
}

impl IntoResponse for RefusalAnswer {
    fn into_response(self) -> Response {
        let (mut problem, broken) = self.0.into_parts();
        problem.message = Some(sentences::of(problem.code));
        problem.retry_after_s = problem.retry_after_s.or(usual_pause(problem.code));
        let retry_after = problem.retry_after_s;
        let mut response = (status(problem.code), Json(&problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(what) = broken {
            response.extensions_mut().insert(StorageBroke(what));
        }
        response.extensions_mut().insert(problem.code);
        response
    }
}

/// The answer at an unknown address.
pub async fn not_found() -> RefusalAnswer {
    Code::NotFound.into()
}

/// The answer to a method that an address does not accept.
pub async fn method_not_allowed() -> RefusalAnswer {
    Code::MethodNotAllowed.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::code::Problem;

    #[tokio::test]
    async fn every_refusal_speaks_both_languages_and_names_its_code() {
        for code in Code::ALL {
            let response = RefusalAnswer::from(*code).into_response();
            assert_eq!(response.status(), status(*code));
            assert_eq!(
                response.headers()[header::CONTENT_TYPE],
                "application/problem+json"
            );
            let body = axum::body::to_bytes(response.into_body(), 4096)
                .await
                .unwrap();
            let problem: Problem = serde_json::from_slice(&body).unwrap();
            assert_eq!(problem.code, *code);
            let message = problem.message.unwrap();
            assert!(!message.es.is_empty() && !message.en.is_empty(), "{code}");
        }
    }

    #[test]
    fn what_may_be_tried_later_is_never_a_final_status() {
        use protocol::code::Remedy;
        for code in Code::ALL {
            if matches!(status(*code).as_u16(), 503 | 507 | 429) {
                assert!(
                    code.remedy() == Remedy::Later || *code == Code::ResendTooSoon,
                    "{code}"
                );
            }
        }
    }
}
