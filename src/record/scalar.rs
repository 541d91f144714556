//! A value of the cookie's object while it is read or written.

use core::fmt;

use ::serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use ::serde::ser::SerializeTuple;
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::RecordError;
use crate::cookie::{Attribute, AttributesTooLong};
use crate::expiry::{Expires, MaxAge};
use crate::json::{parse_double, write_integer, write_number};
use crate::text::ShortText;
use crate::time::Timestamp;

/// A text that is longer cannot be an attribute.
const TEXT_LENGTH: usize = 160;

/// A value of JSON that can stand in the cookie's object.
#[derive(Clone, Copy)]
pub(super) enum Scalar {
    Bool(bool),
    Integer(i64),
    Null,
    /// No integer, or a very large one; spelled as JavaScript spells it.
    Number(ShortText<32>),
    /// An array or an object.
    Other,
    Text(ShortText<TEXT_LENGTH>),
    TooLong,
}

impl Scalar {
    /// What `originalMaxAge` may be; whatever else Express throws at, or hangs.
    pub(super) const fn max_age(&self) -> Result<MaxAge, RecordError> {
        match self {
            Self::Bool(false) => Ok(MaxAge::False),
            Self::Integer(ms) => Ok(MaxAge::Ms(*ms)),
            Self::Null => Ok(MaxAge::Null),
            _ => Err(RecordError::OriginalMaxAge),
        }
    }

    /// What `expires` may be.
    pub(super) fn expires(&self) -> Result<Expires, RecordError> {
        match self {
            Self::Bool(false) => Ok(Expires::False),
            Self::Integer(ms) => Ok(Expires::Ms(*ms)),
            Self::Null => Ok(Expires::Null),
            Self::Text(text) => {
                Timestamp::from_iso8601(text.as_str()).map(Expires::At).map_err(|_| RecordError::Expires)
            }
            _ => Err(RecordError::Expires),
        }
    }

    /// What an attribute may be; the spelling of an integer is written into `digits`.
    pub(super) fn attribute<'a>(&'a self, digits: &'a mut ShortText<32>) -> Result<Attribute<'a>, RecordError> {
        Ok(match self {
            Self::Bool(value) => Attribute::Bool(*value),
            Self::Integer(value) => {
                write_integer(digits, value).map_err(|_| RecordError::Attribute)?;
                Attribute::Number(digits.as_str())
            }
            Self::Null => Attribute::Null,
            Self::Number(spelling) => Attribute::Number(spelling.as_str()),
            Self::Other => return Err(RecordError::Attribute),
            Self::Text(text) => Attribute::Text(text.as_str()),
            Self::TooLong => return Err(RecordError::AttributesTooLong),
        })
    }

    fn of_double(value: f64) -> Self {
        let mut spelling = ShortText::EMPTY;
        match write_number(&mut spelling, value) {
            Ok(()) => spelling.as_str().parse().map_or(Self::Number(spelling), Self::Integer),
            Err(_) => Self::Other,
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
        let mut spelling = ShortText::EMPTY;
        write_integer(&mut spelling, value).map_err(E::custom)?;
        Ok(i64::try_from(value).map_or(Scalar::Number(spelling), Scalar::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::of_double(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(ShortText::new(text).map_or(Scalar::TooLong, Scalar::Text))
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Scalar, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Scalar, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
}

/// An attribute in a format that people read: the value of JSON. `Absent` is not to be written at all.
pub(super) struct AsJson<T>(pub(super) T);

impl Serialize for AsJson<Attribute<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Attribute::Absent | Attribute::Null => serializer.serialize_unit(),
            Attribute::Bool(value) => serializer.serialize_bool(value),
            Attribute::Number(spelling) => match spelling.parse() {
                Ok(integer) => serializer.serialize_i64(integer),
                Err(_) => serializer.serialize_f64(parse_double(spelling)),
            },
            Attribute::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl Serialize for AsJson<MaxAge> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            MaxAge::Absent | MaxAge::Invalid | MaxAge::Null => serializer.serialize_unit(),
            MaxAge::False => serializer.serialize_bool(false),
            MaxAge::Ms(ms) => serializer.serialize_i64(ms),
        }
    }
}

impl Serialize for AsJson<Expires> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Expires::Absent | Expires::Invalid | Expires::Null => serializer.serialize_unit(),
            Expires::At(end) => serializer.collect_str(&end.iso8601()),
            Expires::False => serializer.serialize_bool(false),
            Expires::Ms(ms) => serializer.serialize_i64(ms),
        }
    }
}

