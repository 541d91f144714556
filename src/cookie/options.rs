//! The options that a new session's cookie is made from: express-session's `cookie` option.

use super::attributes::{CookieAttributes, Priority, SameSite, SetCookieError};
use super::session::{SessionCookie, line_of};
use super::stored::{Attribute, AttributesTooLong, Field, StoredAttributes};
use crate::expiry::{Expires, Expiry, MaxAge};
use crate::time::Timestamp;

/// What the cookie of a new session is made from; `const` like a configuration should be.
///
/// ```
/// use session_core::{CookieOptions, SameSite, Secure};
///
/// const OPTIONS: CookieOptions<'_> =
///     CookieOptions::new().max_age(2 * 60 * 60 * 1000).secure(Secure::Auto).same_site(SameSite::Lax);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieOptions<'a> {
    lifetime: Lifetime,
    partitioned: Attribute<'a>,
    priority: Attribute<'a>,
    secure: Attribute<'a>,
    http_only: Attribute<'a>,
    domain: Attribute<'a>,
    path: Attribute<'a>,
    same_site: Attribute<'a>,
    secure_auto: bool,
    same_site_auto: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lifetime {
    Expires(Timestamp),
    MaxAge(MaxAge),
}

/// When the cookie is for encrypted connections only.
///
/// ```
/// use session_core::{CookieOptions, Secure};
///
/// const BEHIND_A_PROXY: CookieOptions<'_> = CookieOptions::new().secure(Secure::Auto);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secure {
    /// Always. On a plain connection the session is stored but the cookie is not sent.
    Always,
    /// If the request that makes the session came encrypted (`secure: 'auto'`).
    Auto,
    /// Not.
    Never,
}

