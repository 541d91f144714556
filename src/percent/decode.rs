//! `decodeURIComponent`, for bytes.

use core::fmt;

use crate::scan::{HAS_LONG_WORDS, HIGHS, WORD, equal_bytes, find_byte, first_where};
use crate::text::{BufferTooShort, SliceWriter};

/// The value of a cookie with its percent-escapes decoded, or as it was sent if they are malformed.
///
/// Borrows the header; it is decoded as it is read, and nothing is allocated. What is decoded is what npm cookie 0.7.2
/// `parse` decodes with `decodeURIComponent`: all escapes of a value or, if one of them is cut off or they do not
/// spell valid UTF-8, none.
///
/// ```
/// use session_core::Cookies;
///
/// let cookie = Cookies::new(b"name=J%C3%BCrgen; bad=100%").find(b"name").unwrap();
/// assert!(cookie.value().bytes().eq("Jürgen".bytes()));
///
/// let mut buffer = [0; 16];
/// assert_eq!(cookie.value().copy_to(&mut buffer), Ok("Jürgen".as_bytes()));
/// assert_eq!(cookie.value().latin1_to(&mut buffer), Ok("Jürgen"));
/// assert_eq!(cookie.value().copy_to(&mut [0; 4]).unwrap_err().needed(), 7);
/// ```
#[derive(Clone, Copy)]
pub struct Decoded<'h> {
    raw: &'h [u8],
}

impl<'h> Decoded<'h> {
    /// Takes text that `decodeURIComponent` accepts.
    ///
    /// # Errors
    ///
    /// [`MalformedEscape`] for an escape that is cut off or no two hexadecimal digits, or that spells no UTF-8.
    pub fn of(raw: &'h [u8]) -> Result<Self, MalformedEscape> {
        decode(raw, |_| ())?;
        Ok(Self { raw })
    }

    pub(crate) const fn or_raw(raw: &'h [u8]) -> Self {
        Self { raw }
    }

    /// The bytes of the value, one after the other.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + Clone + use<'h> {
        let is_encoded = decode(self.raw, |_| ()).is_ok();
        let mut rest = self.raw;
        core::iter::from_fn(move || match *rest {
            [b'%', high, low, ref behind @ ..] if is_encoded => {
                rest = behind;
                Some(hex_digit(high).ok()? << 4 | hex_digit(low).ok()?)
            }
            [byte, ref behind @ ..] => {
                rest = behind;
                Some(byte)
            }
            [] => None,
        })
    }

    /// Copies the bytes of the value to the start of `buffer` and returns them.
    ///
    /// # Errors
    ///
    /// [`BufferTooShort`] says how many bytes there are.
    pub fn copy_to<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], BufferTooShort> {
        self.write_to(buffer, SliceWriter::push).finish_bytes()
    }

    /// Writes the value to the start of `buffer` as the text that a Node server sees.
    ///
    /// Node reads each byte of a header as one character (latin1), before `decodeURIComponent` makes characters of
    /// the escapes: an `ü` that was sent as two bytes becomes `Ã¼`, one that was sent as `%C3%BC` stays an `ü`. What the
    /// buffer holds behind the text may be overwritten.
    ///
    /// # Errors
    ///
    /// [`BufferTooShort`] says how many bytes of UTF-8 the text has.
    pub fn latin1_to<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, BufferTooShort> {
        let bytes = self.latin1_bytes_to(buffer)?;
        core::str::from_utf8(bytes).map_err(|_| BufferTooShort::of(bytes.len()))
    }

    /// The bytes of that text.
    pub(crate) fn latin1_bytes_to<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], BufferTooShort> {
        if HAS_LONG_WORDS {
            if let Some(length) = copy_ascii(self.raw, buffer) {
                return Ok(buffer.get(..length).unwrap_or_default());
            }
        }
        // Nearly always ASCII, of which runs can be copied.
        let push = if self.raw.is_ascii() { SliceWriter::push } else { push_latin1 };
        self.write_to(buffer, push).finish_bytes()
    }

    /// Decodes at once, and starts again without decoding if that fails on the way.
    fn write_to<'b>(&self, buffer: &'b mut [u8], push: impl Fn(&mut SliceWriter<'b>, &[u8])) -> SliceWriter<'b> {
        let mut out = SliceWriter::new(buffer);
        let decoded = decode(self.raw, |part| match part {
            Part::Escaped(byte) => out.push(&[byte]),
            Part::Run(run) => push(&mut out, run),
        });
        if decoded.is_err() {
            out.clear();
            push(&mut out, self.raw);
        }
        out
    }
}

