//! `encodeURIComponent`.

use core::fmt;

use crate::scan::{HAS_LONG_WORDS, HIGHS, ONES, WORD, equal_bytes, first_where};
use crate::text::{Sink, display};

/// Text, displayed as `encodeURIComponent` writes it.
///
/// ```
/// use session_core::EncodeUriComponent;
///
/// assert_eq!(EncodeUriComponent::new("s:ü").to_string(), "s%3A%C3%BC");
/// ```
#[derive(Clone, Copy)]
pub struct EncodeUriComponent<'a>(&'a str);

impl<'a> EncodeUriComponent<'a> {
    /// This text; it is encoded where it is displayed.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }
}

impl fmt::Display for EncodeUriComponent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, |out| encode(self.0.as_bytes(), out))
    }
}

/// The text may be an id.
impl fmt::Debug for EncodeUriComponent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncodeUriComponent(..)")
    }
}

/// Writes the bytes of a text as `encodeURIComponent` does.
pub(crate) fn encode(text: &[u8], out: &mut (impl Sink + ?Sized)) {
    encode_by(unescaped_bytes, text, out);
}

/// The same for text of base64, of which `+` and `/` alone are escaped.
pub(crate) fn encode_base64(text: &[u8], out: &mut (impl Sink + ?Sized)) {
    encode_by(if HAS_LONG_WORDS { unescaped_base64 } else { unescaped_bytes }, text, out);
}

/// Escapes each byte that `unescaped` stops at.
fn encode_by(unescaped: impl Fn(&[u8]) -> usize, text: &[u8], out: &mut (impl Sink + ?Sized)) {
    let mut rest = text;
    while !rest.is_empty() {
        let (run, behind) = rest.split_at_checked(unescaped(rest)).unwrap_or_default();
        out.push(run);
        rest = behind;
        if let Some((byte, behind)) = rest.split_first() {
            out.push(&[b'%', upper_hex(byte >> 4), upper_hex(byte & 0xF)]);
            rest = behind;
        }
    }
}

fn unescaped_base64(text: &[u8]) -> usize {
    let mut rest = text;
    while let Some((word, behind)) = rest.split_first_chunk() {
        let usual = first_where(equal_bytes(*word, b'+') | equal_bytes(*word, b'/'));
        if usual < WORD {
            return text.len() - rest.len() + usual;
        }
        rest = behind;
    }
    let within = rest.iter().position(|byte| matches!(byte, b'+' | b'/')).unwrap_or(rest.len());
    text.len() - rest.len() + within
}

/// How many bytes stand before the first that is escaped.
fn unescaped_bytes(text: &[u8]) -> usize {
    let mut rest = text;
    if HAS_LONG_WORDS {
        while let Some((word, behind)) = rest.split_first_chunk() {
            let usual = first_where(!of_base64url(usize::from_le_bytes(*word)) & HIGHS);
            // One of the others ends nothing, if it need not be escaped: it is looked at below.
            if usual < WORD && !word.get(usual).copied().is_some_and(is_unescaped) {
                return text.len() - rest.len() + usual;
            }
            rest = if usual < WORD { rest.get(usual.saturating_add(1)..).unwrap_or_default() } else { behind };
        }
    }
    let within = rest.iter().position(|byte| !is_unescaped(*byte)).unwrap_or(rest.len());
    text.len() - rest.len() + within
}

/// The high bit of each byte that is a letter, a digit, `-`, `.` or `_`: of all but a few that an id or a signature has.
///
/// Going by words takes a third of the time of going by bytes.
fn of_base64url(word: usize) -> usize {
    // Of bytes below 128 the high bit where one is at least this: with what that lacks to 128, none carries into the next.
    let low = word & !HIGHS;
    let at_least = |least: u8| low.wrapping_add(ONES.wrapping_mul(usize::from(128 - least)));
    let between = |first: u8, last: u8| at_least(first) & !at_least(last + 1);
    let any =
        between(b'A', b'Z') | between(b'a', b'z') | between(b'0', b'9') | between(b'-', b'.') | between(b'_', b'_');
    any & !word & HIGHS
}

// > uriUnescaped ::: uriAlpha DecimalDigit uriMark
// > uriMark ::: one of - _ . ! ~ * ' ( )
// (ECMA-262 5.1, section 15.1.3; newer editions keep the set without this name)
const fn is_unescaped(byte: u8) -> bool {
    matches!(
        byte,
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')'
    )
}

fn upper_hex(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'A' + (nibble - 10) }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::*;
    use crate::text::SliceWriter;
    use alloc::string::{String, ToString};
    use proptest::prelude::*;

    /// Whatever stands beside it.
    #[test]
    fn each_byte_of_a_word_is_told_by_itself() {
        for (byte, beside) in (0..=u8::MAX).flat_map(|byte| [0, b'a', 0x7F, u8::MAX].map(|beside| (byte, beside))) {
            let is_usual = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
            for place in 0..WORD {
                let mut word = [beside; WORD];
                word.iter_mut().skip(place).take(1).for_each(|at| *at = byte);
                let high = of_base64url(usize::from_le_bytes(word)).to_le_bytes().get(place).copied();
                assert_eq!(high, Some(if is_usual { 0x80 } else { 0 }), "{byte} at {place} in {beside}");
            }
        }
    }

    /// The definition, character by character.
    fn model(text: &str) -> String {
        let unescaped = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
        text.chars().fold(String::new(), |mut encoded, character| {
            if unescaped.contains(character) {
                encoded.push(character);
            } else {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    encoded.push_str(&alloc::format!("%{byte:02X}"));
                }
            }
            encoded
        })
    }

    proptest! {
        #[test]
        fn encodes_as_defined(text in "[ -~]{0,20}|[aé€😀%:]{0,20}|\\PC{0,20}") {
            let encoded = EncodeUriComponent::new(&text).to_string();
            prop_assert_eq!(encoded, model(&text));
        }
    }

    proptest! {
        #[test]
        fn base64_is_encoded_like_other_text(text in "[A-Za-z0-9+/]{0,50}") {
            let encoded = |encode: fn(&[u8], &mut SliceWriter<'_>)| {
                let mut buffer = [0; 150];
                let mut out = SliceWriter::new(&mut buffer);
                encode(text.as_bytes(), &mut out);
                out.finish().map(String::from)
            };
            prop_assert_eq!(encoded(|text, out| encode_base64(text, out)), Ok(model(&text)));
        }

        #[test]
        fn a_search_by_words_stops_where_one_by_bytes_does(text in "[A-Za-z0-9+/._~-]{0,30}|[ -~]{0,20}|.{0,20}") {
            let first = text.bytes().position(|byte| !is_unescaped(byte)).unwrap_or(text.len());
            prop_assert_eq!(unescaped_bytes(text.as_bytes()), first);
        }
    }

    #[test]
    fn every_ascii_character_is_encoded_as_defined() {
        let text: String = (0..=0x7F_u8).map(char::from).collect();
        assert_eq!(EncodeUriComponent::new(&text).to_string(), model(&text));
    }
}
