//! What a session engine needs to know of a request.

/// The parts of a request's head that decide about its session.
///
/// The Cookie headers may be text or bytes, and any number of them: an `Option`, an array, or what the `http` crate's
/// `headers.get_all(COOKIE)` gives.
///
/// ```
/// use session_core::Request;
///
/// let request = Request::new(["theme=dark; connect.sid=…"], "/cart?page=2").encrypted(true);
/// ```
#[derive(Clone, Copy)]
pub struct Request<'r, H> {
    pub(crate) cookie_headers: H,
    pub(crate) target: &'r str,
    pub(crate) encrypted: bool,
}

impl<'r, H: IntoIterator<Item: AsRef<[u8]>>> Request<'r, H> {
    /// A request with these Cookie headers for this target (path and query, as the client sent them).
    #[must_use]
    pub const fn new(cookie_headers: H, target: &'r str) -> Self {
        Self { cookie_headers, target, encrypted: false }
    }

    /// Says whether it came encrypted; [`is_encrypted`] weighs what a proxy says.
    #[must_use]
    pub fn encrypted(mut self, encrypted: bool) -> Self {
        self.encrypted = encrypted;
        self
    }
}

/// The cookies may hold a session's id, so they do not print.
impl<H> core::fmt::Debug for Request<'_, H> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Request").field("encrypted", &self.encrypted).finish_non_exhaustive()
    }
}

/// Whom to believe about the connection between browser and proxy: express-session's option `proxy`.
///
/// ```
/// use session_core::Proxy;
///
/// assert_ne!(Proxy::Trusted, Proxy::Ignored);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// Nobody: only our own connection counts (`proxy: false`).
    Ignored,
    /// The framework, which has an answer of its own (`proxy` not given: Express's `req.secure`).
    Framework {
        /// The framework's answer.
        secure: bool,
    },
    /// The header `X-Forwarded-Proto` (`proxy: true`): only where every request comes through a proxy that sets it.
    Trusted,
}

/// Whether a request came encrypted: `issecure` of express-session.
///
/// | own connection | proxy | answer |
/// |---|---|---|
/// | encrypted | | yes |
/// | plain | `Ignored` | no |
/// | plain | `Framework` | what the framework says |
/// | plain | `Trusted` | whether the first element of `X-Forwarded-Proto` is `https`, in any case |
///
/// ```
/// use session_core::{Proxy, is_encrypted};
///
/// assert!(is_encrypted(false, Proxy::Trusted, b"https, http"));
/// assert!(!is_encrypted(false, Proxy::Ignored, b"https"));
/// ```
#[must_use]
pub fn is_encrypted(own_connection: bool, proxy: Proxy, x_forwarded_proto: &[u8]) -> bool {
    match proxy {
        _ if own_connection => true,
        Proxy::Ignored => false,
        Proxy::Framework { secure } => secure,
        Proxy::Trusted => {
            let first = x_forwarded_proto.split(|byte| *byte == b',').next().unwrap_or_default();
            trim(first).eq_ignore_ascii_case(b"https")
        }
    }
}

/// Whether the Host header of a request names a server by one of its own names; to be asked first, where a server has no
/// other way to know that it is meant: on a local network.
///
/// A page of any site can have its name lead to such a server's address (DNS rebinding), and then ask it as if it were its
/// own. Its cookies do not come along, but all that needs none does. Such a request is to be answered with 421.
///
/// | header | known names | answer |
/// |---|---|---|
/// | one of the names, in any case of its letters | | yes |
/// | one of the names, a colon and digits (RFC 9110, section 7.2) | | yes |
/// | anything else, also none or an empty one | | no |
///
/// ```
/// use session_core::is_known_host;
///
/// const NAMES: [&str; 3] = ["192.168.1.7", "[fe80::7]", "meter.local"];
/// assert!(is_known_host(b"Meter.local:8080", &NAMES) && is_known_host(b"[fe80::7]:80", &NAMES));
/// assert!(!is_known_host(b"evil.example", &NAMES) && !is_known_host(b"meter.local.evil.example", &NAMES));
/// ```
#[must_use]
pub fn is_known_host(header: &[u8], names: &[&str]) -> bool {
    names.iter().any(|name| {
        let Some((host, rest)) = header.split_at_checked(name.len()) else { return false };
        let is_port = |rest: &[u8]| rest.strip_prefix(b":").is_some_and(|port| port.iter().all(u8::is_ascii_digit));
        !name.is_empty() && host.eq_ignore_ascii_case(name.as_bytes()) && (rest.is_empty() || is_port(rest))
    })
}

/// `String.prototype.trim` on what Node makes of a header's bytes, which is Latin-1: A0 is the no-break space.
fn trim(text: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, 0x09..=0x0D | 0x20 | 0xA0);
    let start = text.iter().position(|byte| !is_space(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !is_space(byte)).map_or(start, |last| last.saturating_add(1));
    text.get(start..end).unwrap_or_default()
}
