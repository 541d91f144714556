//! The attributes of a Set-Cookie line, and what npm cookie 0.7.2 accepts in them.

use core::fmt;

use super::stored::Attribute;
use crate::time::Timestamp;

/// The attributes of a Set-Cookie line, to be given to [`SetCookie::new`](crate::SetCookie::new), which checks them.
///
/// They are those of `serialize` of npm cookie 0.7.2. An empty domain or path counts as not given.
///
/// ```
/// use session_core::{CookieAttributes, SameSite};
///
/// const ATTRIBUTES: CookieAttributes<'_> =
///     CookieAttributes::new().path("/").http_only(true).secure(true).same_site(SameSite::Lax);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CookieAttributes<'a> {
    pub(crate) max_age: Option<Seconds<'a>>,
    pub(crate) domain: &'a str,
    pub(crate) path: &'a str,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) http_only: bool,
    pub(crate) secure: bool,
    pub(crate) partitioned: bool,
    pub(crate) priority: Option<Priority>,
    pub(crate) same_site: Option<SameSite>,
}

/// `Max-Age` as a number, or as JavaScript spells one that is too large for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seconds<'a> {
    Number(i64),
    Spelled(&'a str),
}

impl<'a> CookieAttributes<'a> {
    /// None of them.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_age: None,
            domain: "",
            path: "",
            expires: None,
            http_only: false,
            secure: false,
            partitioned: false,
            priority: None,
            same_site: None,
        }
    }

    /// `Max-Age`, in seconds.
    #[must_use]
    pub const fn max_age(mut self, seconds: i64) -> Self {
        self.max_age = Some(Seconds::Number(seconds));
        self
    }

    /// `Max-Age` in seconds, spelled as JavaScript spells a whole number of any size: `1e+21`.
    #[must_use]
    pub const fn max_age_spelled(mut self, seconds: &'a str) -> Self {
        self.max_age = Some(Seconds::Spelled(seconds));
        self
    }

    /// `Domain`.
    #[must_use]
    pub const fn domain(mut self, domain: &'a str) -> Self {
        self.domain = domain;
        self
    }

    /// `Path`.
    #[must_use]
    pub const fn path(mut self, path: &'a str) -> Self {
        self.path = path;
        self
    }

    /// `Expires`.
    #[must_use]
    pub const fn expires(mut self, expires: Timestamp) -> Self {
        self.expires = Some(expires);
        self
    }

    /// `HttpOnly`.
    #[must_use]
    pub const fn http_only(mut self, on: bool) -> Self {
        self.http_only = on;
        self
    }

    /// `Secure`.
    #[must_use]
    pub const fn secure(mut self, on: bool) -> Self {
        self.secure = on;
        self
    }

    /// `Partitioned`.
    #[must_use]
    pub const fn partitioned(mut self, on: bool) -> Self {
        self.partitioned = on;
        self
    }

    /// `Priority`.
    #[must_use]
    pub const fn priority(mut self, priority: Priority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// `SameSite`.
    #[must_use]
    pub const fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = Some(same_site);
        self
    }

    pub(crate) fn check(&self) -> Result<(), SetCookieError> {
        match self.max_age {
            Some(Seconds::Spelled(text)) if !is_spelled_number(text) => Err(SetCookieError::MaxAge),
            _ if !self.domain.is_empty() && !is_domain(self.domain) => Err(SetCookieError::Domain),
            _ if !is_path(self.path) => Err(SetCookieError::Path),
            _ => Ok(()),
        }
    }
}

/// `^-?[0-9]+(e\+[0-9]+)?$`, with a fraction before the `e`: what a whole number of JavaScript looks like.
fn is_spelled_number(text: &str) -> bool {
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let mut parts = text.strip_prefix('-').unwrap_or(text).as_bytes().splitn(2, |byte| *byte == b'e');
    let mantissa = parts.next().unwrap_or_default();
    match parts.next() {
        None => digits(mantissa),
        Some(exponent) => {
            let mut parts = mantissa.splitn(2, |byte| *byte == b'.');
            digits(parts.next().unwrap_or_default())
                && digits(parts.next().unwrap_or(b"0"))
                && exponent.strip_prefix(b"+").is_some_and(digits)
        }
    }
}

/// `/^([.]?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)([.][a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i`: labels of 1 to 63 letters,
/// digits and inner hyphens, and perhaps a dot before the first.
fn is_domain(domain: &str) -> bool {
    domain.strip_prefix('.').unwrap_or(domain).as_bytes().split(|byte| *byte == b'.').all(|label| {
        let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        label.len() <= 63
            && edge(label.first())
            && edge(label.last())
            && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    })
}

/// `/^[\x20-\x3A\x3D-\x7E]*$/`: printable ASCII but `;` and `<`.
fn is_path(path: &str) -> bool {
    path.bytes().all(|byte| matches!(byte, 0x20..=0x3A | 0x3D..=0x7E))
}

