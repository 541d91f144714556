//! The Set-Cookie line.

use core::fmt;

use super::attributes::{CookieAttributes, Seconds, SetCookieError};
use super::scope::CookieScope;
use crate::id::SessionId;
use crate::key::{Key, Signature};
use crate::percent;
use crate::text::{BufferTooShort, Sink, SliceWriter, display, push_decimal};
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
        attributes.check()?;
        Ok(Self { name, value: Value::Text(value), attributes })
    }

    /// The line of a session's cookie: `s:`, the id, a dot and the id's signature by this key, as express-session's
    /// `setcookie` makes it.
    ///
    /// ```
    /// use session_core::{CookieAttributes, CookieName, Key, SessionId, SetCookie};
    ///
    /// let id: SessionId = "abc".parse()?;
    /// let key = Key::new("keyboard cat");
    /// let line = SetCookie::signed(CookieName::CONNECT_SID, &id, &key, CookieAttributes::new().path("/"))?;
    /// assert_eq!(line.to_string(), "connect.sid=s%3Aabc.BpxCrWRpvZMh%2Fwk%2Fdjl34N%2Bm%2BVQEU7K%2F5WenLwJCgFU; Path=/");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SetCookieError`] where npm cookie throws.
    pub fn signed(
        name: CookieName<'a>,
        id: &'a SessionId,
        key: &Key,
        attributes: CookieAttributes<'a>,
    ) -> Result<Self, SetCookieError> {
        attributes.check()?;
        Ok(Self { name, value: Value::SignedId(id, key.sign_bytes(id.as_bytes())), attributes })
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
        self.written_to(buffer).finish()
    }

    /// The same for those who send bytes: no time and no flash goes into making sure that they are text.
    ///
    /// ```
    /// use session_core::{CookieAttributes, CookieName, SetCookie};
    ///
    /// let line = SetCookie::new(CookieName::new("theme")?, "dark", CookieAttributes::new())?;
    /// assert_eq!(line.copy_to(&mut [0; 16]).unwrap(), b"theme=dark");
    /// # Ok::<(), session_core::SetCookieError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`BufferTooShort`], which says the length that is needed.
    pub fn copy_to<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], BufferTooShort> {
        self.written_to(buffer).finish_bytes()
    }

    fn written_to<'b>(&self, buffer: &'b mut [u8]) -> SliceWriter<'b> {
        let mut writer = SliceWriter::new(buffer);
        self.push_to(&mut writer);
        writer
    }

    fn push_to(&self, out: &mut (impl Sink + ?Sized)) {
        let CookieAttributes { max_age, domain, path, expires, http_only, secure, partitioned, priority, same_site } =
            self.attributes;
        out.push(self.name.as_str().as_bytes());
        out.push(b"=");
        match &self.value {
            Value::Text(text) => percent::encode(text.as_bytes(), out),
            Value::SignedId(id, signature) => {
                out.push(b"s%3A");
                percent::encode(id.as_bytes(), out);
                out.push(b".");
                percent::encode_base64(signature.as_bytes(), out);
            }
        }
        if let Some(seconds) = max_age {
            out.push(b"; Max-Age=");
            match seconds {
                Seconds::Number(seconds) => push_decimal(seconds, out),
                Seconds::Spelled(seconds) => out.push(seconds.as_bytes()),
            }
        }
        for (name, text) in [("; Domain=", domain), ("; Path=", path)] {
            if !text.is_empty() {
                out.push(name.as_bytes());
                out.push(text.as_bytes());
            }
        }
        if let Some(expires) = expires {
            out.push(b"; Expires=");
            expires.http_date().push_to(out);
        }
        for (on, text) in [(http_only, "; HttpOnly"), (secure, "; Secure"), (partitioned, "; Partitioned")] {
            out.push(if on { text.as_bytes() } else { b"" });
        }
        out.push(priority.map_or("", |priority| priority.line()).as_bytes());
        out.push(same_site.map_or("", |same_site| same_site.line()).as_bytes());
    }
}

impl fmt::Display for SetCookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, |out| self.push_to(out))
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
