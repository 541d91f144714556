//! Cookies: the header that comes in, the line that goes out, and what a session keeps of its own.

mod attributes;
mod check;
mod find;
mod options;
mod parse;
mod scope;
mod session;
mod set;
mod stored;
#[cfg(test)]
mod tests;

pub use attributes::{CookieAttributes, Priority, SameSite, SetCookieError};
pub use check::CookieFault;
pub(crate) use check::has_prefix;
pub(crate) use check::{check, check_former};
pub use find::{FindAll, FirstOfEach};
pub use options::{CookieOptions, Secure};
pub use parse::{Cookie, Cookies};
pub use scope::CookieScope;
pub use session::SessionCookie;
pub use set::{CookieName, SetCookie};
#[cfg(feature = "serde")]
pub(crate) use stored::pairs;
pub use stored::{Attribute, AttributesTooLong, Field};
