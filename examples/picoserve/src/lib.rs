//! Sessions for picoserve: the part to copy.
//!
//! A handler is a function that is given its request and the session of it. All that happens to the session (the look into
//! the store, the handler, the write) happens in one go between reading the request and writing the answer. So no request
//! waits while it holds a session, none comes between another one's look and write, and the future of a connection holds
//! no session, which saves a kilobyte and a half for each.

#![no_std]

use core::fmt::Write;
use core::ops::DerefMut;

use heapless::String;
use picoserve::ResponseSent;
use picoserve::io::Read;
use picoserve::request::{Request, RequestParts};
use picoserve::response::{
    Body, Connection, ErrorWithStatusCode, ForEachHeader, HeadersIter, IntoResponse, Response, ResponseWriter,
    StatusCode,
};
use picoserve::routing::RequestHandlerService;
use session_core::{
    AnswerError, Key, Loaded, OpenError, Pending, Session, SessionId, SessionManager, SessionStore, Settled, Timestamp,
};

/// What sessions need of a program; it is the state of the router.
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
/// The revision of a record, as the store of these sessions counts.
pub type Revision<S> = <<S as Sessions>::Store as SessionStore<<S as Sessions>::Data>>::Revision;
type Found<S> = Option<Loaded<<S as Sessions>::Data, Revision<S>>>;
type StoreError<S> = <<S as Sessions>::Store as SessionStore<<S as Sessions>::Data>>::Error;

/// Why there is no session, or not what the handler has made of it: then the handler's answer is not sent.
pub enum Problem<S: Sessions> {
    /// The store has failed, or is full.
    Store(StoreError<S>),
    /// There is no new id.
    NoId(S::NoId),
    /// The body could not be read, for which this is the status.
    Body(StatusCode),
    /// What the request was to do has not been done.
    Answer(AnswerError),
    /// The configuration does not fit the routes: this path has no session, or epochs are counted.
    Configuration,
}

impl<S: Sessions> Problem<S> {
    /// The status of an answer that tells of it.
    pub fn status(&self) -> StatusCode {
        StatusCode::new(match self {
            Self::Body(status) => status.as_u16(),
            Self::Store(_) | Self::NoId(_) => 503,
            Self::Answer(AnswerError::Lost(lost)) => lost.status(),
            Self::Answer(_) | Self::Configuration => 500,
        })
    }
}

impl<S: Sessions> From<OpenError<S::NoId, StoreError<S>>> for Problem<S> {
    fn from(error: OpenError<S::NoId, StoreError<S>>) -> Self {
        match error {
            OpenError::Id(error) => Self::NoId(error),
            OpenError::Store(error) => Self::Store(error),
            _ => Self::Configuration,
        }
    }
}

/// A request and its session, for a handler.
pub struct Visit<'r, S: Sessions> {
    pub app: &'r S,
    pub parts: RequestParts<'r>,
    pub body: &'r [u8],
    pub session: Session<'static, S::Data, Revision<S>>,
    pub now: Timestamp,
}

/// A handler that works with the session: `get_service(WithSession(page))`.
///
/// Where it answers `Err`, nothing of what it has made of the session is stored.
pub struct WithSession<F>(pub F);

impl<S, P, F, A> RequestHandlerService<S, P> for WithSession<F>
where
    S: Sessions,
    F: Fn(&mut Visit<'_, S>) -> Result<A, A>,
    A: IntoResponse + From<Problem<S>>,
{
    #[expect(clippy::manual_async_fn, reason = "the future of an `async fn` keeps what it is given twice")]
    fn call_request_handler_service<R: Read, W: ResponseWriter<Error = R::Error>>(
        &self,
        app: &S,
        _: P,
        mut request: Request<'_, R>,
        writer: W,
    ) -> impl Future<Output = Result<ResponseSent, W::Error>> {
        async move {
            // 1. The whole request, since nothing is to be awaited from here on.
            let body = request.body_connection.body().read_all().await;
            let body = body.map_err(|error| A::from(Problem::Body(error.status_code())));
            // 2. The handler runs, and the store does what is left to do.
            let answered = body.and_then(|body| visit(app, request.parts, body, &self.0));
            let (answer, lines) = answered.unwrap_or_else(|problem| (problem, Lines::NONE));
            // 3. Only now something is sent.
            let connection = request.body_connection.finalize().await?;
            answer.write_to(connection, WithLines { writer, lines: &lines }).await
        }
    }
}

/// A request from the opening of its session to the headers of its answer.
///
/// Its parts are not inlined, so that they use the same stack one after the other and not all of it at once.
#[inline(never)]
fn visit<S: Sessions, A: From<Problem<S>>>(
    app: &S,
    parts: RequestParts<'_>,
    body: &[u8],
    handler: impl Fn(&mut Visit<'_, S>) -> Result<A, A>,
) -> Result<(A, Lines), A> {
    let now = app.now();
    let mut visit = Visit { app, parts, body, session: open(app, parts, now)?, now };
    let answer = handler(&mut visit)?;
    Ok((answer, close(app, visit.session, now)?))
}

#[inline(never)]
fn open<S: Sessions>(
    app: &S,
    parts: RequestParts<'_>,
    now: Timestamp,
) -> Result<Session<'static, S::Data, Revision<S>>, Problem<S>> {
    let pending = receive(app, parts)?;
    Ok(pending.open_from(&mut *app.store(), now, || app.new_id())?)
}

#[inline(never)]
fn close<S: Sessions>(
    app: &S,
    session: Session<'static, S::Data, Revision<S>>,
    now: Timestamp,
) -> Result<Lines, Problem<S>> {
    let settled = session.close(now).apply(&mut *app.store(), now).map_err(Problem::Store)?;
    Lines::new(app, &settled)
}

/// A request that only looks at its session.
pub struct Look<'r, S: Sessions> {
    pub app: &'r S,
    pub session: Found<S>,
    pub now: Timestamp,
}

