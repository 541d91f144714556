//! Which requests have a session.

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
