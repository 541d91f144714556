//! The fields of a request: each is read as the type it must have, or the line is no request.

use serde_json::{Map, Value};
use session_core::{Attribute, Timestamp};

use super::Failure;

/// An object of a request.
#[derive(Clone, Copy)]
pub(super) struct Fields<'r>(&'r Map<String, Value>);

impl<'r> From<&'r Map<String, Value>> for Fields<'r> {
    fn from(map: &'r Map<String, Value>) -> Self {
        Self(map)
    }
}

impl<'r> Fields<'r> {
    pub(super) fn of(value: &'r Value) -> Result<Self, Failure> {
        value.as_object().map(Self).ok_or_else(|| Failure::request("not an object"))
    }

    pub(super) fn iter(self) -> impl Iterator<Item = (&'r String, &'r Value)> {
        self.0.iter()
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn any(self, name: &str) -> Result<&'r Value, Failure> {
        self.0.get(name).ok_or_else(|| Failure::request(format!("field {name} is missing")))
    }

    /// Refuses every field that is not among these.
    pub(super) fn only(self, known: &[&str]) -> Result<(), Failure> {
        match self.0.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(Failure::request(format!("unknown option {name}"))),
            None => Ok(()),
        }
    }

    /// A field that may be missing, but must be right if it is there.
    pub(super) fn optional<T>(
        self,
        name: &str,
        read: impl FnOnce(Self, &str) -> Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        if self.has(name) { read(self, name).map(Some) } else { Ok(None) }
    }

    fn typed<T>(self, name: &str, read: impl FnOnce(&'r Value) -> Option<T>) -> Result<T, Failure> {
        read(self.any(name)?).ok_or_else(|| Failure::request(format!("field {name} is of the wrong type")))
    }

    pub(super) fn text(self, name: &str) -> Result<&'r str, Failure> {
        self.typed(name, Value::as_str)
    }

    pub(super) fn boolean(self, name: &str) -> Result<bool, Failure> {
        self.typed(name, Value::as_bool)
    }

    pub(super) fn number(self, name: &str) -> Result<f64, Failure> {
        self.typed(name, Value::as_f64)
    }

    pub(super) fn list(self, name: &str) -> Result<&'r Vec<Value>, Failure> {
        self.typed(name, Value::as_array)
    }

    pub(super) fn fields(self, name: &str) -> Result<Self, Failure> {
        self.typed(name, Value::as_object).map(Self)
    }

    pub(super) fn time(self, name: &str) -> Result<Timestamp, Failure> {
        Ok(Timestamp::from_unix_ms(self.typed(name, whole)?)?)
    }

    /// A truth value or text, as npm cookie and express-session take them.
    pub(super) fn attribute(self, name: &str) -> Result<Attribute<'r>, Failure> {
        self.typed(name, |value| match value {
            Value::Bool(value) => Some(Attribute::Bool(*value)),
            Value::String(text) => Some(Attribute::Text(text)),
            _ => None,
        })
    }

    /// Bytes in hexadecimal.
    pub(super) fn hex(self, name: &str) -> Result<Vec<u8>, Failure> {
        from_hex(self.text(name)?)
    }

    /// The UTF-8 of a text, or the bytes of the field with `_hex` behind its name.
    pub(super) fn bytes(self, name: &str) -> Result<Vec<u8>, Failure> {
        let in_hex = format!("{name}_hex");
        match (self.has(name), self.has(&in_hex)) {
            (true, true) => Err(Failure::request(format!("both {name} and {in_hex}"))),
            (false, true) => self.hex(&in_hex),
            _ => Ok(self.text(name)?.into()),
        }
    }
}

/// Bytes inside a list: a text, or `{"hex": "…"}`.
pub(super) fn bytes_of(value: &Value) -> Result<Vec<u8>, Failure> {
    match value {
        Value::String(text) => Ok(text.as_bytes().into()),
        value => Fields::of(value)?.hex("hex"),
    }
}

fn from_hex(digits: &str) -> Result<Vec<u8>, Failure> {
    let refused = || Failure::request("not hexadecimal");
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| match core::str::from_utf8(pair) {
            Ok(pair) if pair.len() == 2 && !pair.starts_with('+') => {
                u8::from_str_radix(pair, 16).map_err(|_| refused())
            }
            _ => Err(refused()),
        })
        .collect()
}

/// A whole number, however it is spelled.
pub(super) fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().filter(|number| number.fract() == 0.0).and_then(|n| truncated(n).ok()))
}

/// The whole part of a number, as `new Date` takes it.
pub(super) fn truncated(number: f64) -> Result<i64, Failure> {
    format!("{:.0}", number.trunc()).parse().map_err(|_| Failure::new("refused", "a number beyond the range of dates"))
}

/// Null, false and empty text count as not given.
pub(super) fn is_given(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value.as_str() != Some("")
}
