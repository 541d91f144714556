//! Short text in place, and a writer into a borrowed buffer: what the rest of the crate uses instead of `String`.

use core::fmt;
use core::hash::{Hash, Hasher};

/// Text of at most `N` bytes (and at most 255), stored in place.
#[derive(Clone, Copy)]
pub(crate) struct ShortText<const N: usize> {
    len: u8,
    bytes: [u8; N],
}

/// The text is longer than the place kept for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

impl<const N: usize> ShortText<N> {
    pub(crate) const EMPTY: Self = Self { len: 0, bytes: [0; N] };

    pub(crate) fn new(text: &str) -> Result<Self, TooLong> {
        Self::of_bytes(text.as_bytes())
    }

    /// The same for bytes that whoever gives them knows to be text: to look whether they are costs 600 bytes of flash.
    pub(crate) fn of_bytes(text: &[u8]) -> Result<Self, TooLong> {
        let mut short = Self::EMPTY;
        short.push_bytes(text)?;
        Ok(short)
    }

    pub(crate) fn push_str(&mut self, text: &str) -> Result<(), TooLong> {
        self.push_bytes(text.as_bytes())
    }

    /// The same for bytes that are known to be text.
    pub(crate) fn push_bytes(&mut self, text: &[u8]) -> Result<(), TooLong> {
        let start = usize::from(self.len);
        let end = start.checked_add(text.len()).ok_or(TooLong)?;
        let len = u8::try_from(end).map_err(|_| TooLong)?;
        self.bytes.get_mut(start..end).ok_or(TooLong)?.copy_from_slice(text);
        self.len = len;
        Ok(())
    }

    pub(crate) fn as_str(&self) -> &str {
        // Only whole texts are ever pushed, so this cannot fail; an empty text is the harmless answer if it did.
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Write for ShortText<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text).map_err(|TooLong| fmt::Error)
    }
}

impl<const N: usize> PartialEq for ShortText<N> {
    fn eq(&self, other: &Self) -> bool {
        // Behind each text are zeros. Where a word holds much of a text, as of a random id, it settles most comparisons
        // without a call: a store of 64 places is searched in a third of the time.
        let may_equal =
            !cfg!(target_pointer_width = "64") || self.bytes.first_chunk::<8>() == other.bytes.first_chunk();
        may_equal && self.as_bytes() == other.as_bytes()
    }
}

impl<const N: usize> Eq for ShortText<N> {}

impl<const N: usize> Hash for ShortText<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

/// The buffer is too short for what was to be written into it.
///
/// ```
/// use session_core::{CookieAttributes, CookieName, SetCookie};
///
/// let line = SetCookie::new(CookieName::new("theme")?, "dark", CookieAttributes::new())?;
/// let refused = line.write_to(&mut [0; 4]).unwrap_err();
/// assert_eq!(refused.needed(), "theme=dark".len());
/// # Ok::<(), session_core::SetCookieError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferTooShort {
    needed: usize,
}

impl BufferTooShort {
    pub(crate) const fn of(needed: usize) -> Self {
        Self { needed }
    }

    /// The length in bytes that would have been enough.
    #[must_use]
    pub const fn needed(&self) -> usize {
        self.needed
    }
}

impl fmt::Display for BufferTooShort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "buffer too short: {} bytes needed", self.needed)
    }
}

impl core::error::Error for BufferTooShort {}

/// Writes text into a slice and goes on counting once that is full.
pub(crate) struct SliceWriter<'b> {
    buffer: &'b mut [u8],
    needed: usize,
}

impl<'b> SliceWriter<'b> {
    pub(crate) fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, needed: 0 }
    }

    /// Starts again from the beginning of the slice.
    pub(crate) fn clear(&mut self) {
        self.needed = 0;
    }

    // Most pieces are of a length that is known where they are pushed: copied there they need no call. On a small processor a
    // call is the smaller of the two.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let room = self.buffer.get_mut(self.needed..).and_then(|room| room.split_at_mut_checked(bytes.len()));
        if let Some((place, _)) = room {
            place.copy_from_slice(bytes);
        }
        self.needed = self.needed.saturating_add(bytes.len());
    }

    /// The text that was written, or how much room it takes. Whoever pushes bytes makes sure that they are text.
    pub(crate) fn finish(self) -> Result<&'b str, BufferTooShort> {
        let needed = self.needed;
        let written = self.finish_bytes()?;
        core::str::from_utf8(written).map_err(|_| BufferTooShort { needed })
    }

    /// The bytes that were written, or how much room they take.
    pub(crate) fn finish_bytes(self) -> Result<&'b [u8], BufferTooShort> {
        let needed = self.needed;
        let written: Option<&'b [u8]> = self.buffer.get(..needed);
        written.ok_or(BufferTooShort { needed })
    }
}