/// A value in a binary format: a tag, and what it says more.
pub(super) struct AsTuple<T>(pub(super) T);

fn tagged<S: Serializer>(serializer: S, tag: u8, payload: &impl Serialize) -> Result<S::Ok, S::Error> {
    let mut tuple = serializer.serialize_tuple(2)?;
    tuple.serialize_element(&tag)?;
    tuple.serialize_element(payload)?;
    tuple.end()
}

impl Serialize for AsTuple<Attribute<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (tag, text) = match self.0 {
            Attribute::Absent => (0, ""),
            Attribute::Bool(false) => (1, ""),
            Attribute::Bool(true) => (2, ""),
            Attribute::Null => (3, ""),
            Attribute::Number(spelling) => (4, spelling),
            Attribute::Text(text) => (5, text),
        };
        tagged(serializer, tag, &text)
    }
}

impl Serialize for AsTuple<MaxAge> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (tag, ms) = match self.0 {
            MaxAge::Absent => (0, 0),
            MaxAge::False => (1, 0),
            MaxAge::Invalid => (2, 0),
            MaxAge::Ms(ms) => (3, ms),
            MaxAge::Null => (4, 0),
        };
        tagged(serializer, tag, &ms)
    }
}

impl Serialize for AsTuple<Expires> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (tag, ms) = match self.0 {
            Expires::Absent => (0, 0),
            Expires::At(end) => (1, end.as_unix_ms()),
            Expires::False => (2, 0),
            Expires::Invalid => (3, 0),
            Expires::Ms(ms) => (4, ms),
            Expires::Null => (5, 0),
        };
        tagged(serializer, tag, &ms)
    }
}

/// The text of an attribute in a binary format.
pub(super) struct AttributeText(pub(super) ShortText<TEXT_LENGTH>);

impl<'de> Deserialize<'de> for AttributeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl Visitor<'_> for TextVisitor {
            type Value = AttributeText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<AttributeText, E> {
                ShortText::new(text).map(AttributeText).map_err(|_| E::custom(AttributesTooLong))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

/// The value of a tag in a binary format, or nothing if no version has written it.
pub(super) fn max_age_of((tag, ms): (u8, i64)) -> Option<MaxAge> {
    Some(match tag {
        0 => MaxAge::Absent,
        1 => MaxAge::False,
        2 => MaxAge::Invalid,
        3 => MaxAge::Ms(ms),
        4 => MaxAge::Null,
        _ => return None,
    })
}

pub(super) fn expires_of((tag, ms): (u8, i64)) -> Option<Expires> {
    Some(match tag {
        0 => Expires::Absent,
        1 => Expires::At(Timestamp::from_unix_ms(ms).ok()?),
        2 => Expires::False,
        3 => Expires::Invalid,
        4 => Expires::Ms(ms),
        5 => Expires::Null,
        _ => return None,
    })
}

pub(super) fn attribute_of(tag: u8, text: &str) -> Option<Attribute<'_>> {
    Some(match tag {
        0 => Attribute::Absent,
        1 => Attribute::Bool(false),
        2 => Attribute::Bool(true),
        3 => Attribute::Null,
        4 => Attribute::Number(text),
        5 => Attribute::Text(text),
        _ => return None,
    })
}
