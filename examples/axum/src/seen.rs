//! For what looks at a session and is no use of it.

use core::fmt;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use session_core::Loaded;
use session_core_redis::Revision;

use crate::error::SessionError;
use crate::session::Session;

/// The session of a request, only to be looked at: an extractor.
///
/// Nothing is written, no life prolonged and no cookie sent. For pages that load themselves again, and for requests of other
/// sites: else they would keep a session alive that nobody uses. No cache keeps the answer, since another visitor is to get
/// another one.
pub struct Seen<T>(pub Option<Loaded<T, Revision>>);

impl<T> Seen<T> {
    /// The data, if there is a session that is alive.
    #[must_use]
    pub fn data(&self) -> Option<&T> {
        self.0.as_ref().map(|loaded| loaded.record().data())
    }
}

/// What is in a session is nobody's business in a log.
impl<T> fmt::Debug for Seen<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Seen").field(&self.0).finish()
    }
}

impl<T: Send + Sync + 'static, S: Sync> FromRequestParts<S> for Seen<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        parts.extensions.get::<Session<T>>().ok_or(SessionError::NoLayer)?.look().await.map(Self)
    }
}
