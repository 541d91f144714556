//! How sessions live: presets, and the choices that depart from them.

use core::fmt;

use crate::fingerprint::Fingerprint;

/// How a session lives: the options of express-session, and the choices that go beyond them.
///
/// There is no default: a preset is named, and what differs from it is named too.
///
/// ```
/// use session_core::{Fingerprint, Policy};
///
/// const POLICY: Policy<u32> =
///     Policy::express(Fingerprint::of_hash).with_resave(false).with_save_uninitialized(false);
/// ```
pub struct Policy<T> {
    pub(crate) switches: Switches,
    pub(crate) changes: Changes<T>,
    pub(crate) path_rule: PathRule,
}

/// The options of express-session that decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Switches {
    pub(crate) resave: bool,
    pub(crate) rolling: bool,
    pub(crate) save_uninitialized: bool,
    pub(crate) unset: Unset,
}

impl<T> Policy<T> {
    /// As express-session 1.19.0 does with no option given: `resave` and `saveUninitialized` are on.
    ///
    /// Changes are found by comparing fingerprints of the data, so that setting a value and setting it back is none.
    #[must_use]
    pub const fn express(fingerprint: fn(&T) -> Fingerprint) -> Self {
        Self {
            switches: Switches { resave: true, rolling: false, save_uninitialized: true, unset: Unset::Keep },
            changes: Changes::Fingerprint(fingerprint),
            path_rule: PathRule::Prefix,
        }
    }

    /// Whether a loaded session is written back though nothing has changed.
    #[must_use]
    pub const fn with_resave(mut self, on: bool) -> Self {
        self.switches.resave = on;
        self
    }

    /// Whether the cookie is sent with every answer, so that its end moves on.
    #[must_use]
    pub const fn with_rolling(mut self, on: bool) -> Self {
        self.switches.rolling = on;
        self
    }

    /// Whether a new session that nobody has put anything into is stored.
    #[must_use]
    pub const fn with_save_uninitialized(mut self, on: bool) -> Self {
        self.switches.save_uninitialized = on;
        self
    }

    /// What becomes of the stored session when the handler lets go of its own.
    #[must_use]
    pub const fn with_unset(mut self, unset: Unset) -> Self {
        self.switches.unset = unset;
        self
    }

    /// How changes are found.
    #[must_use]
    pub const fn with_changes(mut self, changes: Changes<T>) -> Self {
        self.changes = changes;
        self
    }

    /// Which requests have a session by their path.
    #[must_use]
    pub const fn with_path_rule(mut self, rule: PathRule) -> Self {
        self.path_rule = rule;
        self
    }
}

impl<T> Clone for Policy<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Policy<T> {}

impl<T> fmt::Debug for Policy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("switches", &self.switches)
            .field("changes", &self.changes)
            .field("path_rule", &self.path_rule)
            .finish()
    }
}

/// What becomes of the stored session when the handler lets go of its own (`req.session = null`).
///
/// ```
/// use session_core::{Fingerprint, Policy, Unset};
///
/// let policy = Policy::<u8>::express(Fingerprint::of_hash).with_unset(Unset::Destroy);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unset {
    /// It is destroyed at the end of the request.
    Destroy,
    /// It stays as it is.
    Keep,
}

/// How it is found out that a handler has changed the data.
///
/// ```
/// use session_core::{Changes, Fingerprint, Policy};
///
/// let policy = Policy::<f64>::express(|data| Fingerprint::of_bytes(&data.to_le_bytes()));
/// let cheaper = policy.with_changes(Changes::Flag);
/// ```
pub enum Changes<T> {
    /// By comparing fingerprints of the data, taken when the session is opened, saved and closed.
    Fingerprint(fn(&T) -> Fingerprint),
    /// By a flag that `data_mut` sets: cheaper, and a value that is set to what it was counts as changed.
    Flag,
}

impl<T> Clone for Changes<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Changes<T> {}

impl<T> fmt::Debug for Changes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fingerprint(_) => "Fingerprint",
            Self::Flag => "Flag",
        })
    }
}

/// Which requests have a session, by the path of the request and the `path` of the cookie options.
///
/// ```
/// use session_core::PathRule;
///
/// assert!(PathRule::Prefix.matches("/admin", "/administrator?page=1"));
/// assert!(!PathRule::Rfc6265.matches("/admin", "/administrator?page=1"));
/// assert!(PathRule::Rfc6265.matches("/admin", "/admin/users"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathRule {
    /// Those whose path begins with it, as plain text: express-session 1.19.0.
    Prefix,
    /// Those to which a browser sends the cookie: RFC 6265 section 5.1.4, and express-session after 1.19.0.
    Rfc6265,
}

impl PathRule {
    /// Whether a request for `target`, with or without a query, has a session whose cookie has the path `scope`.
    ///
    /// Nothing is decoded, and case counts. A target with a scheme and a host, as proxies are sent, counts by its path.
    #[must_use]
    pub fn matches(self, scope: &str, target: &str) -> bool {
        let Some(rest) = path_of(target.as_bytes()).strip_prefix(scope.as_bytes()) else { return false };
        // > The cookie-path is a prefix of the request-path, and the last character of the cookie-path is %x2F ("/")
        // > [or] the first character of the request-path that is not included in the cookie-path is %x2F.
        self == Self::Prefix || rest.is_empty() || scope.ends_with('/') || rest.starts_with(b"/")
    }
}

/// The path of a request's target.
///
/// RFC 9112, section 3.2:
///
/// > origin-form   = absolute-path [ "?" query ]
/// > absolute-form = absolute-URI
fn path_of(target: &[u8]) -> &[u8] {
    let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
    let authority = [&b"http://"[..], b"https://"].into_iter().find_map(|scheme| {
        let (start, behind) = path.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(behind)
    });
    let path = match authority {
        None => path,
        Some(authority) => {
            let host = authority.iter().position(|byte| *byte == b'/').unwrap_or(authority.len());
            authority.get(host..).unwrap_or_default()
        }
    };
    if path.is_empty() { b"/" } else { path }
}
