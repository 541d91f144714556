//! Any type of serde read from JSON text, with no heap.

#[cfg(feature = "alloc")]
use core::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Error, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::escape::RawText;
use super::number::{Number, parse_double, parse_integral};
use super::scan::{Progress, Scanner, Token};
use super::{JsonError, JsonErrorKind};

type Result<T, E = JsonError> = core::result::Result<T, E>;

/// Reads one value of JSON, and nothing behind it.
///
/// Text without escapes is borrowed; text with escapes goes through `scratch`, which must be as long as the longest of
/// these without its escapes (the length of `text` is always enough).
pub(crate) fn from_json_seed<'de, S: DeserializeSeed<'de>>(
    text: &'de str,
    scratch: &mut [u8],
    seed: S,
) -> Result<S::Value> {
    let mut reader = JsonReader { scanner: Scanner::new(text), scratch };
    let value = seed.deserialize(&mut reader).map_err(|error| error.or_at(reader.scanner.offset()))?;
    reader.scanner.finish()?;
    Ok(value)
}

/// Reads one value of JSON that borrows nothing.
#[cfg(feature = "alloc")]
pub(crate) fn owned_from_json<T: de::DeserializeOwned>(text: &str) -> Result<T> {
    from_json_seed(text, &mut alloc::vec![0; text.len()], PhantomData)
}

/// serde's deserializer.
struct JsonReader<'de, 's> {
    scanner: Scanner<'de>,
    scratch: &'s mut [u8],
}

impl<'de> JsonReader<'de, '_> {
    fn visit<V: Visitor<'de>>(&mut self, token: Token<'de>, visitor: V) -> Result<V::Value> {
        match token {
            Token::Array => self.visit_array(visitor),
            Token::Bool(value) => visitor.visit_bool(value),
            Token::Null => visitor.visit_unit(),
            Token::Number(spelling) => visit_number(Number::of(spelling), visitor),
            Token::Object => self.visit_object(visitor),
            Token::Text(text) => self.visit_text(text, visitor),
        }
    }

    fn visit_array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let mut parts = Parts { reader: self, progress: Progress::First };
        let value = visitor.visit_seq(&mut parts)?;
        let more = parts.reader.scanner.next_element(&mut parts.progress)?;
        if more { Err(JsonError::new(JsonErrorKind::Data)) } else { Ok(value) }
    }

    fn visit_object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let mut parts = Parts { reader: self, progress: Progress::First };
        let value = visitor.visit_map(&mut parts)?;
        parts.end_object(value)
    }

    fn visit_text<V: Visitor<'de>>(&mut self, text: RawText<'de>, visitor: V) -> Result<V::Value> {
        match text.borrowed() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => visitor.visit_str(text.decode(self.scratch)?),
        }
    }

    /// A number as what the visitor asks for, or whatever else stands there.
    fn visit_if_number<V, N>(&mut self, visitor: V, visit: N) -> Result<V::Value>
    where
        V: Visitor<'de>,
        N: FnOnce(&'de str, V) -> Result<V::Value>,
    {
        match self.scanner.token()? {
            Token::Number(spelling) => visit(spelling, visitor),
            other => self.visit(other, visitor),
        }
    }
}

fn visit_number<'de, V: Visitor<'de>>(number: Number, visitor: V) -> Result<V::Value> {
    match number {
        Number::Float(value) => visitor.visit_f64(value),
        Number::Signed(value) => visitor.visit_i64(value),
        Number::Unsigned(value) => visitor.visit_u64(value),
    }
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.visit_if_number(visitor, |spelling, visitor| visit_number(Number::integral(spelling), visitor))
        }
    )*};
}

