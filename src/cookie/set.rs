//! The Set-Cookie line.

use core::fmt::{self, Write};

use super::attributes::{CookieAttributes, Seconds, SetCookieError};
use super::scope::CookieScope;
use crate::id::SessionId;
use crate::key::Signature;
use crate::percent;
use crate::text::{BufferTooShort, SliceWriter, write_decimal};
use crate::time::Timestamp;

/// The name of a cookie: a token, so it can stand in a header as it is.
///
/// ```
/// use session_core::CookieName;
///
/// const NAME: CookieName<'_> = match CookieName::new("sid") {
///     Ok(name) => name,
///     Err(_) => panic!("not a cookie name"),
/// };
/// assert_eq!(CookieName::CONNECT_SID.as_str(), "connect.sid");
/// assert!(CookieName::new("a b").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieName<'a>(&'a str);

impl<'a> CookieName<'a> {
    /// The name that express-session uses unless it is told another.
    pub const CONNECT_SID: CookieName<'static> = CookieName("connect.sid");

    /// `__Host-sid`, the name to take where every request comes encrypted; for the options of
    /// [`CookieOptions::recommended`](super::CookieOptions::recommended).
    ///
    /// Browsers keep a cookie whose name begins with `__Host-` only if it is `Secure`, for path `/` and without a
    /// `Domain`, so no other host of the site and no plain connection can plant one (OWASP ASVS 5.0, 3.3.3).
    ///
    /// `__Host-Http-sid` would keep scripts from planting one as well. It is not the name given here, since its prefix is
    /// still in a draft (layered-cookies-02) and few browsers know it, while `__Host-` is in all of them and approved
    /// (rfc6265bis-22). It does no harm: to the others it is a name with `__Host-`.
    pub const HOST_SID: CookieName<'static> = CookieName("__Host-sid");

    /// Checks a name.
    ///
    /// `token = 1*tchar`, RFC 9110 section 5.6.2, which is also what npm cookie asks for.
    ///
    /// # Errors
    ///
    /// [`SetCookieError::Name`] for an empty name or a character that is none of a token's.
    pub const fn new(name: &'a str) -> Result<Self, SetCookieError> {
        let mut rest = name.as_bytes();
        if rest.is_empty() {
            return Err(SetCookieError::Name);
        }
        while let Some((byte, later)) = rest.split_first() {
            if !is_tchar(*byte) {
                return Err(SetCookieError::Name);
            }
            rest = later;
        }
        Ok(Self(name))
    }

    /// The name as text.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

/// `tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA`
const fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

/// A Set-Cookie line, without the header's name, as `serialize` of npm cookie 0.7.2 writes it.
///
/// What it holds has been checked, so printing it cannot fail, gives the same text each time, and can split no header:
/// no control character comes out of it, and no `;` but those between attributes. Its `Debug` shows no value.
///
/// ```
/// use session_core::{CookieAttributes, CookieName, SetCookie};
///
/// let attributes = CookieAttributes::new().path("/").http_only(true);
/// let line = SetCookie::new(CookieName::new("theme")?, "dark & light", attributes)?;
/// assert_eq!(line.to_string(), "theme=dark%20%26%20light; Path=/; HttpOnly");
///
/// let mut buffer = [0; 64];
/// assert_eq!(line.write_to(&mut buffer).unwrap(), line.to_string());
/// assert_eq!(
///     line.removal().to_string(),
///     "theme=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly",
/// );
/// # Ok::<(), session_core::SetCookieError>(())
/// ```
#[derive(Clone, Copy)]
pub struct SetCookie<'a> {
    name: CookieName<'a>,
    value: Value<'a>,
    attributes: CookieAttributes<'a>,
}

