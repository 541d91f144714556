//! Text in JSON: escapes undone, and written as `JSON.stringify` writes them.

use core::fmt;

use super::{JsonError, JsonErrorKind};
use crate::text::SliceWriter;

/// Text as it stands between its quotes, found well-formed by the scanner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawText<'t> {
    raw: &'t str,
    offset: usize,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// What an escape stood for.
    Char(char),
    /// An escape that is half of a surrogate pair.
    Lone(u16),
    /// What stood there as it is.
    Plain(&'t str),
}

/// The parts of a text, in order.
#[derive(Clone, Debug)]
pub(crate) struct Pieces<'t> {
    rest: &'t str,
}

impl<'t> RawText<'t> {
    pub(crate) const fn new(raw: &'t str, offset: usize) -> Self {
        Self { raw, offset }
    }

    /// What stands between the quotes, escapes and all.
    pub(crate) const fn raw(&self) -> &'t str {
        self.raw
    }

    /// The text itself, if it holds no escapes.
    pub(crate) fn borrowed(&self) -> Option<&'t str> {
        if self.raw.contains('\\') { None } else { Some(self.raw) }
    }

    pub(crate) const fn pieces(&self) -> Pieces<'t> {
        Pieces { rest: self.raw }
    }

    /// The text with its escapes undone, in `scratch`.
    pub(crate) fn decode<'s>(&self, scratch: &'s mut [u8]) -> Result<&'s str, JsonError> {
        let mut out = SliceWriter::new(scratch);
        self.decode_to(&mut out)?;
        out.finish()
            .map_err(|short| JsonError::at(JsonErrorKind::ScratchTooShort { needed: short.needed() }, self.offset))
    }

    /// Writes the text with its escapes undone.
    pub(crate) fn decode_to(&self, out: &mut dyn fmt::Write) -> Result<(), JsonError> {
        for piece in self.pieces() {
            match piece {
                Piece::Char(char) => out.write_char(char)?,
                Piece::Lone(_) => return Err(JsonError::at(JsonErrorKind::LoneSurrogate, self.offset)),
                Piece::Plain(text) => out.write_str(text)?,
            }
        }
        Ok(())
    }
}

/// As `JSON.stringify` spells it, with its quotes.
impl fmt::Display for RawText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for piece in self.pieces() {
            match piece {
                Piece::Char(char) => write_escaped(f, char.encode_utf8(&mut [0; 4]))?,
                Piece::Lone(unit) => write_unit(f, unit)?,
                Piece::Plain(text) => write_escaped(f, text)?,
            }
        }
        f.write_str("\"")
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        let (plain, rest) = self.rest.split_at_checked(self.rest.find('\\').unwrap_or(self.rest.len()))?;
        self.rest = rest;
        if !plain.is_empty() {
            return Some(Piece::Plain(plain));
        }
        let mut escape = rest.strip_prefix('\\')?.chars();
        let letter = escape.next()?;
        self.rest = escape.as_str();
        match letter {
            'u' => self.unit(),
            'b' => Some(Piece::Char('\u{8}')),
            'f' => Some(Piece::Char('\u{c}')),
            'n' => Some(Piece::Char('\n')),
            'r' => Some(Piece::Char('\r')),
            't' => Some(Piece::Char('\t')),
            itself => Some(Piece::Char(itself)),
        }
    }
}

impl<'t> Pieces<'t> {
    /// What a UTF-16 code unit stands for, together with the next one if they are a pair.
    fn unit(&mut self) -> Option<Piece<'t>> {
        let (unit, rest) = hex_unit(self.rest)?;
        self.rest = rest;
        if let Some(Ok(char)) = char::decode_utf16([unit]).next() {
            return Some(Piece::Char(char));
        }
        if let Some((second, rest)) = rest.strip_prefix("\\u").and_then(hex_unit) {
            if let Some(Ok(char)) = char::decode_utf16([unit, second]).next() {
                self.rest = rest;
                return Some(Piece::Char(char));
            }
        }
        Some(Piece::Lone(unit))
    }
}