impl fmt::Debug for Decoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decoded(..)")
    }
}

/// Text that `decodeURIComponent` refuses.
///
/// ```
/// use session_core::{Decoded, MalformedEscape};
///
/// assert_eq!(Decoded::of(b"100%").unwrap_err(), MalformedEscape);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedEscape;

impl fmt::Display for MalformedEscape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("malformed percent-escape")
    }
}

impl core::error::Error for MalformedEscape {}

/// A part of encoded text.
enum Part<'a> {
    /// A byte that was written as an escape.
    Escaped(u8),
    /// Bytes that stand for themselves.
    Run(&'a [u8]),
}

/// Decodes as `decodeURIComponent` does, part by part.
///
/// The escapes of one character must follow each other: a raw byte ends the character, whatever it is.
fn decode<'a>(encoded: &'a [u8], mut each: impl FnMut(Part<'a>)) -> Result<(), MalformedEscape> {
    let mut utf8 = Utf8::BETWEEN;
    let mut rest = encoded;
    while !rest.is_empty() {
        if let [b'%', escape @ ..] = rest {
            let [high, low, behind @ ..] = escape else { return Err(MalformedEscape) };
            let byte = hex_digit(*high)? << 4 | hex_digit(*low)?;
            utf8 = utf8.push(byte)?;
            each(Part::Escaped(byte));
            rest = behind;
        } else {
            utf8.end()?;
            let end = find_byte(rest, b'%').unwrap_or(rest.len());
            let (run, behind) = rest.split_at_checked(end).unwrap_or_default();
            each(Part::Run(run));
            rest = behind;
        }
    }
    utf8.end()
}

/// Copies and decodes what is ASCII before and after, as nearly all cookies are, and gives how long it is then; `None` for
/// anything else, malformed escapes among it, and where there is no room.
///
/// It goes by words and copies all of one of which only the beginning is plain: what comes next is put over the rest. That
/// takes half as long as to go part by part, of which the value of a session cookie has five; on a small processor it would
/// be 300 bytes of flash for little.
fn copy_ascii(raw: &[u8], buffer: &mut [u8]) -> Option<usize> {
    let (mut rest, mut length) = (raw, 0);
    while !rest.is_empty() {
        let mut plain = 0;
        for (place, word) in buffer.get_mut(length..)?.chunks_exact_mut(WORD).zip(rest.chunks_exact(WORD)) {
            place.copy_from_slice(word);
            let found = plain_bytes(word);
            plain += found;
            if found < WORD {
                break;
            }
        }
        (rest, length) = (rest.get(plain..)?, length.checked_add(plain)?);
        // An escape, or less than a word.
        while let Some((byte, behind)) = first_byte(rest)? {
            *buffer.get_mut(length).filter(|_| byte.is_ascii())? = byte;
            (rest, length) = (behind, length.checked_add(1)?);
            if rest.len() >= WORD {
                break;
            }
        }
    }
    Some(length)
}

/// The first byte, decoded, and what stands behind it; nothing at the end, and `None` where an escape is malformed.
fn first_byte(raw: &[u8]) -> Option<Option<(u8, &[u8])>> {
    Some(match *raw {
        [b'%', high, low, ref behind @ ..] => Some((hex_digit(high).ok()? << 4 | hex_digit(low).ok()?, behind)),
        [b'%', ..] => return None,
        [byte, ref behind @ ..] => Some((byte, behind)),
        [] => None,
    })
}

/// How many bytes of a word stand before the first that is no ASCII or a `%`.
fn plain_bytes(word: &[u8]) -> usize {
    let word = word.first_chunk().copied().unwrap_or([b'%'; WORD]);
    first_where(usize::from_le_bytes(word) & HIGHS | equal_bytes(word, b'%'))
}

/// Each byte as the character of that number.
fn push_latin1(out: &mut SliceWriter<'_>, bytes: &[u8]) {
    for &byte in bytes {
        out.push(char::from(byte).encode_utf8(&mut [0; 2]).as_bytes());
    }
}