impl Default for CookieOptions<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> CookieOptions<'a> {
    /// Express's defaults: path `/`, `HttpOnly`, and an end with the browser's session.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            lifetime: Lifetime::MaxAge(MaxAge::Null),
            partitioned: Attribute::Absent,
            priority: Attribute::Absent,
            secure: Attribute::Absent,
            http_only: SessionCookie::default_of(Field::HttpOnly),
            domain: Attribute::Absent,
            path: SessionCookie::default_of(Field::Path),
            same_site: Attribute::Absent,
            secure_auto: false,
            same_site_auto: false,
        }
    }

    /// What the `recommended` preset suggests: path `/`, `HttpOnly`, `Secure` always, `SameSite=Lax`, and no lifetime of
    /// its own.
    ///
    /// OWASP ASVS 5.0 asks for these: `Secure` in 3.3.1, `SameSite` in 3.3.2, `HttpOnly` in 3.3.4; and no `Domain` with
    /// path `/` is what the name [`HOST_SID`](super::CookieName::HOST_SID) needs, 3.3.3. `Lax` and not `Strict`, since
    /// with `Strict` who follows a link from another site finds himself logged out.
    ///
    /// ```
    /// use session_core::{CookieOptions, SameSite};
    ///
    /// // A shop that no other site links into.
    /// const OPTIONS: CookieOptions<'_> = CookieOptions::recommended().same_site(SameSite::Strict);
    /// ```
    #[must_use]
    pub const fn recommended() -> Self {
        Self::new().secure(Secure::Always).same_site(SameSite::Lax)
    }

    /// What goes with [`Policy::device`](crate::Policy::device): path `/`, `HttpOnly`, `SameSite=Strict`, not `Secure`, and no
    /// lifetime of its own.
    ///
    /// `Strict`, since nobody follows a link from another site to a device, and other sites are the ones that attack it.
    #[must_use]
    pub const fn device() -> Self {
        Self::new().same_site(SameSite::Strict)
    }

    /// How long a session lives after its last use, in ms.
    #[must_use]
    pub const fn max_age(self, ms: i64) -> Self {
        self.max_age_value(MaxAge::Ms(ms))
    }

    /// The same for every value that JavaScript may have there.
    #[must_use]
    pub const fn max_age_value(mut self, max_age: MaxAge) -> Self {
        self.lifetime = Lifetime::MaxAge(max_age);
        self
    }

    /// When each session ends; what is left until then when it is made becomes its `originalMaxAge`.
    #[must_use]
    pub const fn expires(mut self, expires: Timestamp) -> Self {
        self.lifetime = Lifetime::Expires(expires);
        self
    }

    /// `Domain`: to which hosts the cookie goes; none: only to the one that set it.
    #[must_use]
    pub const fn domain(self, domain: &'a str) -> Self {
        self.attribute(Field::Domain, Attribute::Text(domain))
    }

    /// `Path`: below which path the cookie is sent, and a request has a session at all.
    #[must_use]
    pub const fn path(self, path: &'a str) -> Self {
        self.attribute(Field::Path, Attribute::Text(path))
    }

    /// `HttpOnly`: hidden from scripts.
    #[must_use]
    pub const fn http_only(self, on: bool) -> Self {
        self.attribute(Field::HttpOnly, Attribute::Bool(on))
    }

    /// `Secure`: only over encrypted connections.
    #[must_use]
    pub const fn secure(mut self, secure: Secure) -> Self {
        self.secure_auto = matches!(secure, Secure::Auto);
        self.secure = Attribute::Bool(matches!(secure, Secure::Always));
        self
    }

    /// `Partitioned`: one cookie for each site that embeds this one.
    #[must_use]
    pub const fn partitioned(self, on: bool) -> Self {
        self.attribute(Field::Partitioned, Attribute::Bool(on))
    }

    /// `Priority`.
    #[must_use]
    pub const fn priority(self, priority: Priority) -> Self {
        self.attribute(Field::Priority, Attribute::Text(priority.name()))
    }

    /// `SameSite`: with which requests of other sites the cookie is sent.
    #[must_use]
    pub const fn same_site(self, same_site: SameSite) -> Self {
        self.attribute(Field::SameSite, Attribute::Text(same_site.name()))
    }

    /// `SameSite=None` if the request that makes the session came encrypted, else `Lax` (`sameSite: 'auto'`).
    #[must_use]
    pub const fn same_site_auto(mut self) -> Self {
        self.same_site_auto = true;
        self
    }

    /// Any attribute with any value that a program in JavaScript could give; it is checked when the cookie is written.
    #[must_use]
    pub const fn attribute(mut self, field: Field, value: Attribute<'a>) -> Self {
        match field {
            Field::Partitioned => self.partitioned = value,
            Field::Priority => self.priority = value,
            Field::Secure => {
                self.secure = value;
                self.secure_auto = false;
            }
            Field::HttpOnly => self.http_only = value,
            Field::Domain => self.domain = value,
            Field::Path => self.path = value,
            Field::SameSite => {
                self.same_site = value;
                self.same_site_auto = false;
            }
        }
        self
    }

    /// The path below which a request has a session: `cookie.path || "/"`, as text.
    pub(crate) fn scope(&self) -> &'a str {
        match self.path {
            Attribute::Bool(true) => "true",
            Attribute::Number(text) | Attribute::Text(text) if self.path.is_truthy() => text,
            _ => "/",
        }
    }

    /// Whether a document can hold these options.
    pub(crate) fn check(&self) -> Result<(), AttributesTooLong> {
        StoredAttributes::pack(self.attributes(true)).map(|_| ())
    }

    /// Whether they say how long a session lives.
    pub(super) fn has_lifetime(&self) -> bool {
        self.lifetime != Lifetime::MaxAge(MaxAge::Null)
    }

    /// The attributes of the line of a session that a request makes, apart from its end.
    pub(super) fn line(&self, encrypted: bool) -> Result<CookieAttributes<'a>, SetCookieError> {
        let line = line_of(self.attributes(encrypted))?;
        line.check()?;
        Ok(line)
    }

    /// The cookie of a session that is made now; `auto` is settled here, once. The options have been checked.
    pub(crate) fn cookie(&self, encrypted: bool, now: Timestamp) -> SessionCookie {
        let mut expiry = Expiry::default();
        match self.lifetime {
            Lifetime::MaxAge(max_age) => expiry.set_max_age(max_age, now),
            Lifetime::Expires(end) => expiry.set_expires(Expires::At(end), now),
        }
        SessionCookie::from_parts(expiry, self.attributes(encrypted)).unwrap_or_default()
    }

    fn attributes(&self, encrypted: bool) -> [Attribute<'a>; Field::ALL.len()] {
        let secure = if self.secure_auto { Attribute::Bool(encrypted) } else { self.secure };
        let auto = if encrypted { SameSite::None } else { SameSite::Lax };
        let same_site = if self.same_site_auto { Attribute::Text(auto.name()) } else { self.same_site };
        [self.partitioned, self.priority, secure, self.http_only, self.domain, self.path, same_site]
    }
}