/// Which cookies a browser drops first when it has too many (`Priority`, known to Chromium).
///
/// ```
/// use session_core::{Attribute, Priority};
///
/// assert_eq!(Priority::from_attribute(Attribute::Text("HIGH"))?, Some(Priority::High));
/// # Ok::<(), session_core::SetCookieError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Kept the longest.
    High,
    /// Dropped first.
    Low,
    /// The default of browsers.
    Medium,
}

impl Priority {
    /// As npm cookie reads the option: a name in any case, or nothing for what is not truthy.
    ///
    /// # Errors
    ///
    /// [`SetCookieError::Priority`] for any other value.
    pub fn from_attribute(value: Attribute<'_>) -> Result<Option<Self>, SetCookieError> {
        const NAMES: [(&str, Priority); 3] =
            [("low", Priority::Low), ("medium", Priority::Medium), ("high", Priority::High)];
        match value {
            Attribute::Text(text) if !text.is_empty() => named(text, NAMES).map(Some).ok_or(SetCookieError::Priority),
            other if other.is_truthy() => Err(SetCookieError::Priority),
            _ => Ok(None),
        }
    }

    /// The name in the options of npm cookie.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Low => "low",
            Self::Medium => "medium",
        }
    }

    pub(crate) const fn line(self) -> &'static str {
        match self {
            Self::High => "; Priority=High",
            Self::Low => "; Priority=Low",
            Self::Medium => "; Priority=Medium",
        }
    }
}

/// With which requests of other sites a browser sends the cookie (`SameSite`).
///
/// ```
/// use session_core::{Attribute, SameSite};
///
/// assert_eq!(SameSite::from_attribute(Attribute::Bool(true))?, Some(SameSite::Strict));
/// assert!(SameSite::from_attribute(Attribute::Text("auto")).is_err());
/// # Ok::<(), session_core::SetCookieError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// With links from other sites, not with their forms and images.
    Lax,
    /// With all; browsers then ask for `Secure`.
    None,
    /// With none.
    Strict,
}

impl SameSite {
    /// As npm cookie reads the option: a name in any case, `true` for strict, or nothing for what is not truthy.
    ///
    /// # Errors
    ///
    /// [`SetCookieError::SameSite`] for any other value.
    pub fn from_attribute(value: Attribute<'_>) -> Result<Option<Self>, SetCookieError> {
        const NAMES: [(&str, SameSite); 3] =
            [("lax", SameSite::Lax), ("strict", SameSite::Strict), ("none", SameSite::None)];
        match value {
            Attribute::Bool(true) => Ok(Some(Self::Strict)),
            Attribute::Text(text) if !text.is_empty() => named(text, NAMES).map(Some).ok_or(SetCookieError::SameSite),
            other if other.is_truthy() => Err(SetCookieError::SameSite),
            _ => Ok(None),
        }
    }

    /// The name in the options of npm cookie.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lax => "lax",
            Self::None => "none",
            Self::Strict => "strict",
        }
    }

    pub(crate) const fn line(self) -> &'static str {
        match self {
            Self::Lax => "; SameSite=Lax",
            Self::None => "; SameSite=None",
            Self::Strict => "; SameSite=Strict",
        }
    }
}

/// `String.prototype.toLowerCase` maps one character outside ASCII into it, the Kelvin sign (to `k`), which is in none
/// of the names: so ASCII is enough.
fn named<T: Copy, const N: usize>(text: &str, names: [(&str, T); N]) -> Option<T> {
    names.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, value)| value)
}

/// Why a Set-Cookie line cannot be written; the cases are those in which npm cookie throws.
///
/// ```
/// use session_core::{CookieAttributes, CookieName, SetCookie, SetCookieError};
///
/// let split = CookieAttributes::new().path("/; Secure");
/// let refused = SetCookie::new(CookieName::new("a")?, "b", split).unwrap_err();
/// assert_eq!(refused, SetCookieError::Path);
/// # Ok::<(), SetCookieError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetCookieError {
    /// Not a host name of labels of at most 63 letters, digits and hyphens.
    Domain,
    /// Not a date that JavaScript can hold.
    Expires,
    /// Not a whole number.
    MaxAge,
    /// The name is no token of RFC 9110.
    Name,
    /// A control character, a character outside ASCII, `;` or `<`.
    Path,
    /// Neither low, medium nor high.
    Priority,
    /// Neither lax, strict nor none.
    SameSite,
}

impl fmt::Display for SetCookieError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Domain => "the cookie's domain is invalid",
            Self::Expires => "the cookie's expiry is no date",
            Self::MaxAge => "the cookie's max age is no whole number",
            Self::Name => "the cookie's name is invalid",
            Self::Path => "the cookie's path is invalid",
            Self::Priority => "the cookie's priority is invalid",
            Self::SameSite => "the cookie's same site rule is invalid",
        })
    }
}

impl core::error::Error for SetCookieError {}
