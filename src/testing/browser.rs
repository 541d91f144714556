//! What a browser makes of a `Set-Cookie` line: RFC 6265bis, section 5.

use alloc::vec::Vec;
use core::fmt;

use super::case::Pair;
use super::grammar::{split_once, starts_with_ignore_case, trim_end, trim_start};

/// A cookie as a browser has stored it.
///
/// ```
/// use session_core::testing::reference;
///
/// let cookie = reference::stored(b" sid = a b ; Path=/app; path=/; SECURE").unwrap();
/// assert_eq!((cookie.name(), cookie.value()), (&b"sid"[..], &b"a b"[..]));
/// // The last of a name counts.
/// assert_eq!(cookie.attribute("path"), Some(&b"/"[..]));
/// assert_eq!((cookie.attribute("Secure"), cookie.attribute("HttpOnly")), (Some(&b""[..]), None));
/// assert_eq!(cookie.sent(), b"sid=a b");
/// assert_eq!(reference::stored(b"__Host-sid=1; Path=/"), None);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    name: Vec<u8>,
    value: Vec<u8>,
    attributes: Vec<Pair>,
}

impl Stored {
    /// The name, which may be empty.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// The value with everything in it, quotes too.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// What counts of an attribute, whatever letters its name is written in; empty for one that has no value.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&[u8]> {
        let is_it = |(other, _): &&Pair| other.eq_ignore_ascii_case(name.as_bytes());
        self.attributes.iter().rev().find(is_it).map(|(_, value)| &value[..])
    }

    /// How it comes back to the server: its part of the `Cookie` header.
    #[must_use]
    pub fn sent(&self) -> Vec<u8> {
        // > If the cookies' name is not empty, output the cookie's name followed by the %x3D ("=") character.
        // > If the cookies' value is not empty, output the cookie's value.
        if self.name.is_empty() { self.value.clone() } else { [&self.name[..], &self.value].join(&b'=') }
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stored(b\"{}\"", self.sent().escape_ascii())?;
        for (name, value) in &self.attributes {
            write!(f, "; {}={}", name.escape_ascii(), value.escape_ascii())?;
        }
        f.write_str(")")
    }
}

pub(super) fn stored(line: &[u8]) -> Option<Stored> {
    // > If the set-cookie-string contains a %x00-08 / %x0A-1F / %x7F character (CTL characters excluding HTAB):
    // > Abort these steps and ignore the set-cookie-string entirely.
    if line.iter().any(|byte| matches!(byte, 0..=8 | 0x0A..=0x1F | 0x7F)) {
        return None;
    }
    // > If the set-cookie-string contains a %x3B (";") character, the name-value-pair string consists of the characters
    // > up to, but not including, the first %x3B (";").
    let mut pieces = line.split(|byte| *byte == b';');
    let pair = pieces.next().unwrap_or_default();
    // > If the name-value-pair string lacks a %x3D ("=") character, then the name string is empty, and the value string
    // > is the value of name-value-pair.
    let (name, value) = split_once(pair, b'=').unwrap_or((&[], pair));
    // > Remove any leading or trailing WSP characters from the name string and the value string.
    let (name, value) = (trim(name), trim(value));
    // > If the sum of the lengths of the name string and the value string is more than 4096 octets, abort these steps
    // > and ignore the set-cookie-string entirely.
    if name.len().saturating_add(value.len()) > 4096 {
        return None;
    }
    let mut attributes = Vec::new();
    for piece in pieces {
        // > Otherwise: The attribute-name string consists of the entire cookie-av string, and the attribute-value string
        // > is empty.
        let (name, value) = split_once(piece, b'=').unwrap_or((piece, &[]));
        let (name, value) = (trim(name), trim(value));
        // > If the attribute-value is longer than 1024 octets, ignore the cookie-av string and return to Step 1
        if value.len() <= 1024 && !(name.is_empty() && value.is_empty()) {
            attributes.push((name.to_vec(), value.to_vec()));
        }
    }
    let cookie = Stored { name: name.to_vec(), value: value.to_vec(), attributes };
    is_kept(&cookie).then_some(cookie)
}

/// The storage model, as far as it depends on the line alone.
fn is_kept(cookie: &Stored) -> bool {
    // > If cookie-name is empty and cookie-value is empty, abort these steps and ignore the cookie entirely.
    if cookie.name.is_empty() && cookie.value.is_empty() {
        return false;
    }
    // > If the cookie-name is empty and either of the following conditions are true, abort these steps and ignore the
    // > cookie entirely: the cookie-value begins with a case-insensitive match for the string "__Secure-" / "__Host-"
    let promises = |prefix| {
        let text = if cookie.name.is_empty() { &cookie.value } else { &cookie.name };
        starts_with_ignore_case(text, prefix)
    };
    let (is_secure, is_http) = (cookie.attribute("Secure").is_some(), cookie.attribute("HttpOnly").is_some());
    // > The cookie's host-only-flag is true; the cookie-attribute-list contains an attribute with an attribute-name of
    // > "Path", and the cookie's path is "/"
    let is_host =
        is_secure && cookie.attribute("Path") == Some(b"/") && cookie.attribute("Domain").is_none_or(<[u8]>::is_empty);
    let keeps = (!promises(b"__Secure-") || is_secure)
        && (!promises(b"__Http-") || (is_secure && is_http))
        && (!promises(b"__Host-") || is_host)
        && (!promises(b"__Host-Http-") || is_http);
    let has_prefix = [&b"__Secure-"[..], b"__Http-", b"__Host-"].into_iter().any(promises);
    if cookie.name.is_empty() { !has_prefix } else { keeps }
}

fn trim(bytes: &[u8]) -> &[u8] {
    trim_end(trim_start(bytes))
}
