//! Why there is no answer of the handler.

use core::convert::Infallible;
use core::error::Error;
use core::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{InvalidHeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use session_core::{AnswerError, LoginError, OpenError, SessionEnded};
use session_core_redis::StoreError;

/// Why a session is not to be had, or was not kept.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The answer gets no cookie: what the request was to do may be [`Lost`](session_core::Lost).
    Answer(AnswerError),
    /// Another task of the request works with the session.
    Busy,
    /// The session was ended earlier in the request.
    Ended(SessionEnded),
    /// Headers cannot hold it.
    Header(InvalidHeaderValue),
    /// The answer is on its way already, or the request only looks at the session.
    Late,
    /// Nobody could be logged in.
    Login(LoginError),
    /// The route is not behind the middleware, or its path has no session.
    Missing,
    /// No session could be opened.
    Open(OpenError<getrandom::Error>),
    /// The operating system has no random numbers.
    Random(getrandom::Error),
    /// Redis is away.
    Store(StoreError),
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Answer(AnswerError::Lost(lost)) => {
                StatusCode::from_u16(lost.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Self::Login(_) => StatusCode::CONFLICT,
            Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if self.status_code() == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, "1"));
        }
        response.body(match self.status_code() {
            StatusCode::CONFLICT => "Your session has changed meanwhile. Please try again.",
            StatusCode::SERVICE_UNAVAILABLE => "We cannot do this just now. Please try again in a moment.",
            _ => "Something went wrong on our side.",
        })
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Answer(error) => Some(error),
            Self::Ended(error) => Some(error),
            Self::Header(error) => Some(error),
            Self::Login(error) => Some(error),
            Self::Open(error) => Some(error),
            Self::Random(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::Busy | Self::Late | Self::Missing => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answer(_) => "the session was not kept",
            Self::Busy => "another task of the request works with the session",
            Self::Ended(_) => "the session was ended earlier in the request",
            Self::Header(_) => "the session's headers are none",
            Self::Late => "the session's request has ended, or only looks at it",
            Self::Login(_) => "nobody could be logged in",
            Self::Missing => "the route has no session",
            Self::Open(_) => "no session could be opened",
            Self::Random(_) => "there are no random numbers",
            Self::Store(_) => "redis is away",
        })
    }
}

impl From<OpenError<Infallible>> for Failure {
    fn from(_: OpenError<Infallible>) -> Self {
        // What is only looked at needs no id.
        Self::Open(OpenError::NeedsEpoch)
    }
}

macro_rules! from {
    ($($variant:ident($error:ty)),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}

from!(
    Answer(AnswerError),
    Ended(SessionEnded),
    Header(InvalidHeaderValue),
    Login(LoginError),
    Open(OpenError<getrandom::Error>),
    Random(getrandom::Error),
    Store(StoreError)
);
