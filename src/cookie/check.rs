//! What the `recommended` preset asks of a cookie's name and options before it takes them; `express` asks nothing.
//!
//! A line that breaks one of these rules is dropped by browsers without a word, and users find themselves logged out.
//! `auto` is settled by whether a request came encrypted, so options stand for two lines, and both have to keep the rules:
//! `Secure::Auto` is not enough where `Secure` is needed, and `same_site_auto` is `None` on the encrypted line alone.
//!
//! | a line | has to | or the fault is |
//! |---|---|---|
//! | with any name | have one of at most 3,581 bytes | `NameTooLong` |
//! | whose name begins with a prefix but for its case | not be | `LookAlike` |
//! | with any attributes | be one that npm cookie writes | `Attribute` |
//! | with any path, or none | have one that begins with `/` | `Path` |
//! | of `__Secure-`, `__Host-`, `__Http-`, `__Host-Http-` | be `Secure` | `PrefixNeedsSecure` |
//! | of `__Host-`, `__Host-Http-` | have the path `/` | `PrefixNeedsRootPath` |
//! | of `__Host-`, `__Host-Http-` | have no domain | `PrefixForbidsDomain` |
//! | of `__Http-`, `__Host-Http-` | be `HttpOnly` | `PrefixNeedsHttpOnly` |
//! | that is `SameSite=None` | be `Secure` | `SameSiteNeedsSecure` |
//! | that is `Partitioned` | be `Secure` | `PartitionedNeedsSecure` |
//!
//! The first fault in this order is given, the plain line's first. Options that say how long a session lives are
//! `Lifetime`, before all others.

use core::fmt;

use super::attributes::{CookieAttributes, SameSite, SetCookieError};
use super::options::CookieOptions;
use super::scope::CookieScope;
use super::set::CookieName;
use crate::id::ID_LENGTH;
use crate::key::SIGNATURE_LENGTH;

/// A browser ignores a line whose name and value are longer together (rfc6265bis-22, section 5.6).
const PAIR_LENGTH: usize = 4096;
/// `s%3A`, an id, a dot and a signature, if each byte of them has to be escaped.
const VALUE_LENGTH: usize = "s%3A".len() + 3 * ID_LENGTH + 1 + 3 * SIGNATURE_LENGTH;
const NAME_LENGTH: usize = PAIR_LENGTH - VALUE_LENGTH;

/// Checks the name and the options that a manager is made of.
///
/// Whether a document can hold the options is another question, and has been answered.
pub(crate) fn check(name: CookieName<'_>, options: &CookieOptions<'_>) -> Result<(), CookieFault> {
    if options.has_lifetime() {
        return Err(CookieFault::Lifetime);
    }
    let rules = Rules::of(name)?;
    for encrypted in [false, true] {
        rules.check(&options.line(encrypted)?)?;
    }
    Ok(())
}

/// Checks a place where the cookie used to be set: a browser has to take the line that removes it there, and it must not
/// be where the cookie is set now, which would remove the one that the same answer sets.
pub(crate) fn check_former(
    name: CookieName<'_>,
    options: &CookieOptions<'_>,
    scope: CookieScope<'_>,
) -> Result<(), CookieFault> {
    let rules = Rules::of(name)?;
    for encrypted in [false, true] {
        let line = options.line(encrypted)?;
        if scope.is_of(&line) {
            return Err(CookieFault::CurrentScope);
        }
        rules.check(&scope.of(line)?)?;
    }
    Ok(())
}

/// Whether a name begins with one of the four prefixes, in whatever case.
pub(crate) fn has_prefix(name: CookieName<'_>) -> bool {
    PREFIXES.iter().any(|(prefix, _)| begins_like(name.as_str(), prefix))
}

/// What a name asks of the line.
#[derive(Clone, Copy)]
struct Rules {
    secure: bool,
    host: bool,
    http: bool,
}

// > If a cookie's name begins with a case-sensitive match for the string `__Secure-`, then the cookie will have been set
// > with a `Secure` attribute.
// > [...] `__Host-`, then the cookie will have been set with a `Secure` attribute, a `Path` attribute with a value of `/`,
// > and no `Domain` attribute.
// > [...] `__Http-`, then the cookie will have been set with a `Secure` attribute, and an `HttpOnly` attribute.
// > [...] `__Host-Http-`, then the cookie will have been set with a `Secure` attribute, an `HttpOnly` attribute, a `Path`
// > attribute with a value of `/`, and no `Domain` attribute.
// (layered-cookies-02, "Cookie Name Prefixes"; the first two are those of rfc6265bis-22, section 4.1.3)
const PREFIXES: [(&str, Rules); 4] = [
    // Before the one that it begins with.
    ("__Host-Http-", Rules { secure: true, host: true, http: true }),
    ("__Host-", Rules { secure: true, host: true, http: false }),
    ("__Http-", Rules { secure: true, host: false, http: true }),
    ("__Secure-", Rules { secure: true, host: false, http: false }),
];

impl Rules {
    const NONE: Self = Self { secure: false, host: false, http: false };