impl<'de> de::Deserializer<'de> for &mut JsonReader<'de, '_> {
    type Error = JsonError;

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let token = self.scanner.token()?;
        self.visit(token, visitor)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.visit_if_number(visitor, |spelling, visitor| match parse_integral(spelling) {
            Some(value) => visitor.visit_i128(value),
            None => visitor.visit_f64(parse_double(spelling)),
        })
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.visit_if_number(visitor, |spelling, visitor| match parse_integral(spelling) {
            Some(value) => visitor.visit_u128(value),
            None => visitor.visit_f64(parse_double(spelling)),
        })
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.visit_if_number(visitor, |spelling, visitor| visitor.visit_f64(parse_double(spelling)))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.scanner.peek() {
            Some(b'n') => self.scanner.token().and_then(|_null| visitor.visit_none()),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        match self.scanner.token()? {
            Token::Text(text) => visitor.visit_enum(Key { reader: self, text }),
            Token::Object => {
                let mut parts = Parts { reader: self, progress: Progress::First };
                let value = visitor.visit_enum(&mut parts)?;
                parts.end_object(value)
            }
            _ => Err(Error::invalid_type(Unexpected::Other("no variant"), &visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.scanner.skip_value()?;
        visitor.visit_unit()
    }
}

/// The parts of an array or object, one after the other.
struct Parts<'r, 'de, 's> {
    reader: &'r mut JsonReader<'de, 's>,
    progress: Progress,
}

impl<'de> Parts<'_, 'de, '_> {
    fn key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        let key = self.reader.scanner.next_key(&mut self.progress)?;
        key.map(|text| seed.deserialize(Key { reader: &mut *self.reader, text })).transpose()
    }

    /// The value that was made of an object, if there is nothing more in it.
    fn end_object<T>(mut self, value: T) -> Result<T> {
        match self.reader.scanner.next_key(&mut self.progress)? {
            None => Ok(value),
            Some(_) => Err(JsonError::new(JsonErrorKind::Data)),
        }
    }
}

impl<'de> de::SeqAccess<'de> for Parts<'_, 'de, '_> {
    type Error = JsonError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let more = self.reader.scanner.next_element(&mut self.progress)?;
        more.then(|| seed.deserialize(&mut *self.reader)).transpose()
    }
}

impl<'de> de::MapAccess<'de> for Parts<'_, 'de, '_> {
    type Error = JsonError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        seed.deserialize(&mut *self.reader)
    }
}

/// `{"variant":value}`.
impl<'de> de::EnumAccess<'de> for &mut Parts<'_, 'de, '_> {
    type Error = JsonError;
    type Variant = Self;

    fn variant_seed<K: DeserializeSeed<'de>>(self, seed: K) -> Result<(K::Value, Self)> {
        let variant = self.key_seed(seed)?.ok_or(JsonError::new(JsonErrorKind::Data))?;
        Ok((variant, self))
    }
}

impl<'de> de::VariantAccess<'de> for &mut Parts<'_, 'de, '_> {
    type Error = JsonError;

    fn unit_variant(self) -> Result<()> {
        serde::Deserialize::deserialize(&mut *self.reader)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(&mut *self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        de::Deserializer::deserialize_any(&mut *self.reader, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value> {
        de::Deserializer::deserialize_any(&mut *self.reader, visitor)
    }
}

/// Text that is the key of a map, or the name of a variant.
struct Key<'r, 'de, 's> {
    reader: &'r mut JsonReader<'de, 's>,
    text: RawText<'de>,
}

macro_rules! integer_keys {
    ($($method:ident $visit:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.number().and_then(|spelling| spelling.parse().ok()) {
                Some(value) => visitor.$visit(value),
                None => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Key<'_, 'de, '_> {
    /// The key, if it is spelled as a number and nothing else.
    fn number(&self) -> Option<&'de str> {
        let mut scanner = Scanner::new(self.text.raw());
        scanner.number().ok().filter(|_| scanner.at_end())
    }
}

impl<'de> de::Deserializer<'de> for Key<'_, 'de, '_> {
    type Error = JsonError;

    integer_keys! {
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32 deserialize_i64 visit_i64
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32 deserialize_u64 visit_u64
        deserialize_i128 visit_i128 deserialize_u128 visit_u128
    }

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.reader.visit_text(self.text, visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.text.raw().parse() {
            Ok(value) => visitor.visit_bool(value),
            Err(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        visitor.visit_enum(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }
}

/// `"variant"`.
impl<'de> de::EnumAccess<'de> for Key<'_, 'de, '_> {
    type Error = JsonError;
    type Variant = UnitVariant;

    fn variant_seed<K: DeserializeSeed<'de>>(self, seed: K) -> Result<(K::Value, UnitVariant)> {
        Ok((seed.deserialize(self)?, UnitVariant))
    }
}

/// What follows the name of a variant without data: nothing.
struct UnitVariant;

impl<'de> de::VariantAccess<'de> for UnitVariant {
    type Error = JsonError;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value> {
        Err(Error::invalid_type(Unexpected::UnitVariant, &"newtype variant"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value> {
        Err(Error::invalid_type(Unexpected::UnitVariant, &"tuple variant"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value> {
        Err(Error::invalid_type(Unexpected::UnitVariant, &"struct variant"))
    }
}
