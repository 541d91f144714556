//! Sessions for actix-web, in Redis: a middleware and two extractors over [`session_core`].
//!
//! ```no_run
//! use actix_web::middleware::from_fn;
//! use actix_web::{App, HttpServer, web};
//! use serde::{Deserialize, Serialize};
//! use session_core::{CookieName, CookieOptions, Document, Key, KeyRing, Policy, Proxy, SessionManager};
//! use session_core_actix::{Seen, Session, SessionError, Sessions, sessions};
//! use session_core_redis::RedisStore;
//!
//! #[derive(Clone, Default, Serialize, Deserialize)]
//! struct Cart {
//!     items: u32,
//! }
//! /// What others put into the session stays there.
//! type Data = Document<Cart>;
//!
//! async fn add(session: Session<Data>) -> Result<String, SessionError> {
//!     session.with(|session| {
//!         session.data_mut().view_mut().items += 1;
//!         format!("{} items", session.data().view().items)
//!     })
//! }
//!
//! async fn log_in(session: Session<Data>) -> Result<&'static str, SessionError> {
//!     let user = "ada".parse().expect("a short name"); // whose password you have checked
//!     session.authenticated(user)?;
//!     Ok("Welcome!")
//! }
//!
//! async fn log_out(session: Session<Data>) -> Result<&'static str, SessionError> {
//!     session.destroy().await?;
//!     Ok("Bye!")
//! }
//!
//! /// A program asks this every few seconds. That keeps nobody logged in.
//! async fn am_i_logged_in(Seen(session): Seen<Data>) -> String {
//!     session.is_some_and(|session| session.record().principal().is_some()).to_string()
//! }
//!
//! #[actix_web::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let name = CookieName::HOST_SID;
//!     let key = Key::derive(std::env::var("SECRET")?, Key::SESSION_COOKIES, name.as_str())?;
//!     let keys = KeyRing::new(key, Vec::new());
//!     let manager = SessionManager::new(Policy::recommended(), keys, name, CookieOptions::recommended())?;
//!     let store = RedisStore::connect(&["redis://127.0.0.1/"], "sess:").await?;
//!     let all = web::Data::new(Sessions::<Data> { manager, store, proxy: Proxy::Trusted });
//!     let app = move || {
//!         App::new()
//!             .app_data(all.clone())
//!             .wrap(from_fn(sessions::<Data, _>))
//!             .route("/add", web::post().to(add))
//!             .route("/login", web::post().to(log_in))
//!             .route("/logout", web::post().to(log_out))
//!             .route("/am-i-logged-in", web::get().to(am_i_logged_in))
//!     };
//!     Ok(HttpServer::new(app).bind(("127.0.0.1", 8080))?.run().await?)
//! }
//! ```
//!
//! # What is written, and what is answered
//!
//! The session is stored when the handler has made its answer, and before that is sent. What the status says does not
//! matter, as in Express: an answer of 404 or 500 keeps what the handler has put into the session, and so does one that
//! actix-web makes of a handler's error. A handler that wants nothing kept calls
//! [`abandon`](session_core::Session::abandon).
//!
//! | what happens | what is stored | what is answered |
//! |---|---|---|
//! | Redis is away when a request comes | nothing | 503 with `Retry-After`; the handler does not run, since it would see nobody logged in |
//! | Redis is away at its end | nothing | 503; if only the session's use was to be noted, what the handler has said |
//! | another request has written or ended the session meanwhile (`recommended`) | nothing | 409 |
//! | Redis does not say what it did | perhaps all of it | 503 |
//! | the handler fails | all of it | what its error says |
//! | a middleware between this one and the handler fails | nothing | what its error says, without a cookie |
//! | the handler panics | nothing | actix-web closes the connection |
//! | the connection breaks | nothing | |
//! | a body that is still sent, or a task that goes on, uses the session | nothing | [`SessionError::Late`] is for them to tell |
//!
//! - "Nothing" is said of what is left to the end. What a handler asks for by name ([`save`](Session::save),
//!   [`destroy`](Session::destroy), and [`regenerate`](Session::regenerate) under `express`) is done there and then. Whoever
//!   is cut short while Redis is asked does not know whether it was done.
//! - A client that ends its own half of the connection may still read, so actix-web goes on with its request, unless
//!   [`h1_allow_half_closed(false)`](actix_web::HttpServer::h1_allow_half_closed) says otherwise.
//! - An upgrade (a WebSocket) carries the cookie in its 101.
//!
//! # Headers and logs
//!
//! `Set-Cookie` and `Cache-Control` are added to those of the handler; of several `Cache-Control`, caches obey the
//! strictest. Who sends `CDN-Cache-Control` beside it answers for that. `X-Forwarded-Proto` counts only with
//! `Proxy::Trusted`: actix-web's own [`ConnectionInfo`](actix_web::dev::ConnectionInfo) believes whoever sends it, so it is
//! not asked.
//!
//! The crate `log` hears from what a session was opened, why it was written or not, and why a cookie was sent or not: words
//! of closed lists, never an id, a cookie or data.
//!
//! # Workers
//!
//! A worker is one thread, and what it has to do for Redis waits while a handler computes. One [`Sessions`] for all workers
//! has one connection, which is driven by the worker that used it first. To give each its own, make it in
//! [`App::data_factory`](actix_web::App::data_factory).
#![forbid(unsafe_code)]

mod error;
mod middleware;
mod session;

use getrandom::SysRng;
use session_core::{Key, Proxy, SessionId, SessionManager};
use session_core_redis::{RedisStore, Revision};

pub use error::SessionError;
pub use middleware::sessions;
pub use session::{Seen, Session};

/// A session as the core has it: see [`session_core::Session`] for what it can do.
pub type CoreSession<T> = session_core::Session<'static, T, Revision>;

/// What all requests have in common: made once, and given to the [`App`](actix_web::App) of every worker as
/// [`web::Data`](actix_web::web::Data).
pub struct Sessions<T> {
    /// How sessions live, and the keys of their cookies.
    pub manager: SessionManager<'static, T, Vec<Key>>,
    /// Where they are.
    pub store: RedisStore<T>,
    /// Whom to believe about whether a request came encrypted.
    pub proxy: Proxy,
}

/// A new id, of the operating system's random numbers.
///
/// # Errors
///
/// The operating system's.
pub fn new_id() -> Result<SessionId, getrandom::Error> {
    SessionId::try_generate(&mut SysRng)
}