    fn of(name: CookieName<'_>) -> Result<Self, CookieFault> {
        let name = name.as_str();
        if name.len() > NAME_LENGTH {
            return Err(CookieFault::NameTooLong);
        }
        match PREFIXES.into_iter().find(|(prefix, _)| begins_like(name, prefix)) {
            Some((prefix, _)) if !name.starts_with(prefix) => Err(CookieFault::LookAlike),
            Some((_, rules)) => Ok(rules),
            None => Ok(Self::NONE),
        }
    }

    fn check(self, line: &CookieAttributes<'_>) -> Result<(), CookieFault> {
        let Self { secure, host, http } = self;
        match line {
            line if !line.path.starts_with('/') => Err(CookieFault::Path),
            line if secure && !line.secure => Err(CookieFault::PrefixNeedsSecure),
            line if host && line.path != "/" => Err(CookieFault::PrefixNeedsRootPath),
            line if host && !line.domain.is_empty() => Err(CookieFault::PrefixForbidsDomain),
            line if http && !line.http_only => Err(CookieFault::PrefixNeedsHttpOnly),
            line if line.same_site == Some(SameSite::None) && !line.secure => Err(CookieFault::SameSiteNeedsSecure),
            line if line.partitioned && !line.secure => Err(CookieFault::PartitionedNeedsSecure),
            _ => Ok(()),
        }
    }
}

fn begins_like(name: &str, prefix: &str) -> bool {
    name.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// Why the `recommended` preset refuses the name or the options of a cookie: browsers would drop the line, or not keep
/// what it promises.
///
/// ```
/// use session_core::{CookieFault, SetCookieError};
///
/// let fault = CookieFault::PrefixNeedsSecure;
/// assert_eq!(fault.to_string(), "the cookie's name has a prefix that needs `Secure` always");
/// assert_eq!(CookieFault::from(SetCookieError::Domain).to_string(), SetCookieError::Domain.to_string());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieFault {
    /// The line could not be written at all.
    Attribute(SetCookieError),
    /// A former place is where the cookie is set now: its removal would remove the cookie itself.
    CurrentScope,
    /// The options say how long a session lives, which is for the limits of the policy to say.
    Lifetime,
    /// The name begins with `__Secure-`, `__Host-`, `__Http-` or `__Host-Http-` in another case. Some browsers ask of it what
    /// they ask of the prefix (rfc6265bis-22, section 5.4), others nothing, so it promises nothing.
    LookAlike,
    /// The name is over 3,581 bytes long, so that with the longest value it would be over the 4,096 that browsers keep
    /// (rfc6265bis-22, section 5.6; OWASP ASVS 5.0, 3.3.5).
    NameTooLong,
    /// `Partitioned` without `Secure` always (draft-cutler-httpbis-partitioned-cookies, "CHIPS").
    PartitionedNeedsSecure,
    /// There is no path, or it does not begin with `/`. A browser then takes the directory of the request's, and keeps one
    /// cookie for each (rfc6265bis-22, section 5.6.4).
    Path,
    /// `__Host-` or `__Host-Http-` with a domain (rfc6265bis-22, section 4.1.3.2).
    PrefixForbidsDomain,
    /// `__Http-` or `__Host-Http-` without `HttpOnly` (layered-cookies-02, "Cookie Name Prefixes").
    PrefixNeedsHttpOnly,
    /// `__Host-` or `__Host-Http-` with another path than `/` (rfc6265bis-22, section 4.1.3.2).
    PrefixNeedsRootPath,
    /// A name with a prefix, without `Secure` always (rfc6265bis-22, section 4.1.3; OWASP ASVS 5.0, 3.3.1).
    PrefixNeedsSecure,
    /// `SameSite=None` without `Secure` always (rfc6265bis-22, section 5.7).
    SameSiteNeedsSecure,
}

impl From<SetCookieError> for CookieFault {
    fn from(error: SetCookieError) -> Self {
        Self::Attribute(error)
    }
}

impl fmt::Display for CookieFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Attribute(error) => return error.fmt(f),
            Self::CurrentScope => "a former scope of the cookie is the one that it has now",
            Self::Lifetime => "the cookie's options set a lifetime, which is for the policy's limits",
            Self::LookAlike => "the cookie's name begins with a prefix in another case",
            Self::NameTooLong => "the cookie's name is over 3581 bytes long",
            Self::PartitionedNeedsSecure => "a partitioned cookie needs `Secure` always",
            Self::Path => "the cookie's path does not begin with a slash",
            Self::PrefixForbidsDomain => "the cookie's name has a prefix that forbids a domain",
            Self::PrefixNeedsHttpOnly => "the cookie's name has a prefix that needs `HttpOnly`",
            Self::PrefixNeedsRootPath => "the cookie's name has a prefix that needs the path `/`",
            Self::PrefixNeedsSecure => "the cookie's name has a prefix that needs `Secure` always",
            Self::SameSiteNeedsSecure => "a cookie with `SameSite=None` needs `Secure` always",
        })
    }
}

impl core::error::Error for CookieFault {}
