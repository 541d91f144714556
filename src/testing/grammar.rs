//! The grammar that RFC 6265bis gives for servers, section 4, and which rule of it a header breaks.

use super::case::Header;

/// A rule of the grammar that RFC 6265bis gives for servers.
///
/// ```
/// use session_core::testing::{Header, Rule, reference};
///
/// assert_eq!(reference::check(Header::Cookie, b"a=1; b=2"), Ok(()));
/// assert_eq!(reference::check(Header::Cookie, b"a=1;b=2"), Err(Rule::Separator));
/// assert_eq!(reference::check(Header::SetCookie, b"__Host-a=1; Path=/"), Err(Rule::Prefix));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Rule {
    /// There is a pair at the beginning, at the end, and between two `;`.
    MissingPair,
    /// Cookies are separated by `;` and one space.
    Separator,
    /// A pair has a `=`.
    NoEquals,
    /// A name is not empty.
    NameEmpty,
    /// A name is a token: no blanks, no controls, no separators, only ASCII.
    NameOctet,
    /// No blanks, controls, commas or backslashes are in a value, and only ASCII.
    ValueOctet,
    /// Quotes are around a value, both of them, or nowhere.
    Quotes,
    /// Name and value are 4,096 bytes together at most.
    TooLong,
    /// No controls are in an attribute, and only ASCII.
    AttributeOctet,
    /// An attribute that the grammar knows has a value that it allows.
    AttributeValue,
    /// No attribute is there twice.
    AttributeTwice,
    /// A name with a prefix such as `__Host-` comes with the attributes that it promises.
    Prefix,
}

pub(super) fn check(kind: Header, header: &[u8]) -> Result<(), Rule> {
    match kind {
        Header::Cookie => check_cookie(header),
        Header::SetCookie => check_set_cookie(header),
    }
}

// > cookie-string = cookie-pair *( ";" SP cookie-pair )
fn check_cookie(header: &[u8]) -> Result<(), Rule> {
    for (place, piece) in header.split(|byte| *byte == b';').enumerate() {
        if piece.trim_ascii().is_empty() {
            return Err(Rule::MissingPair);
        }
        let piece = match piece {
            piece if place == 0 => piece,
            [b' ', b' ' | b'\t', ..] => return Err(Rule::Separator),
            [b' ', piece @ ..] => piece,
            _ => return Err(Rule::Separator),
        };
        check_pair(piece)?;
    }
    Ok(())
}

// > set-cookie-string = BWS cookie-pair *( BWS ";" OWS cookie-av )
fn check_set_cookie(header: &[u8]) -> Result<(), Rule> {
    let mut pieces = header.split(|byte| *byte == b';');
    let pair = trim_start(pieces.next().unwrap_or_default());
    let pair = if header.contains(&b';') { trim_end(pair) } else { pair };
    if pair.is_empty() {
        return Err(Rule::MissingPair);
    }
    let name = check_pair(pair)?;
    let mut known = Known::default();
    pieces.try_for_each(|piece| known.read(trim_end(trim_start(piece))))?;
    if known.keeps_promise_of(name) { Ok(()) } else { Err(Rule::Prefix) }
}

// > cookie-pair = cookie-name BWS "=" BWS cookie-value
fn check_pair(pair: &[u8]) -> Result<&[u8], Rule> {
    let (name, value) = split_once(pair, b'=').ok_or(Rule::NoEquals)?;
    let (name, value) = (trim_end(name), trim_start(value));
    // > cookie-name = token
    if name.is_empty() {
        return Err(Rule::NameEmpty);
    }
    if !name.iter().copied().all(is_token) {
        return Err(Rule::NameOctet);
    }
    // > cookie-value = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )
    let octets = match value {
        [b'"', octets @ .., b'"'] => octets,
        octets => octets,
    };
    if octets.contains(&b'"') {
        return Err(Rule::Quotes);
    }
    if !octets.iter().copied().all(is_cookie_octet) {
        return Err(Rule::ValueOctet);
    }
    // > If the sum of the lengths of the name string and the value string is more than 4096 octets, abort
    if name.len().saturating_add(value.len()) > 4096 { Err(Rule::TooLong) } else { Ok(name) }
}

/// The attributes that the grammar knows, as far as they have been read.
#[derive(Default)]
struct Known {
    seen: [bool; 7],
    path_is_root: bool,
}

