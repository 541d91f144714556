//! Where a cookie is set for.

use super::attributes::{CookieAttributes, SetCookieError};

/// The domain and path that a cookie was set for: a place where ours may still be, under the name that it has now.
///
/// A browser keeps a cookie apart for each of them and sends all that match, so one that was set elsewhere by an older
/// configuration goes on being sent until it is removed there: see [`SetCookie::removal_in`](crate::SetCookie::removal_in).
///
/// ```
/// use session_core::CookieScope;
///
/// const FORMER: [CookieScope<'_>; 2] =
///     [CookieScope::new("/app"), CookieScope::new("/").with_domain("example.com")];
/// assert_eq!((FORMER[0].domain(), FORMER[0].path()), (None, "/app"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieScope<'a> {
    /// Empty: the host alone.
    domain: &'a str,
    path: &'a str,
}

impl<'a> CookieScope<'a> {
    /// This path of the host that answers; it is checked where it is used.
    #[must_use]
    pub const fn new(path: &'a str) -> Self {
        Self { domain: "", path }
    }

    /// The same for this domain and all hosts below it. An empty one counts as none.
    #[must_use]
    pub const fn with_domain(mut self, domain: &'a str) -> Self {
        self.domain = domain;
        self
    }

    /// The domain; `None`: the host that answers, and no other.
    #[must_use]
    pub const fn domain(self) -> Option<&'a str> {
        if self.domain.is_empty() { None } else { Some(self.domain) }
    }

    /// The path.
    #[must_use]
    pub const fn path(self) -> &'a str {
        self.path
    }

    /// These attributes, set here.
    pub(super) fn of(self, attributes: CookieAttributes<'a>) -> Result<CookieAttributes<'a>, SetCookieError> {
        let attributes = attributes.domain(self.domain).path(self.path);
        attributes.check()?;
        Ok(attributes)
    }

    /// Whether a browser takes cookies with these attributes for cookies of this place.
    ///
    /// It leaves out a dot in front of a domain, and takes it in lower case (RFC 6265, section 5.2.3).
    pub(super) fn is_of(self, attributes: &CookieAttributes<'_>) -> bool {
        bare(self.domain).eq_ignore_ascii_case(bare(attributes.domain)) && self.path == attributes.path
    }
}

fn bare(domain: &str) -> &str {
    domain.strip_prefix('.').unwrap_or(domain)
}
