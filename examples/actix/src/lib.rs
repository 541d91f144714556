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
//!     let all = web::Data::new(Sessions::<Data> { manager, store, proxy: Proxy::Trusted, epochs: false });
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
//! # What is stored, and when
//!
//! The session is stored after the handler has made its answer and before the head of that answer is sent, whatever its
//! status is: an answer of 404 or 500 keeps what the handler has put into the session, as in Express, and so does one that
//! was made of a handler's error. A handler that wants nothing kept calls [`abandon`](session_core::Session::abandon).
//!
//! | what happens | then |
//! |---|---|
//! | Redis is away before the handler | 503 with `Retry-After`; the handler does not run, since it would see nobody logged in |
//! | Redis is away after it | 503; the handler's answer is not sent |
//! | another request was faster, or ended the session ([`Lost`](session_core::Lost)) | 409 or 503; the handler's answer is not sent |
//! | a middleware inside of this one fails | its error; nothing is stored, and no cookie is sent |
//! | the request is cancelled, or the handler panics | nothing is stored, but for what [`save`](Session::save), [`destroy`](Session::destroy) and [`regenerate`](Session::regenerate) have done already |
//! | it is cancelled while Redis writes | that write may be done or not |
//! | a body that is still being sent, or a task that goes on, uses the session | [`SessionError::Late`] |
//!
//! actix-web cancels a request when its connection breaks. A client that only ends its own half, as `close` does when
//! nothing is left to read, does not cancel it unless the server says
//! [`h1_allow_half_closed(false)`](actix_web::HttpServer::h1_allow_half_closed).
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
    /// Whether the policy counts epochs: then they are read from the store.
    pub epochs: bool,
}

/// A new id, of the operating system's random numbers.
///
/// # Errors
///
/// The operating system's.
pub fn new_id() -> Result<SessionId, getrandom::Error> {
    SessionId::try_generate(&mut SysRng)
}