#[derive(Clone, Copy)]
enum Value<'a> {
    Text(&'a str),
    /// `s:` id `.` signature
    SignedId(&'a SessionId, Signature),
}

impl<'a> SetCookie<'a> {
    /// A line of this name, value and attributes; the value is written as `encodeURIComponent` does.
    ///
    /// # Errors
    ///
    /// [`SetCookieError`] where npm cookie throws.
    pub fn new(name: CookieName<'a>, value: &'a str, attributes: CookieAttributes<'a>) -> Result<Self, SetCookieError> {
        Self::of(name, Value::Text(value), attributes)
    }

    pub(crate) fn signed_id(
        name: CookieName<'a>,
        id: &'a SessionId,
        signature: Signature,
        attributes: CookieAttributes<'a>,
    ) -> Result<Self, SetCookieError> {
        Self::of(name, Value::SignedId(id, signature), attributes)
    }

    fn of(name: CookieName<'a>, value: Value<'a>, attributes: CookieAttributes<'a>) -> Result<Self, SetCookieError> {
        attributes.check()?;
        Ok(Self { name, value, attributes })
    }

    /// The line that makes a browser forget this cookie: no value, an end in the past, everything else alike.
    ///
    /// A browser takes it for this cookie only if domain and path are the same, and ignores it if `Secure`, `HttpOnly`,
    /// `SameSite` or `Partitioned` are missing where the name or the request asks for them.
    #[must_use]
    pub const fn removal(mut self) -> Self {
        self.value = Value::Text("");
        self.attributes = self.attributes.max_age(0).expires(Timestamp::UNIX_EPOCH);
        self
    }

    /// The same for a place where this cookie used to be set: with its domain and path, everything else alike.
    ///
    /// ```
    /// use session_core::{CookieAttributes, CookieName, CookieScope, SetCookie};
    ///
    /// // Once it was set for all hosts of the site, and such a cookie would be sent beside the new one.
    /// const FORMER: CookieScope<'_> = CookieScope::new("/").with_domain("example.com");
    ///
    /// let line = SetCookie::new(CookieName::CONNECT_SID, "value", CookieAttributes::new().path("/").secure(true))?;
    /// assert_eq!(
    ///     line.removal_in(FORMER)?.to_string(),
    ///     "connect.sid=; Max-Age=0; Domain=example.com; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure",
    /// );
    /// # Ok::<(), session_core::SetCookieError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SetCookieError`] for a domain or path that no line can have.
    pub fn removal_in(mut self, scope: CookieScope<'a>) -> Result<Self, SetCookieError> {
        self.attributes = scope.of(self.attributes)?;
        Ok(self.removal())
    }

    /// Writes the line into a buffer and gives what was written.
    ///
    /// # Errors
    ///
    /// [`BufferTooShort`], which says the length that is needed.
    pub fn write_to<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, BufferTooShort> {
        let mut writer = SliceWriter::new(buffer);
        // The writer takes everything and counts what does not fit.
        let _counted = write!(writer, "{self}");
        writer.finish()
    }
}

impl fmt::Display for SetCookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CookieAttributes { max_age, domain, path, expires, http_only, secure, partitioned, priority, same_site } =
            self.attributes;
        f.write_str(self.name.as_str())?;
        f.write_str("=")?;
        match &self.value {
            Value::Text(text) => percent::encode(text, f)?,
            Value::SignedId(id, signature) => {
                f.write_str("s%3A")?;
                percent::encode(id.as_str(), f)?;
                f.write_str(".")?;
                percent::encode(signature.as_str(), f)?;
            }
        }
        match max_age {
            Some(Seconds::Number(seconds)) => {
                f.write_str("; Max-Age=")?;
                write_decimal(seconds, f)?;
            }
            Some(Seconds::Spelled(seconds)) => {
                f.write_str("; Max-Age=")?;
                f.write_str(seconds)?;
            }
            None => {}
        }
        if !domain.is_empty() {
            f.write_str("; Domain=")?;
            f.write_str(domain)?;
        }
        if !path.is_empty() {
            f.write_str("; Path=")?;
            f.write_str(path)?;
        }
        if let Some(expires) = expires {
            write!(f, "; Expires={}", expires.http_date())?;
        }
        for (on, text) in [(http_only, "; HttpOnly"), (secure, "; Secure"), (partitioned, "; Partitioned")] {
            f.write_str(if on { text } else { "" })?;
        }
        f.write_str(priority.map_or("", |priority| priority.line()))?;
        f.write_str(same_site.map_or("", |same_site| same_site.line()))
    }
}

/// The value may be a session's id with its signature, so it does not print.
impl fmt::Debug for SetCookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetCookie")
            .field("name", &self.name.as_str())
            .field("attributes", &self.attributes)
            .finish_non_exhaustive()
    }
}
