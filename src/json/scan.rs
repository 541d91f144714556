//! The grammar of JSON as `JSON.parse` has it (ECMA-404), over borrowed text and without recursion.

use super::escape::RawText;
use super::{JsonError, JsonErrorKind, MAX_DEPTH};

/// Walks over JSON text, one token after the other.
#[derive(Debug)]
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    depth: u8,
}

/// A value without parts, or the beginning of one with parts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Token<'t> {
    /// `[`: [`Scanner::next_element`] goes on.
    Array,
    Bool(bool),
    Null,
    Number(&'t str),
    /// `{`: [`Scanner::next_key`] goes on.
    Object,
    Text(RawText<'t>),
}

/// How far the walk over one array or object has come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Progress {
    First,
    Later,
    Ended,
}

impl<'t> Scanner<'t> {
    pub(crate) const fn new(text: &'t str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// For text that will stand one level deep in an object.
    #[cfg(feature = "alloc")]
    pub(crate) const fn member(text: &'t str) -> Self {
        Self { text, at: 0, depth: 1 }
    }

    /// The next value, or its beginning.
    pub(crate) fn token(&mut self) -> Result<Token<'t>, JsonError> {
        match self.peek() {
            Some(b'"') => self.text().map(Token::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Token::Number),
            Some(b'[') => self.enter().map(|()| Token::Array),
            Some(b'{') => self.enter().map(|()| Token::Object),
            Some(b'n') => self.word("null").map(|()| Token::Null),
            Some(b'f') => self.word("false").map(|()| Token::Bool(false)),
            Some(b't') => self.word("true").map(|()| Token::Bool(true)),
            _ => Err(self.error(JsonErrorKind::Syntax)),
        }
    }

    /// Whether an element of the array follows; takes the closing bracket if not.
    pub(crate) fn next_element(&mut self, progress: &mut Progress) -> Result<bool, JsonError> {
        self.next_part(b']', progress)
    }

    /// The next key of the object with its colon, or `None` and the closing brace.
    pub(crate) fn next_key(&mut self, progress: &mut Progress) -> Result<Option<RawText<'t>>, JsonError> {
        if !self.next_part(b'}', progress)? {
            return Ok(None);
        }
        self.peek();
        let key = self.text()?;
        self.peek();
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// Passes over a whole value.
    ///
    /// Without recursion, so that a hostile document costs a small machine no stack.
    pub(crate) fn skip_value(&mut self) -> Result<(), JsonError> {
        let outside = self.depth;
        // One bit a level, the innermost lowest: whether it is an object. `MAX_DEPTH` bits are enough.
        let mut objects: u128 = 0;
        loop {
            let mut progress = Progress::Later;
            if let opened @ (Token::Array | Token::Object) = self.token()? {
                objects = objects << 1 | u128::from(matches!(opened, Token::Object));
                progress = Progress::First;
            }
            loop {
                if self.depth == outside {
                    return Ok(());
                }
                let more = match objects & 1 {
                    0 => self.next_element(&mut progress)?,
                    _ => self.next_key(&mut progress)?.is_some(),
                };
                if more {
                    break;
                }
                objects >>= 1;
                progress = Progress::Later;
            }
        }
    }