fn hex_digit(byte: u8) -> Result<u8, MalformedEscape> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'A'..=b'F' => Ok(byte - b'A' + 10),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(MalformedEscape),
    }
}

/// Which bytes may come next in UTF-8.
#[derive(Clone, Copy)]
struct Utf8 {
    /// How many bytes the character still needs.
    missing: u8,
    /// The range of the next of them.
    first: u8,
    last: u8,
}

impl Utf8 {
    const BETWEEN: Self = Self::tail(0);

    const fn tail(missing: u8) -> Self {
        Self { missing, first: 0x80, last: 0xBF }
    }

    // > UTF8-1      = %x00-7F
    // > UTF8-2      = %xC2-DF UTF8-tail
    // > UTF8-3      = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) /
    // >               %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
    // > UTF8-4      = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) /
    // >               %xF4 %x80-8F 2( UTF8-tail )
    // > UTF8-tail   = %x80-BF
    // (RFC 3629, section 4)
    fn push(self, byte: u8) -> Result<Self, MalformedEscape> {
        if self.missing > 0 {
            let fits = (self.first..=self.last).contains(&byte);
            return if fits { Ok(Self::tail(self.missing - 1)) } else { Err(MalformedEscape) };
        }
        Ok(match byte {
            0x00..=0x7F => Self::BETWEEN,
            0xC2..=0xDF => Self::tail(1),
            0xE0 => Self { first: 0xA0, ..Self::tail(2) },
            0xED => Self { last: 0x9F, ..Self::tail(2) },
            0xE1..=0xEF => Self::tail(2),
            0xF0 => Self { first: 0x90, ..Self::tail(3) },
            0xF1..=0xF3 => Self::tail(3),
            0xF4 => Self { last: 0x8F, ..Self::tail(3) },
            _ => return Err(MalformedEscape),
        })
    }

    fn end(self) -> Result<(), MalformedEscape> {
        if self.missing == 0 { Ok(()) } else { Err(MalformedEscape) }
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::*;
    use alloc::string::String;
    use proptest::prelude::*;

    /// Each first byte with seconds from either side of all bounds, cut off behind each byte.
    #[test]
    fn escaped_bytes_are_utf8_where_the_standard_library_says_so() {
        for first in 0..=u8::MAX {
            for second in [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0] {
                let bytes = [first, second, 0x80, 0xBF, b'a'];
                for length in 1..=bytes.len() {
                    let bytes = bytes.get(..length).unwrap_or_default();
                    let escaped: String = bytes.iter().map(|byte| alloc::format!("%{byte:02x}")).collect();
                    let is_utf8 = core::str::from_utf8(bytes).is_ok();
                    assert_eq!(Decoded::of(escaped.as_bytes()).is_ok(), is_utf8, "{escaped}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_plain_is_found_in_each_place() {
        assert_eq!(plain_bytes(&[b'~'; WORD]), WORD);
        for (place, byte) in (0..WORD).flat_map(|place| [b'%', 0x80, u8::MAX].map(|byte| (place, byte))) {
            let mut word = [b'a'; WORD];
            word.iter_mut().skip(place).step_by(2).for_each(|at| *at = byte);
            assert_eq!(plain_bytes(&word), place);
        }
    }

    proptest! {
        /// The quick way, where it goes, gives what the other one gives; and it goes wherever there is nothing but ASCII,
        /// well-formed escapes, and room.
        #[test]
        fn copying_by_words_equals_going_part_by_part(
            raw in "([A-Za-z0-9.]{1,20}|%[0-7][0-9a-fA-F]|%[0-9a-fA-F]{2}|[ -~]|%){0,12}|.{0,20}",
            room in 0_usize..90,
        ) {
            let raw = raw.as_bytes();
            let (mut quick, mut other) = ([0; 90], [0; 90]);
            let (Some(quick), Some(other)) = (quick.get_mut(..room), other.get_mut(..room)) else { return Ok(()) };
            let length = copy_ascii(raw, quick);
            let expected = Decoded::or_raw(raw).write_to(other, push_latin1).finish_bytes();
            let is_plain = raw.is_ascii() && Decoded::of(raw).is_ok_and(|value| value.bytes().all(|byte| byte.is_ascii()));
            prop_assert_eq!(length.is_some(), is_plain && expected.is_ok());
            if let Some(length) = length {
                prop_assert_eq!(quick.get(..length), expected.ok());
            }
        }
    }
}