/// A handler that looks at the session and is no use of it: it keeps none alive, and writes nothing.
pub struct WithLook<F>(pub F);

impl<S, P, F, A> RequestHandlerService<S, P> for WithLook<F>
where
    S: Sessions,
    F: Fn(&Look<'_, S>) -> Result<A, A>,
    A: IntoResponse + From<Problem<S>>,
{
    #[expect(clippy::manual_async_fn, reason = "the future of an `async fn` keeps what it is given twice")]
    fn call_request_handler_service<R: Read, W: ResponseWriter<Error = R::Error>>(
        &self,
        app: &S,
        _: P,
        request: Request<'_, R>,
        writer: W,
    ) -> impl Future<Output = Result<ResponseSent, W::Error>> {
        async move {
            let answer = look(app, request.parts, &self.0).unwrap_or_else(|problem| problem);
            let connection = request.body_connection.finalize().await?;
            answer.write_to(connection, WithLines { writer, lines: &Lines::NO_STORE }).await
        }
    }
}

#[inline(never)]
fn look<S: Sessions, A: From<Problem<S>>>(
    app: &S,
    parts: RequestParts<'_>,
    handler: impl Fn(&Look<'_, S>) -> Result<A, A>,
) -> Result<A, A> {
    let now = app.now();
    let pending = receive(app, parts)?;
    let loaded = pending.load(&mut *app.store(), now).map_err(Problem::Store)?;
    let session = pending.open_passive(loaded, now).map_err(|_| Problem::Configuration)?;
    handler(&Look { app, session, now })
}

fn receive<S: Sessions>(app: &S, parts: RequestParts<'_>) -> Result<Pending<'static, S::Data, 1>, Problem<S>> {
    let cookies = parts.headers().into_iter().filter(|(name, _)| *name == "cookie").map(|(_, value)| value.as_raw());
    let request = session_core::Request::new(cookies, parts.path().encoded());
    app.manager().receive(request).ok_or(Problem::Configuration)
}

/// The longest Set-Cookie line: 35 characters of name, 166 of value, and all that a line of ours may say.
const LINE: usize = 288;

/// The headers of the session, as text: so they outlive it.
struct Lines {
    set_cookie: Option<String<LINE>>,
    cache_control: Option<&'static str>,
}

impl Lines {
    const NONE: Self = Self { set_cookie: None, cache_control: None };
    const NO_STORE: Self = Self { cache_control: Some("private, no-store"), ..Self::NONE };

    fn new<S: Sessions>(app: &S, settled: &Settled<'static, S::Data, Revision<S>>) -> Result<Self, Problem<S>> {
        let mut set_cookie = None;
        if let Some(line) = app.manager().set_cookie(settled).map_err(Problem::Answer)? {
            let mut text = String::new();
            write!(text, "{line}").map_err(|_| Problem::Configuration)?;
            set_cookie = Some(text);
        }
        Ok(Self { set_cookie, cache_control: settled.cache_control() })
    }
}

impl HeadersIter for &Lines {
    async fn for_each_header<F: ForEachHeader>(self, mut each: F) -> Result<F::Output, F::Error> {
        if let Some(line) = &self.set_cookie {
            each.call("Set-Cookie", line).await?;
        }
        if let Some(value) = self.cache_control {
            each.call("Cache-Control", value).await?;
        }
        each.finalize().await
    }
}

/// Whatever is written gets these lines.
struct WithLines<'l, W> {
    writer: W,
    /// By reference: the futures that carry it to the socket are nested, and each would hold a copy.
    lines: &'l Lines,
}

impl<W: ResponseWriter> ResponseWriter for WithLines<'_, W> {
    type Error = W::Error;

    fn write_response<R: Read<Error = Self::Error>, H: HeadersIter, B: Body>(
        self,
        connection: Connection<'_, R>,
        response: Response<H, B>,
    ) -> impl Future<Output = Result<ResponseSent, Self::Error>> {
        self.writer.write_response(connection, response.with_headers(self.lines))
    }
}