impl fmt::Write for SliceWriter<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        SliceWriter::push(self, text.as_bytes());
        Ok(())
    }
}

/// Takes text, piece by piece: a slice, or what `Display` writes to. So a slice needs none of `core`'s formatting, which
/// calls through pointers.
pub(crate) trait Sink {
    /// Takes some characters, whole ones.
    fn push(&mut self, text: &[u8]);
}

impl Sink for SliceWriter<'_> {
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn push(&mut self, text: &[u8]) {
        SliceWriter::push(self, text);
    }
}

struct Formatted<'a, 'f> {
    formatter: &'a mut fmt::Formatter<'f>,
    result: fmt::Result,
}

impl Sink for Formatted<'_, '_> {
    fn push(&mut self, text: &[u8]) {
        let text = core::str::from_utf8(text).map_err(|_| fmt::Error);
        self.result = self.result.and(text).and_then(|text| self.formatter.write_str(text));
    }
}

/// Writes what is pushed to a formatter.
pub(crate) fn display(formatter: &mut fmt::Formatter<'_>, write: impl FnOnce(&mut dyn Sink)) -> fmt::Result {
    let mut out = Formatted { formatter, result: Ok(()) };
    write(&mut out);
    out.result
}

/// Writes a whole number in decimal.
///
/// It is divided byte by byte: whole, it would take a division of 64 bits, which costs 500 bytes of flash where the
/// processor has none. `core`'s own printing of numbers does that, and holds a panic that no compiler sees through.
pub(crate) fn push_decimal(number: i64, out: &mut (impl Sink + ?Sized)) {
    let mut rest = number.unsigned_abs().to_be_bytes();
    let mut digits = [0; "9223372036854775808".len()];
    let mut first = digits.len();
    for (place, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' | divide_by_ten(&mut rest);
        first = place;
        if rest == [0; 8] {
            break;
        }
    }
    out.push(if number < 0 { b"-" } else { b"" });
    out.push(digits.get(first..).unwrap_or_default());
}

/// Divides by a thousand and rounds down, byte by byte for the same reason.
pub(crate) fn thousandth(number: u64) -> u64 {
    let mut rest = number.to_be_bytes();
    for _ in 0..3 {
        let _digit = divide_by_ten(&mut rest);
    }
    u64::from_be_bytes(rest)
}

/// Divides a number, most significant byte first, and gives what is left over.
fn divide_by_ten(number: &mut [u8; 8]) -> u8 {
    let mut left = 0;
    for byte in number {
        let part = u16::from_be_bytes([left, *byte]);
        [*byte, _] = (part / 10).to_le_bytes();
        [left, _] = (part % 10).to_le_bytes();
    }
    left
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::{SliceWriter, push_decimal, thousandth};
    use alloc::string::{String, ToString};
    use proptest::prelude::*;

    fn decimal(number: i64) -> String {
        let mut buffer = [0; 20];
        let mut out = SliceWriter::new(&mut buffer);
        push_decimal(number, &mut out);
        out.finish().map(String::from).unwrap_or_default()
    }

    proptest! {
        #[test]
        fn decimals_are_those_of_core(number in any::<i64>(), short in -1_000_i64..1_000) {
            prop_assert_eq!(decimal(number), number.to_string());
            prop_assert_eq!(decimal(short), short.to_string());
            prop_assert_eq!(thousandth(number.unsigned_abs()), number.unsigned_abs() / 1000);
        }
    }

    #[test]
    fn decimals_at_the_ends() {
        for number in [i64::MIN, i64::MIN + 1, -1, 0, 1, 9, 10, i64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
