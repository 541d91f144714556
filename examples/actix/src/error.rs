//! Why a request has no session, or its answer is not sent.

use core::error::Error;
use core::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use session_core::{AnswerError, LoginError, Lost, OpenError, SessionEnded, SetCookieError};
use session_core_redis::{StoreError, StoreErrorKind};

/// Why a request has no session, or its answer is not sent. It tells nothing of ids, cookies or data.
///
/// As an answer it has no body, and `Retry-After` where another try may do better. A middleware around that of this crate
/// finds it in [`HttpResponse::error`], to put a page there or to log it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// Another task of the request waits for the store.
    Busy,
    /// No cookie can be written of the session's attributes.
    Cookie(SetCookieError),
    /// The session was ended or let go of earlier in the request.
    Ended,
    /// The session was closed with the head of the answer, or the request only looks at it.
    Late,
    /// Nobody was logged in.
    Login(LoginError),
    /// The store has not done what the request was to do.
    Lost(Lost),
    /// The policy counts epochs, and the one of a session's principal was not read.
    NeedsEpoch,
    /// The middleware for sessions with these data does not stand around the route, or their cookie is for another path.
    NoMiddleware,
    /// The operating system gave no random numbers.
    Random,
    /// Redis could not be asked, or has refused; nothing was written.
    Store(StoreError),
}

impl ResponseError for SessionError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Lost(lost) => StatusCode::from_u16(lost.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Login(LoginError::Ambiguous) => StatusCode::CONFLICT,
            Self::Store(error) if !matches!(error.kind(), StoreErrorKind::Document | StoreErrorKind::TooLong) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CACHE_CONTROL, "no-store"));
        if self.status_code() == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, "1"));
        }
        response.finish()
    }
}

impl From<StoreError> for SessionError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<E> From<OpenError<E>> for SessionError {
    fn from(error: OpenError<E>) -> Self {
        match error {
            OpenError::NeedsEpoch => Self::NeedsEpoch,
            _ => Self::Random,
        }
    }
}

impl From<AnswerError> for SessionError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::SetCookie(error) => Self::Cookie(error),
            AnswerError::Lost(lost) => Self::Lost(lost),
            _ => Self::Late,
        }
    }
}

impl From<LoginError> for SessionError {
    fn from(error: LoginError) -> Self {
        Self::Login(error)
    }
}

impl From<Lost> for SessionError {
    fn from(lost: Lost) -> Self {
        Self::Lost(lost)
    }
}

impl From<SessionEnded> for SessionError {
    fn from(_: SessionEnded) -> Self {
        Self::Ended
    }
}

impl From<getrandom::Error> for SessionError {
    fn from(_: getrandom::Error) -> Self {
        Self::Random
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("another task of the request waits for the store"),
            Self::Cookie(error) => error.fmt(f),
            Self::Ended => SessionEnded.fmt(f),
            Self::Late => f.write_str("the session was closed with the head of the answer, or is only looked at"),
            Self::Login(error) => error.fmt(f),
            Self::Lost(lost) => lost.fmt(f),
            Self::NeedsEpoch => f.write_str("the epoch of the session's principal was not read"),
            Self::NoMiddleware => f.write_str("the middleware of these sessions does not stand around the route"),
            Self::Random => f.write_str("there are no random numbers"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Error for SessionError {}