    /// The text of a whole value, without the whitespace around it.
    #[cfg(feature = "alloc")]
    pub(crate) fn raw_value(&mut self) -> Result<&'t str, JsonError> {
        self.peek();
        let start = self.at;
        self.skip_value()?;
        Ok(self.since(start))
    }

    /// The digits of a number that stands right here.
    ///
    /// > number = [ "-" ] ( "0" / digit1-9 *digit ) [ "." 1*digit ] [ ( "e" / "E" ) [ "+" / "-" ] 1*digit ]
    pub(crate) fn number(&mut self) -> Result<&'t str, JsonError> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _signed = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(self.since(start))
    }

    /// The first byte that is no whitespace; what stands before it is passed over.
    ///
    /// > whitespace = *( %x20 / %x09 / %x0A / %x0D )
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.here()
    }

    /// Checks that nothing but whitespace is left.
    pub(crate) fn finish(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.error(JsonErrorKind::Trailing)),
        }
    }

    pub(crate) const fn offset(&self) -> usize {
        self.at
    }

    pub(crate) const fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(crate) const fn error(&self, kind: JsonErrorKind) -> JsonError {
        JsonError::at(kind, self.at)
    }

    fn next_part(&mut self, close: u8, progress: &mut Progress) -> Result<bool, JsonError> {
        if matches!(progress, Progress::Ended) {
            return Ok(false);
        }
        self.peek();
        if self.eat(close) {
            self.depth = self.depth.saturating_sub(1);
            *progress = Progress::Ended;
            return Ok(false);
        }
        if matches!(progress, Progress::Later) {
            self.expect(b',')?;
        }
        *progress = Progress::Later;
        Ok(true)
    }

    fn enter(&mut self) -> Result<(), JsonError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(JsonErrorKind::TooDeep));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), JsonError> {
        if !self.rest().starts_with(word) {
            return Err(self.error(JsonErrorKind::Syntax));
        }
        self.at += word.len();
        Ok(())
    }

    fn text(&mut self) -> Result<RawText<'t>, JsonError> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            self.skip_while(|byte| !matches!(byte, b'"' | b'\\' | ..b' '));
            match self.here() {
                Some(b'\\') => self.escape()?,
                _ => break,
            }
        }
        let raw = self.since(start);
        self.expect(b'"')?;
        Ok(RawText::new(raw, start))
    }

    fn escape(&mut self) -> Result<(), JsonError> {
        self.expect(b'\\')?;
        let hex_digits = match self.here() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 0,
            Some(b'u') => 4,
            _ => return Err(self.error(JsonErrorKind::Syntax)),
        };
        self.at += 1;
        if self.rest().bytes().take(hex_digits).filter(u8::is_ascii_hexdigit).count() < hex_digits {
            return Err(self.error(JsonErrorKind::Syntax));
        }
        self.at += hex_digits;
        Ok(())
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        match self.skip_while(|byte| byte.is_ascii_digit()) {
            0 => Err(self.error(JsonErrorKind::Syntax)),
            _ => Ok(()),
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.eat(byte) { Ok(()) } else { Err(self.error(JsonErrorKind::Syntax)) }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.here() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_while(&mut self, passes: impl Fn(u8) -> bool) -> usize {
        let bytes = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let passed = bytes.iter().take_while(|byte| passes(**byte)).count();
        self.at += passed;
        passed
    }

    fn here(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use super::{JsonError, JsonErrorKind, Scanner};

    fn scan(text: &str) -> Result<(), JsonError> {
        let mut scanner = Scanner::new(text);
        scanner.skip_value()?;
        scanner.finish()
    }

    #[test]
    fn accepts_what_json_parse_accepts() {
        for text in
            ["0", "-0", "1.5e+3", " [ ] ", "{}", r#"{"a":[1,{"b":null}],"":true}"#, r#""\u00E9\/\"""#, "\t\r\n1"]
        {
            assert_eq!(scan(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn refuses_what_json_parse_refuses() {
        let texts = [
            "",
            " ",
            "01",
            "-",
            "1.",
            ".5",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\" 1}",
            "nul",
            "[",
            "[1}",
            "{\"a\":1]",
            "\"\u{1}\"",
            "\"",
            r#""\"#,
            r#""\x""#,
            r#""\u12G4""#,
            r#""\u12""#,
            "'a'",
            "\u{feff}1",
            "\u{a0}1",
            "1\u{c}",
            "NaN",
            "// c\n1",
            r#""\u+123""#,
        ];
        for text in texts {
            assert!(scan(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn stops_at_the_depth_limit() {
        let nested = |levels| alloc::format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(scan(&nested(128)), Ok(()));
        assert_eq!(scan(&nested(129)), Err(JsonError::at(JsonErrorKind::TooDeep, 128)));
        assert_eq!(scan(&"{\"a\":".repeat(200_000)).map_err(|error| error.kind()), Err(JsonErrorKind::TooDeep));
        assert_eq!(scan(&alloc::format!("[{}]", "[{}],".repeat(500) + "{}")), Ok(()));
    }
}
