//! Sessions for axum: the part to copy.

use core::any::Any;
use core::error::Error;
use core::fmt::Display;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, COOKIE, HeaderValue};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use getrandom::SysRng;
use session_core::{
    AnswerError, HeapStore, Key, Loaded, LoginError, Pending, Principal, Session, SessionEnded, SessionId,
    SessionManager, StoreFull, Timestamp,
};

use super::{Visitor, pages};

/// What all requests share.
pub(super) struct Sessions {
    pub(super) manager: SessionManager<'static, Visitor>,
    pub(super) store: Mutex<HeapStore<Visitor>>,
    /// How often each user was signed out everywhere. In a real app it is a column of the users' table: durable, and
    /// read from the primary, since a replica that lags behind would let ended sessions in.
    pub(super) epochs: Mutex<HashMap<Principal, u64>>,
    /// Makes the handles under which pages name sessions.
    pub(super) handles: Key,
    /// For how many ms after a login sessions may be ended.
    pub(super) fresh_for: i64,
    /// Whether the terminal hears what becomes of sessions, and why.
    pub(super) verbose: bool,
}

impl Sessions {
    pub(super) fn store(&self) -> MutexGuard<'_, HeapStore<Visitor>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn epochs(&self) -> MutexGuard<'_, HashMap<Principal, u64>> {
        self.epochs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn epoch(&self, user: &Principal) -> u64 {
        self.epochs().get(user).copied().unwrap_or_default()
    }

    /// What the store has for the request, with the epoch of whoever is logged in there.
    fn load(&self, pending: &Pending<'_, Visitor>, now: Timestamp) -> Result<Vec<Loaded<Visitor, u64>>, StoreFull> {
        let loaded = pending.load(&mut *self.store(), now)?;
        let with_epoch = |loaded: Loaded<Visitor, u64>| {
            let epoch = loaded.record().principal().map_or(0, |user| self.epoch(user));
            loaded.with_epoch(epoch)
        };
        Ok(loaded.into_iter().map(with_epoch).collect())
    }

    fn log(&self, what: impl Display) {
        if self.verbose {
            eprintln!("{what}");
        }
    }
}

/// The middleware: gives every request its session, and every answer the session's headers.
pub(super) async fn sessions(
    State(app): State<Arc<Sessions>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    // 1. The request's cookies name a session, and it may be in the store.
    let head = session_core::Request::new(request.headers().get_all(COOKIE), request.uri().path());
    let Some(pending) = app.manager.receive(head) else { return Ok(next.run(request).await) };
    if pending.has_look_alike() {
        app.log("a cookie has our name in another case");
    }
    let now = Timestamp::now();
    let loaded = app.load(&pending, now)?;
    let session = pending.open(loaded, now, new_id)?;
    app.log(format_args!("{}: {}", request.uri().path(), session.opening()));

    // 2. The handler works with it.
    let current = Current::new(session);
    request.extensions_mut().insert(current.clone());
    let mut response = next.run(request).await;
    let Some(session) = current.take() else { return Ok(response) };

    // 3. The store does what is left to do. Only if it has, the handler's answer is sent, and carries the cookie.
    let now = Timestamp::now();
    let outcome = session.close(now);
    let write_reason = outcome.write_reason();
    let settled = outcome.apply(&mut *app.store(), now)?;
    app.log(format_args!("  store: {write_reason}; cookie: {}", settled.cookie_reason()));
    for (name, value) in app.manager.headers(&settled)? {
        response.headers_mut().append(name, HeaderValue::try_from(value.to_string())?);
    }
    Ok(response)
}

/// The other middleware, for what looks at a session and is no use of it: it keeps none alive, and writes nothing.
pub(super) async fn passive(
    State(app): State<Arc<Sessions>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let head = session_core::Request::new(request.headers().get_all(COOKIE), request.uri().path());
    let now = Timestamp::now();
    let seen = match app.manager.receive(head) {
        Some(pending) => pending.open_passive(app.load(&pending, now)?, now)?,
        None => None,
    };
    request.extensions_mut().insert(Seen(seen));
    let mut response = next.run(request).await;
    response.headers_mut().append(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// A new id, of the operating system's random numbers.
pub(super) fn new_id() -> Result<SessionId, getrandom::Error> {
    SessionId::try_generate(&mut SysRng)
}

/// A session of this app.
pub(super) type AppSession = Session<'static, Visitor, u64>;

/// The session of a request, for its handler: `Extension(session): Extension<Current>`.
#[derive(Clone)]
pub(super) struct Current(Arc<Mutex<Option<AppSession>>>);

impl Current {
    fn new(session: AppSession) -> Self {
        Self(Arc::new(Mutex::new(Some(session))))
    }

    /// Works with the session. It is a closure, so that no lock is held while something is awaited.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut AppSession) -> Result<R, Failure>) -> Result<R, Failure> {
        work(self.lock().as_mut().ok_or(SessionEnded)?)
    }

    fn take(&self) -> Option<AppSession> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<AppSession>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a passive request may look at: `Extension(Seen(seen)): Extension<Seen>`.
#[derive(Clone)]
pub(super) struct Seen(pub(super) Option<Loaded<Visitor, u64>>);

/// Something went wrong: the terminal hears what, and the user what to do.
pub(super) struct Failure(StatusCode);

impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        eprintln!("error: {error}");
        let error: &dyn Any = &error;
        let status = match error.downcast_ref() {
            Some(AnswerError::Lost(lost)) => StatusCode::from_u16(lost.status()).ok(),
            _ if error.is::<LoginError>() => Some(StatusCode::CONFLICT),
            _ if error.is::<StoreFull>() => Some(StatusCode::SERVICE_UNAVAILABLE),
            _ => None,
        };
        Self(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.0, Html(pages::failure(self.0))).into_response()
    }
}
