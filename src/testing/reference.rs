//! What is right: slow readers, written down step by step as the specifications say it, to compare a fast one with.
//!
//! [`cookies`] reads a `Cookie` header as npm cookie 0.7.2 does, [`stored`] a `Set-Cookie` line as RFC 6265bis tells
//! browsers to, and [`check`] says which rule of the grammar for servers a header breaks. They share no code with the rest
//! of this crate.
//!
//! ```
//! use session_core::testing::reference;
//!
//! let cookies = reference::cookies(b"sid=\"a%3Bb\"; sid=2");
//! assert_eq!(cookies, [(b"sid".to_vec(), b"a;b".to_vec()), (b"sid".to_vec(), b"2".to_vec())]);
//!
//! let stored = reference::stored(b"sid=\"a%3Bb\"; Path=/; HttpOnly").unwrap();
//! assert_eq!((stored.name(), stored.value()), (&b"sid"[..], &b"\"a%3Bb\""[..]));
//! ```

use alloc::vec::Vec;

use super::case::{Header, Pair};
use super::grammar::{self, Rule};

pub use super::browser::Stored;

/// Which rule of the grammar for servers a header breaks: RFC 6265bis, section 4.
///
/// # Errors
///
/// The first rule that it breaks.
pub fn check(kind: Header, header: &[u8]) -> Result<(), Rule> {
    grammar::check(kind, header)
}

/// What a browser stores when it receives this `Set-Cookie` line over HTTPS: RFC 6265bis, section 5.
///
/// `None` if it ignores the cookie.
#[must_use]
pub fn stored(header: &[u8]) -> Option<Stored> {
    super::browser::stored(header)
}

/// The cookies of a `Cookie` header as npm cookie 0.7.2 `parse` reads them, every pair of a name in its order.
///
/// `parse` itself keeps the first of each name: [`first_of_each`].
#[must_use]
pub fn cookies(header: &[u8]) -> Vec<Pair> {
    raw_cookies(header).into_iter().map(|(name, value)| (name, decoded(&value))).collect()
}

/// The pairs without the later ones of a name.
#[must_use]
pub fn first_of_each(pairs: &[Pair]) -> Vec<Pair> {
    let mut first: Vec<Pair> = Vec::new();
    for pair in pairs {
        // > only assign once
        if first.iter().all(|(name, _)| *name != pair.0) {
            first.push(pair.clone());
        }
    }
    first
}

/// The same as [`cookies`] before values are decoded.
#[must_use]
pub fn raw_cookies(header: &[u8]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let length = header.len();
    // > RFC 6265 sec 4.1.1, RFC 2616 2.2 defines a cookie name consists of one char minimum, plus '='.
    // > if (len < 2) return obj;
    if length < 2 {
        return pairs;
    }
    let mut index = 0;
    while index < length {
        // > eqIdx = str.indexOf('=', index);
        // > if (eqIdx === -1) break; // No more cookie pairs.
        let Some(equals) = index_of(header, b'=', index) else { break };
        // > endIdx = str.indexOf(';', index);
        // > if (endIdx === -1) { endIdx = len; }
        let end = index_of(header, b';', index).unwrap_or(length);
        // > else if (eqIdx > endIdx) {
        // >   // backtrack on prior semicolon
        // >   index = str.lastIndexOf(';', eqIdx - 1) + 1;
        if equals > end {
            index = last_index_before(header, b';', equals).map_or(0, |semicolon| semicolon.saturating_add(1));
            continue;
        }
        // > var key = str.slice(keyStartIdx, keyEndIdx);
        let name = without_blanks(header, index, equals);
        // > var val = str.slice(valStartIdx, valEndIdx);
        let value = without_blanks(header, equals.saturating_add(1), end);
        pairs.push((name.to_vec(), without_quotes(value).to_vec()));
        // > index = endIdx + 1
        index = end.saturating_add(1);
    }
    pairs
}

/// `decodeURIComponent`, or the bytes as they are where that throws: npm cookie's `tryDecode`.
///
/// Each run of neighbouring escapes has to be UTF-8 by itself, since raw bytes beside it are characters to Node.
#[must_use]
pub fn decoded(value: &[u8]) -> Vec<u8> {
    try_decoded(value).unwrap_or_else(|| value.to_vec())
}

fn try_decoded(value: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    let mut left = value;
    loop {
        match left {
            [] => return Some(decoded),
            // > If k + 3 > len, throw a URIError exception.
            // > Let B be ParseHexOctet(string, k + 1). If B is not an integer, throw a URIError exception.
            [b'%', ..] => {
                let mut character = Vec::new();
                // > n is the number of leading 1 bits in B. If n = 1 or n > 4, throw a URIError exception.
                let lead = escape(&mut left)?;
                character.push(lead);
                let more = match lead.leading_ones() {
                    0 => 0,
                    ones @ 2..=4 => ones.saturating_sub(1),
                    _ => return None,
                };
                // > Repeat, while j < n: if the code unit at index k is not the code unit 0x0025, throw
                for _ in 0..more {
                    character.push(escape(&mut left)?);
                }
                // > If Octets does not contain a valid UTF-8 encoding of a Unicode code point, throw a URIError exception.
                core::str::from_utf8(&character).ok()?;
                decoded.append(&mut character);
            }
            [byte, behind @ ..] => {
                decoded.push(*byte);
                left = behind;
            }
        }
    }
}

/// The byte of the escape at the beginning, which is taken away.
fn escape(left: &mut &[u8]) -> Option<u8> {
    let [b'%', high, low, behind @ ..] = left else { return None };
    let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16)?).ok();
    let byte = (digit(*high)? << 4) | digit(*low)?;
    *left = behind;
    Some(byte)
}

fn index_of(text: &[u8], byte: u8, from: usize) -> Option<usize> {
    (from..text.len()).find(|place| text.get(*place) == Some(&byte))
}

fn last_index_before(text: &[u8], byte: u8, end: usize) -> Option<usize> {
    (0..end).rfind(|place| text.get(*place) == Some(&byte))
}

// > var code = str.charCodeAt(index);
// > if (code !== 0x20 /*   */ && code !== 0x09 /* \t */) return index;
fn without_blanks(text: &[u8], from: usize, to: usize) -> &[u8] {
    let is_blank = |place: &usize| matches!(text.get(*place), Some(b' ' | b'\t'));
    let start = (from..to).find(|place| !is_blank(place)).unwrap_or(to);
    let end = (start..to).rfind(|place| !is_blank(place)).map_or(start, |last| last.saturating_add(1));
    text.get(start..end).unwrap_or_default()
}

// > if (str.charCodeAt(valStartIdx) === 0x22 /* " */ && str.charCodeAt(valEndIdx - 1) === 0x22 /* " */) {
// >   valStartIdx++;
// >   valEndIdx--;
fn without_quotes(value: &[u8]) -> &[u8] {
    if value.first() == Some(&b'"') && value.last() == Some(&b'"') {
        // A lone quote is its own partner: `slice` answers nothing when the end comes before the start.
        value.get(1..value.len().saturating_sub(1)).unwrap_or_default()
    } else {
        value
    }
}