const EXPIRES: usize = 0;
const MAX_AGE: usize = 1;
const DOMAIN: usize = 2;
const PATH: usize = 3;
const SECURE: usize = 4;
const HTTP_ONLY: usize = 5;
const SAME_SITE: usize = 6;
const ATTRIBUTES: [&[u8]; 7] = [b"Expires", b"Max-Age", b"Domain", b"Path", b"Secure", b"HttpOnly", b"SameSite"];

impl Known {
    fn read(&mut self, attribute: &[u8]) -> Result<(), Rule> {
        // > av-octet = %x20-3A / %x3C-7E
        if !attribute.iter().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(Rule::AttributeOctet);
        }
        let (name, value) = match split_once(attribute, b'=') {
            Some((name, value)) => (trim_end(name), Some(trim_start(value))),
            None => (attribute, None),
        };
        let Some(which) = ATTRIBUTES.iter().position(|known| known.eq_ignore_ascii_case(name)) else { return Ok(()) };
        let is_allowed = match (which, value) {
            (SECURE | HTTP_ONLY, value) => value.is_none(),
            (_, None) => false,
            (EXPIRES, Some(value)) => is_imf_fixdate(value),
            // > max-age-av = "Max-Age" BWS "=" BWS non-zero-digit *DIGIT
            (MAX_AGE, Some(value)) => {
                !value.starts_with(b"0") && !value.is_empty() && value.iter().all(u8::is_ascii_digit)
            }
            (DOMAIN, Some(value)) => value.split(|byte| *byte == b'.').all(is_label),
            (SAME_SITE, Some(value)) => {
                [&b"Strict"[..], b"Lax", b"None"].iter().any(|known| known.eq_ignore_ascii_case(value))
            }
            // > path-value = *av-octet
            _ => true,
        };
        if !is_allowed {
            return Err(Rule::AttributeValue);
        }
        if which == PATH {
            self.path_is_root = value == Some(b"/");
        }
        match self.seen.get_mut(which) {
            Some(seen) if !*seen => *seen = true,
            _ => return Err(Rule::AttributeTwice),
        }
        Ok(())
    }

    fn has(&self, which: usize) -> bool {
        self.seen.get(which).is_some_and(|seen| *seen)
    }

    fn keeps_promise_of(&self, name: &[u8]) -> bool {
        let promises = |prefix| starts_with_ignore_case(name, prefix);
        let host = self.has(SECURE) && self.path_is_root && !self.has(DOMAIN);
        let http = self.has(SECURE) && self.has(HTTP_ONLY);
        (!promises(b"__Secure-") || self.has(SECURE))
            && (!promises(b"__Http-") || http)
            && (!promises(b"__Host-") || host)
            && (!promises(b"__Host-Http-") || http)
    }
}

pub(super) fn starts_with_ignore_case(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

// > tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA
// (RFC 9110, section 5.6.2)
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

// > cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E
fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2B | 0x2D..=0x3A | 0x3C..=0x5B | 0x5D..=0x7E)
}

// > <label> ::= <let-dig> [ [ <ldh-str> ] <let-dig> ]
// (RFC 1034, section 3.5, and RFC 1123, section 2.1)
fn is_label(label: &[u8]) -> bool {
    let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let inside = label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    inside && label.len() <= 63 && is_edge(label.first()) && is_edge(label.last())
}

// > IMF-fixdate = day-name "," SP day SP month SP year SP time-of-day SP GMT
fn is_imf_fixdate(date: &[u8]) -> bool {
    const SHAPE: &[u8; 29] = b"Sun, 06 Nov 1994 08:49:37 GMT";
    date.len() == SHAPE.len()
        && date.iter().zip(SHAPE).enumerate().all(|(place, (byte, like))| match like {
            _ if place >= 26 => byte == like,
            b'0'..=b'9' => byte.is_ascii_digit(),
            b'A'..=b'Z' | b'a'..=b'z' => byte.is_ascii_alphabetic(),
            like => byte == like,
        })
}

pub(super) fn split_once(bytes: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let (before, behind) = bytes.split_at_checked(bytes.iter().position(|other| *other == byte)?)?;
    Some((before, behind.split_first()?.1))
}

// > OWS = *( SP / HTAB )
pub(super) fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

pub(super) fn trim_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}
