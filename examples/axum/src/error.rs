//! Why a request has no session, or its answer is not sent.

use core::error::Error;
use core::fmt;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, HeaderValue, RETRY_AFTER};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use session_core::{AnswerError, LoginError, Lost, NotLoaded, OpenError, SessionEnded, SetCookieError};
use session_core_redis::{StoreError, StoreErrorKind};

/// Why a request has no session, or its answer is not sent. It tells nothing of ids, cookies or data.
///
/// As an answer it is its [`status`](Self::status), with `Retry-After` where another try may do better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// The session was ended or let go of earlier in the request.
    Ended,
    /// No cookie can be written of the session's attributes.
    Cookie(SetCookieError),
    /// The head of the answer has been made, and with it the session was closed.
    Late,
    /// Nobody was logged in.
    Login(LoginError),
    /// The store has not done what the request was to do.
    Lost(Lost),
    /// The policy counts epochs, and the one of a session's principal was not read.
    NeedsEpoch,
    /// No layer for sessions with these data stands around the route, or their cookie is one for another path.
    NoLayer,
    /// There is nothing to reload: the store does not have the session.
    NotLoaded,
    /// The operating system gave no random numbers.
    Random,
    /// Redis could not be asked, or has refused; nothing was written.
    Store(StoreError),
}

impl SessionError {
    /// 409 where the same request may do better on what is stored now, 503 where the store has failed, 500 where the
    /// program has.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Lost(lost) => StatusCode::from_u16(lost.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Login(LoginError::Ambiguous) | Self::NotLoaded => StatusCode::CONFLICT,
            Self::Store(error) => match error.kind() {
                // Redis has not even heard of it.
                StoreErrorKind::Document | StoreErrorKind::TooLong => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            },
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// An answer without a body, with this error among its extensions: for services that are not axum's.
    #[must_use]
    pub fn answer<B: Default>(self) -> Response<B> {
        let status = self.status();
        if status == StatusCode::CONFLICT {
            tracing::debug!(error = %self, "request refused");
        } else {
            tracing::error!(error = %self, "request failed");
        }
        let mut response = Response::new(B::default());
        *response.status_mut() = status;
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for SessionError {
    fn into_response(self) -> Response<Body> {
        let response = self.answer::<Body>();
        match self {
            // For whoever writes the program.
            Self::NoLayer => response.map(|_| Body::from(self.to_string())),
            _ => response,
        }
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

impl From<SessionEnded> for SessionError {
    fn from(_: SessionEnded) -> Self {
        Self::Ended
    }
}

impl From<NotLoaded> for SessionError {
    fn from(_: NotLoaded) -> Self {
        Self::NotLoaded
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
            Self::Cookie(error) => error.fmt(f),
            Self::Ended => SessionEnded.fmt(f),
            Self::Late => f.write_str("the session was closed with the head of the answer"),
            Self::Login(error) => error.fmt(f),
            Self::Lost(lost) => lost.fmt(f),
            Self::NeedsEpoch => f.write_str("the epoch of the session's principal was not read"),
            Self::NoLayer => f.write_str("no layer for sessions with these data stands around this route"),
            Self::NotLoaded => NotLoaded.fmt(f),
            Self::Random => f.write_str("there are no random numbers"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Error for SessionError {}
