//! What npm express-session decides, decided by session-core: the addon under the npm package of this folder.
//!
//! JavaScript keeps what is Node's, and the objects that programs see. It asks here which session a request means
//! ([`sessions`]), what is to be done for one and whether its cookie is sent ([`exchange`]), when a session ends
//! ([`expiry`]), and for the line of its cookie ([`line`]).

pub mod exchange;
pub mod expiry;
pub mod line;
mod number;
pub mod request;
pub mod sessions;
