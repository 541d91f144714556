//! Cookies: the header that comes in, the line that goes out, and what a session keeps of its own.

mod attributes;
mod find;
mod options;
mod parse;
mod session;
mod set;
mod stored;

pub use attributes::{CookieAttributes, Priority, SameSite, SetCookieError};
pub use find::FindAll;
pub use options::{CookieOptions, Secure};
pub use parse::{Cookie, Cookies, FirstOfEach};
pub use session::SessionCookie;
pub use set::{CookieName, SetCookie};
pub use stored::{Attribute, AttributesTooLong, Field};
#[cfg(feature = "serde")]
pub(crate) use stored::pairs;
