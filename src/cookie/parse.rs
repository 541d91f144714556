//! Reading the `Cookie` header.

use core::fmt;
use core::iter::FusedIterator;

use crate::percent::Decoded;
use crate::scan::find_byte;

/// The cookies of a request: an iterator over the name=value pairs of its `Cookie` header.
///
/// It finds the pairs that npm cookie 0.7.2 `parse` finds, in their order, and borrows them from the header. That is
/// more than RFC 6265 allows: names and values may be empty and may have any byte in them but `;` and, in a name,
/// `=`. Text between two `;` without a `=` is skipped. Reading all of a header takes time linear in its length.
///
/// Two differences: a name that occurs twice is given twice (`parse` keeps the first; see
/// [`first_of_each`](Self::first_of_each)), and the name `__proto__`, which vanishes in a JavaScript object, is given
/// like any other.
///
/// ```
/// use session_core::Cookies;
///
/// let cookies = Cookies::new(b"theme=dark; sid=\"abc\"; sid=def");
/// assert_eq!(cookies.clone().count(), 3);
///
/// let first = cookies.find(b"sid").unwrap();
/// assert_eq!(first.raw_value(), b"abc");
/// ```
#[derive(Clone)]
pub struct Cookies<'h> {
    /// What is left of the header that is being read; begins where a pair may begin.
    pub(super) header: &'h [u8],
    more: &'h [&'h [u8]],
}

impl<'h> Cookies<'h> {
    /// Reads one header.
    ///
    /// A header of fewer than two bytes has no cookies, even if it is `=`: `parse` takes it to be too short for any.
    #[must_use]
    pub const fn new(header: &'h [u8]) -> Self {
        let header = if header.len() < 2 { &[] } else { header };
        Self { header, more: &[] }
    }

    /// Reads several headers as if they were one, joined with `"; "`, which is what Node makes of them.
    ///
    /// ```
    /// use session_core::Cookies;
    ///
    /// let names = Cookies::from_headers(&[b"a=1", b"b=2; c=3"]).map(|cookie| cookie.name());
    /// assert!(names.eq([b"a", b"b", b"c"]));
    /// ```
    #[must_use]
    pub const fn from_headers(headers: &'h [&'h [u8]]) -> Self {
        match *headers {
            [header] => Self::new(header),
            // Joined, two headers are never too short. The space in between is trimmed off anyway.
            ref headers => Self { header: &[], more: headers },
        }
    }

    /// Reads the pair that begins where `header` does, if it has this name, which a cookie can have, and goes on behind it.
    pub(super) fn read_named(&mut self, header: &'h [u8], name: &[u8]) -> Option<Cookie<'h>> {
        let (pair_name, behind) = header.split_at_checked(name.len())?;
        match trim_start(behind) {
            [b'=', value @ ..] if pair_name == name => Some(self.read_value(pair_name, value)),
            _ => {
                self.header = split(header, b';').map_or(&[], |(_, rest)| rest);
                None
            }
        }
    }

    /// Reads the value that begins a text, and goes on behind it.
    fn read_value(&mut self, name: &'h [u8], text: &'h [u8]) -> Cookie<'h> {
        let (value, rest) = split(text, b';').unwrap_or((text, &[]));
        self.header = rest;
        Cookie { name, value: unquote(trim(value)) }
    }

    /// Goes on to the next header, if there is one.
    pub(super) fn next_header(&mut self) -> Option<()> {
        (self.header, self.more) = self.more.split_first().map(|(header, more)| (*header, more))?;
        Some(())
    }

    /// How much is left to read: different before and after each pair.
    pub(super) const fn left(&self) -> (usize, usize) {
        (self.more.len(), self.header.len())
    }
}

impl<'h> Iterator for Cookies<'h> {
    type Item = Cookie<'h>;

    // > cookie-string = cookie-pair *( ";" SP cookie-pair )
    // > cookie-pair   = cookie-name "=" cookie-value
    // (RFC 6265, sections 4.2.1 and 4.1.1)
    fn next(&mut self) -> Option<Cookie<'h>> {
        loop {
            // Names are short: what ends one is looked for byte by byte, and the value is looked through once.
            while let Some((name, end, behind)) = split_at_end_of_name(self.header) {
                self.header = behind;
                if end == b'=' {
                    return Some(self.read_value(trim(name), behind));
                }
            }
            self.header = &[];
            self.next_header()?;
        }
    }
}

impl FusedIterator for Cookies<'_> {}

impl fmt::Debug for Cookies<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cookies(..)")
    }
}

/// One name=value pair of a `Cookie` header.
///
/// Its [`Debug`](fmt::Debug) output shows the name only, since the value may be a secret.
///
/// ```
/// use session_core::Cookies;
///
/// let cookie = Cookies::new(b" lang = \"de%2DAT\" ").next().unwrap();
/// assert_eq!(cookie.name(), b"lang");
/// assert_eq!(cookie.raw_value(), b"de%2DAT");
/// assert!(cookie.value().bytes().eq(*b"de-AT"));
/// ```
#[derive(Clone, Copy)]
pub struct Cookie<'h> {
    name: &'h [u8],
    value: &'h [u8],
}

impl<'h> Cookie<'h> {
    /// The name as it was sent, without spaces and tabs around it.
    ///
    /// Names are bytes and never decoded: `%5F%5FHost-id` is another name than `__Host-id`.
    #[must_use]
    pub const fn name(&self) -> &'h [u8] {
        self.name
    }

    /// The value as it was sent, without spaces and tabs around it and without one pair of quotes.
    #[must_use]
    pub const fn raw_value(&self) -> &'h [u8] {
        self.value
    }

    /// The value with its percent-escapes decoded, or as it was sent if one of them is malformed.
    #[must_use]
    pub fn value(&self) -> Decoded<'h> {
        Decoded::or_raw(self.value)
    }
}

impl fmt::Debug for Cookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cookie({}=..)", self.name.escape_ascii())
    }
}

/// What stands before the first `=` or `;`, which of them it is, and what stands behind it.
fn split_at_end_of_name(header: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    let (name, rest) = header.split_at_checked(header.iter().position(|byte| matches!(byte, b'=' | b';'))?)?;
    let (end, behind) = rest.split_first()?;
    Some((name, *end, behind))
}

/// What stands before the first `byte` and what behind it.
fn split(bytes: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let (before, rest) = bytes.split_at_checked(find_byte(bytes, byte)?)?;
    Some((before, rest.split_first()?.1))
}

/// Only space and tab: trimming more would let a name pass for another.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

const fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes {
        if !is_blank(*first) {
            break;
        }
        bytes = rest;
    }
    bytes
}

const fn trim(bytes: &[u8]) -> &[u8] {
    let mut bytes = trim_start(bytes);
    while let [rest @ .., last] = bytes {
        if !is_blank(*last) {
            break;
        }
        bytes = rest;
    }
    bytes
}

/// Takes one pair of quotes away. A single quote counts as a pair, as in `parse`.
const fn unquote(value: &[u8]) -> &[u8] {
    match value {
        [b'"'] => &[],
        [b'"', inner @ .., b'"'] => inner,
        _ => value,
    }
}
