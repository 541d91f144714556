//! Sessions for edge-http, and for any other server whose handlers write their answers themselves: the part to copy.
//!
//! Only [`request`] is edge-http's own. With another server, such as that of esp-idf-svc, tell [`with_session`] what its
//! request has for a path and for a Cookie header, and give the [`Lines`] to its answer.

#![no_std]

use core::fmt::Write;
use core::ops::DerefMut;

use edge_http::RequestHeaders;
use heapless::{String, Vec};
use session_core::{
    AnswerError, Key, OpenError, Request, Session, SessionId, SessionManager, SessionStore, Settled, Timestamp,
};

/// What sessions need of a program.
pub trait Sessions {
    /// What a session holds.
    type Data: Clone + Default;
    /// Where sessions are kept.
    type Store: SessionStore<Self::Data>;
    /// Why there is no new id.
    type NoId;

    /// The configuration.
    fn manager(&self) -> &Manager<Self::Data>;
    /// The store; it is held while something is asked of it, and never while something is awaited.
    fn store(&self) -> impl DerefMut<Target = Self::Store>;
    /// The time.
    fn now(&self) -> Timestamp;
    /// A new id, of random numbers that are fit for secrets.
    ///
    /// # Errors
    ///
    /// If there are none: no session can begin then.
    fn new_id(&self) -> Result<SessionId, Self::NoId>;
}

/// A configuration of one key that signs, and one session that a request may name, as `Policy::device` has it.
pub type Manager<T> = SessionManager<'static, T, [Key; 0], 1>;
/// The session of a request, for its handler.
pub type AppSession<S> = Session<'static, <S as Sessions>::Data, Revision<S>>;
type Revision<S> = <<S as Sessions>::Store as SessionStore<<S as Sessions>::Data>>::Revision;
type StoreError<S> = <<S as Sessions>::Store as SessionStore<<S as Sessions>::Data>>::Error;

/// Why there is no session, or not what the handler has made of it: then its answer is not to be sent.
pub enum Problem<S: Sessions> {
    /// The store has failed, or is full.
    Store(StoreError<S>),
    /// There is no new id.
    NoId(S::NoId),
    /// What the request was to do has not been done.
    Answer(AnswerError),
    /// The configuration does not fit the pages: this path has no session, or epochs are counted.
    Configuration,
}

impl<S: Sessions> Problem<S> {
    /// The status of an answer that tells of it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Store(_) | Self::NoId(_) => 503,
            Self::Answer(AnswerError::Lost(lost)) => lost.status(),
            Self::Answer(_) | Self::Configuration => 500,
        }
    }
}

/// What a session needs to know of a request of edge-http.
pub fn request<'r, const N: usize>(head: &'r RequestHeaders<'_, N>) -> Request<'r, impl Iterator<Item = &'r [u8]>> {
    let is_cookie = |(name, _): &(&str, _)| name.eq_ignore_ascii_case("cookie");
    Request::new(head.headers.iter_raw().filter(is_cookie).map(|(_, value)| value), head.path)
}

/// Works with the session of a request, and gives what `work` has made of it and the headers that the answer is to carry.
///
/// Call it when the body has been read, and write the answer after it: nothing is awaited in between, so no request waits
/// while it holds a session, and the answer says only what the store has done.
///
/// # Errors
///
/// What `work` says, in which case nothing is stored, or [`Problem`].
pub fn with_session<S: Sessions, A, E: From<Problem<S>>>(
    app: &S,
    request: Request<'_, impl IntoIterator<Item: AsRef<[u8]>>>,
    work: impl FnOnce(&mut AppSession<S>, Timestamp) -> Result<A, E>,
) -> Result<(A, Lines), E> {
    let now = app.now();
    let pending = app.manager().receive(request).ok_or(Problem::Configuration)?;
    let session = pending.open_from(&mut *app.store(), now, || app.new_id());
    let mut session = session.map_err(|error| match error {
        OpenError::Id(error) => Problem::NoId(error),
        OpenError::Store(error) => Problem::Store(error),
        _ => Problem::Configuration,
    })?;
    let answer = work(&mut session, now)?;
    let settled = session.close(now).apply(&mut *app.store(), now).map_err(Problem::Store)?;
    Ok((answer, Lines::new(app, &settled)?))
}

/// The longest Set-Cookie line: 35 characters of name, 166 of value, and all that a line of ours may say.
const LINE: usize = 288;
/// A Set-Cookie line, Cache-Control, and four of the program's.
const HEADERS: usize = 6;

/// The headers of the session, as text: so they outlive it.
pub struct Lines {
    set_cookie: Option<String<LINE>>,
    cache_control: Option<&'static str>,
}

impl Lines {
    /// None, for an answer that tells of a [`Problem`].
    pub const NONE: Self = Self { set_cookie: None, cache_control: None };

    fn new<S: Sessions>(app: &S, settled: &Settled<'static, S::Data, Revision<S>>) -> Result<Self, Problem<S>> {
        let mut set_cookie = None;
        if let Some(line) = app.manager().set_cookie(settled).map_err(Problem::Answer)? {
            let mut text = String::new();
            write!(text, "{line}").map_err(|_| Problem::Configuration)?;
            set_cookie = Some(text);
        }
        Ok(Self { set_cookie, cache_control: settled.cache_control() })
    }

    /// All headers of an answer: these, and those of the program, of which there are four at most.
    pub fn with<'l, const M: usize>(&'l self, headers: [(&'l str, &'l str); M]) -> Vec<(&'l str, &'l str), HEADERS> {
        const { assert!(M + 2 <= HEADERS) };
        let ours = [("Set-Cookie", self.set_cookie.as_deref()), ("Cache-Control", self.cache_control)];
        ours.into_iter().filter_map(|(name, value)| Some((name, value?))).chain(headers).collect()
    }
}
