//! What session-core answers to a row, compared piece by piece with what is expected.

use core::fmt::{self, Write};

use session_core::{Cookies, Decoded, EncodeUriComponent, Key, KeyRing, Timestamp, Uid};

use crate::rows::{Fields, Row};

/// As many keys as the rows have beyond the first.
const OLDER_KEYS: usize = 19;

/// Whether the answer to the row is this one; `None` if the row cannot be asked.
pub fn is_answer(row: &Row<'_>, expected: &[u8]) -> Option<bool> {
    let mut answer = Expected { rest: expected, is_same: true };
    let mut fields = row.fields;
    let first = fields.next()?;
    match row.operation {
        b'e' => {
            answer.is_some();
            write!(answer, "{}", EncodeUriComponent::new(text(first)?)).ok()?;
        }
        b'd' => match Decoded::of(first) {
            Ok(decoded) => {
                answer.is_some();
                decoded.bytes().for_each(|byte| answer.has(&[byte]));
            }
            Err(_) => answer.is_none(),
        },
        b'p' => {
            answer.is_some();
            for cookie in Cookies::new(first).first_of_each() {
                answer.has_length(cookie.name().len())?;
                answer.has(cookie.name());
                answer.has_length(cookie.value().bytes().count())?;
                cookie.value().bytes().for_each(|byte| answer.has(&[byte]));
            }
        }
        b's' => {
            let value = text(fields.next()?)?;
            answer.is_some();
            answer.has(value.as_bytes());
            answer.has(b".");
            answer.has(Key::new(first).sign(value).as_str().as_bytes());
        }
        b'u' => unsign(text(first)?, fields, &mut answer)?,
        b't' => {
            let at = Timestamp::from_unix_ms(i64::from_le_bytes(first.try_into().ok()?)).ok()?;
            answer.is_some();
            write!(answer, "{}{}", at.http_date(), at.iso8601()).ok()?;
        }
        b'i' => {
            answer.is_some();
            write!(answer, "{}", Uid::new(first)).ok()?;
        }
        b'k' => {
            let (purpose, name) = (text(fields.next()?)?, text(fields.next()?)?);
            match Key::derive(first, purpose, name) {
                Ok(key) => {
                    answer.is_some();
                    answer.has(key.sign(text(fields.next()?)?).as_str().as_bytes());
                }
                Err(_) => answer.is_none(),
            }
        }
        _ => return None,
    }
    Some(answer.is_same && answer.rest.is_empty())
}

fn unsign(input: &str, mut secrets: Fields<'_>, answer: &mut Expected<'_>) -> Option<()> {
    let signing = Key::new(secrets.next()?);
    let count = secrets.count();
    // The ones beyond are of a secret that signs nothing here.
    let older: [Key; OLDER_KEYS] =
        core::array::from_fn(|_| Key::new(secrets.next().unwrap_or(b"of nothing that was signed")));
    match KeyRing::new(signing, older.get(..count)?).unsign(input) {
        Ok(unsigned) => {
            answer.is_some();
            answer.has(&[u8::try_from(unsigned.key()).ok()?]);
            answer.has(unsigned.text().as_bytes());
        }
        Err(_) => answer.is_none(),
    }
    Some(())
}

fn text(bytes: &[u8]) -> Option<&str> {
    core::str::from_utf8(bytes).ok()
}

struct Expected<'e> {
    rest: &'e [u8],
    is_same: bool,
}

impl Expected<'_> {
    fn is_some(&mut self) {
        self.has(&[1]);
    }

    fn is_none(&mut self) {
        self.has(&[0]);
    }

    fn has_length(&mut self, length: usize) -> Option<()> {
        self.has(&u16::try_from(length).ok()?.to_le_bytes());
        Some(())
    }

    fn has(&mut self, bytes: &[u8]) {
        match self.rest.strip_prefix(bytes) {
            Some(rest) => self.rest = rest,
            None => self.is_same = false,
        }
    }
}

impl Write for Expected<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.has(text.as_bytes());
        Ok(())
    }
}
