//! What npm express-session decides, decided by session-core: the addon under the npm package of this folder.
//!
//! JavaScript keeps what is Node's, and the objects that programs see. It asks here which session a request means
//! (`sessions`), what is to be done for it and whether its cookie is sent (`decision`), when a session ends
//! (`expiry`), and for the line of its cookie (`line`).

#![expect(clippy::missing_errors_doc, reason = "an error is thrown in JavaScript, and said there")]

pub mod decision;
pub mod expiry;
pub mod line;
pub mod number;
pub mod request;
pub mod sessions;
