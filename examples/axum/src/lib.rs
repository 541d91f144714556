//! Sessions for axum, and for any other tower stack, in Redis.
//!
//! [`SessionLayer`] gives each request its session and each answer the session's headers. A handler takes [`Session`], or
//! [`Seen`] where it only looks at the session and is no use of it; one that takes neither costs no look into Redis.
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use session_core::{CookieName, CookieOptions, Document, Key, KeyRing, Policy, SessionManager};
//! use session_core_axum::{Session, SessionError, SessionLayer};
//! use session_core_redis::RedisStore;
//! # use serde::{Deserialize, Serialize};
//!
//! #[derive(Default, Serialize, Deserialize)]
//! struct Cart {
//!     items: u32,
//! }
//!
//! async fn add(cart: Session<Document<Cart>>) -> Result<String, SessionError> {
//!     let items = cart.update(|cart| { cart.view_mut().items += 1; cart.view().items }).await?;
//!     Ok(format!("{items} in your cart"))
//! }
//!
//! # async fn start(secret: [u8; 32]) -> Result<Router, Box<dyn std::error::Error>> {
//! let name = CookieName::HOST_SID;
//! let keys = KeyRing::new(Key::derive(secret, Key::SESSION_COOKIES, name.as_str())?, Vec::new());
//! let policy = Policy::<Document<Cart>>::recommended();
//! let manager = SessionManager::new(policy, keys, name, CookieOptions::recommended())?;
//! let store = RedisStore::connect(&["redis://127.0.0.1:6379/"], "sess:").await?;
//! let routes = Router::new().route("/cart", get(add)).layer(SessionLayer::new(manager, store).with_tls(true));
//! # Ok(routes)
//! # }
//! ```
//!
//! # What becomes of a session, and when
//!
//! | | what is written | what is answered |
//! |---|---|---|
//! | the handler answers, with whatever status | the session, before the head of the answer goes out | the handler's answer, with the session's headers |
//! | Redis cannot be asked | nothing | 503 with `Retry-After`, and never "no session" |
//! | what the request has changed was not stored ([`Lost`](session_core::Lost)) | nothing, or nobody knows | 409, 503 or 500; the handler's answer is dropped |
//! | all that could not be stored is that the session was used | nothing | the handler's answer |
//! | the handler panics, or the service fails | nothing | whatever the server makes of it |
//! | the request is cancelled: its visitor went away, or a timeout around this layer ended it | nothing | nothing |
//!
//! - "Nothing" is said of what is left to the end. What a handler asks for by name (`save`, `destroy`, and under the
//!   `express` preset `regenerate` and `renew_id`) is done there and then, whatever becomes of the request.
//! - Whoever is cancelled while Redis is asked does not know what it has done: what was sent may be done or not. Of a login
//!   that is cut short so, nobody holds the new session, which ends by itself; the old one is as it was, or has ended.
//! - A service that turns a panic or a timeout into an answer belongs around this layer. Within it, that answer is one like
//!   any other: what the handler has changed until then is stored.
//! - The session is closed when the handler gives its answer's head. What sends the body (a stream, server-sent events, a
//!   WebSocket) runs later, where a [`Session`] is [`SessionError::Late`]: what a body needs is to be read before. An upgrade
//!   carries the cookie in its 101.
//! - An answer of a [`SessionError`] has no body, that error among its extensions, so that a `map_response` around the layer
//!   can put a page there, and `Cache-Control: no-store`.
//!
//! # Headers
//!
//! - `Set-Cookie` is appended to those of the handler, and marked as sensitive, so that traces do not show it.
//! - What the session says of caches wins: an answer for one user, as one of a handler with [`Seen`] always is, is
//!   `private, no-store` whatever the handler has said, unless that has `no-store` in it already; and what content delivery networks would obey instead
//!   (`CDN-Cache-Control` and its like) is removed. An answer that used no session keeps the handler's.
//! - `X-Forwarded-Proto` counts only [with](SessionLayer::with_proxy) `Proxy::Trusted`.
//!
//! # Logs
//!
//! Events of `tracing` say from what a session was opened, why it was written or not, and what went wrong: words of closed
//! lists, never an id, a cookie or data.
#![forbid(unsafe_code)]

mod engine;
mod error;
mod headers;
mod layer;
mod seen;
mod session;

pub use error::SessionError;
pub use layer::{SessionLayer, SessionService};
pub use seen::Seen;
pub use session::Session;
