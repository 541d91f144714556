//! Cookies: the header that comes in, the line that goes out, and what a session keeps of its own.

mod attributes;
mod find;
mod options;
mod parse;
mod session;
mod set;
mod stored;

pub use attributes::{CookieAttributes, Priority, SameSite, SetCookieError};
pub use find::{FindAll, FirstOfEach};
pub use options::{CookieOptions, Secure};
pub use parse::{Cookie, Cookies};
pub use session::SessionCookie;
pub use set::{CookieName, SetCookie};
#[cfg(feature = "serde")]
pub(crate) use stored::pairs;
pub use stored::{Attribute, AttributesTooLong, Field};