/// Writes text as `JSON.stringify` does, with its quotes.
pub(crate) fn write_text(out: &mut dyn fmt::Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    write_escaped(out, text)?;
    out.write_char('"')
}

/// Writes text as `JSON.stringify` does, without its quotes (`QuoteJSONString`, ECMA-262 §25.5.2.3).
pub(crate) fn write_escaped(out: &mut dyn fmt::Write, text: &str) -> fmt::Result {
    for part in text.split_inclusive(needs_escape) {
        let mut chars = part.chars();
        match chars.next_back() {
            Some(last) if needs_escape(last) => {
                out.write_str(chars.as_str())?;
                write_escape(out, last)?;
            }
            _ => out.write_str(part)?,
        }
    }
    Ok(())
}

/// Writes a UTF-16 code unit that `JSON.stringify` does not write as it is.
fn write_unit(out: &mut dyn fmt::Write, unit: impl fmt::LowerHex) -> fmt::Result {
    write!(out, "\\u{unit:04x}")
}

const fn needs_escape(char: char) -> bool {
    matches!(char, '"' | '\\' | ..' ')
}

fn write_escape(out: &mut dyn fmt::Write, char: char) -> fmt::Result {
    match char {
        '"' => out.write_str("\\\""),
        '\\' => out.write_str("\\\\"),
        '\u{8}' => out.write_str("\\b"),
        '\u{c}' => out.write_str("\\f"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        control => write_unit(out, u32::from(control)),
    }
}

fn hex_unit(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}

#[cfg(all(test, feature = "alloc"))]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::{JsonErrorKind, Piece, RawText, write_text};

    fn spelled(text: &str) -> alloc::string::String {
        let mut out = alloc::string::String::new();
        write_text(&mut out, text).unwrap();
        out
    }

    #[test]
    fn text_is_spelled_as_by_json_stringify() {
        assert_eq!(spelled("a\"b\\c/\u{8}\t\n\u{c}\r"), r#""a\"b\\c/\b\t\n\f\r""#);
        assert_eq!(spelled("\0\u{b}\u{1f} \u{7f}\u{2028}é😀"), "\"\\u0000\\u000b\\u001f \u{7f}\u{2028}é😀\"");
        assert_eq!(spelled(""), r#""""#);
    }

    #[test]
    fn escapes_are_undone() {
        let mut scratch = [0; 32];
        assert_eq!(RawText::new(r#"\"\/\\\b\f\n\r\t-\u00e9"#, 0).decode(&mut scratch), Ok("\"/\\\u{8}\u{c}\n\r\t-é"));
        assert_eq!(RawText::new(r"\ud83d\uDE00!", 0).decode(&mut scratch), Ok("😀!"));
    }

    #[test]
    fn halves_of_pairs_are_told_apart() {
        let pieces = |raw| RawText::new(raw, 0).pieces().collect::<alloc::vec::Vec<_>>();
        assert_eq!(pieces(r"\ude00\ud83d"), [Piece::Lone(0xde00), Piece::Lone(0xd83d)]);
        assert_eq!(pieces(r"\ud83d\ud83d\ude00"), [Piece::Lone(0xd83d), Piece::Char('😀')]);
        assert_eq!(pieces(r"\ud83dx"), [Piece::Lone(0xd83d), Piece::Plain("x")]);
        assert_eq!(pieces(r"\ud83d\u0041"), [Piece::Lone(0xd83d), Piece::Char('A')]);
        let refused = RawText::new(r"\ud83d", 7).decode(&mut [0; 8]).unwrap_err();
        assert_eq!((refused.kind(), refused.offset()), (JsonErrorKind::LoneSurrogate, Some(7)));
    }

    #[test]
    fn a_short_scratch_says_what_it_needs() {
        let refused = RawText::new(r"ab\n\u00e9", 1).decode(&mut [0; 4]).unwrap_err();
        assert_eq!(refused.kind(), JsonErrorKind::ScratchTooShort { needed: 5 });
    }
}
