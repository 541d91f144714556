//! Any type of serde written as `JSON.stringify` would write it, with no heap.

use core::fmt::{self, Write};

use serde::ser::{self, Serialize};

use super::escape::{write_escaped, write_text};
use super::number::{write_integer, write_number};
use super::{JsonError, JsonErrorKind};

type Result<T = (), E = JsonError> = core::result::Result<T, E>;

/// Writes `value` as JSON.
///
/// Types take the shapes that serde_json gives them; numbers and text are spelled as by `JSON.stringify`. Nesting is
/// limited only by the type.
pub(crate) fn write_json<V: Serialize + ?Sized>(value: &V, out: &mut dyn Write) -> Result {
    value.serialize(&mut JsonWriter { out, in_key: false })
}

/// `value` as JSON.
#[cfg(feature = "alloc")]
pub(crate) fn to_json<V: Serialize + ?Sized>(value: &V) -> Result<alloc::string::String> {
    let mut text = alloc::string::String::new();
    write_json(value, &mut text)?;
    Ok(text)
}

/// serde's serializer; in the key of a map it puts what is not text between quotes, or refuses it.
struct JsonWriter<'o> {
    out: &'o mut dyn Write,
    in_key: bool,
}

/// An array or object of which some parts are written.
struct Parts<'w, 'o> {
    writer: &'w mut JsonWriter<'o>,
    first: bool,
    close: &'static str,
}

impl<'o> JsonWriter<'o> {
    /// What can be a key too, between quotes.
    fn scalar(&mut self, write: impl FnOnce(&mut dyn Write) -> fmt::Result) -> Result {
        let quote = if self.in_key { "\"" } else { "" };
        self.out.write_str(quote)?;
        write(self.out)?;
        Ok(self.out.write_str(quote)?)
    }

    /// What can be no key.
    fn value_only(&mut self) -> Result<&mut dyn Write> {
        if self.in_key { Err(JsonError::new(JsonErrorKind::KeyNotText)) } else { Ok(self.out) }
    }

    fn open(&mut self, open: &str, close: &'static str) -> Result<Parts<'_, 'o>> {
        self.value_only()?.write_str(open)?;
        Ok(Parts { writer: self, first: true, close })
    }

    /// `{"variant":` and what follows.
    fn open_variant(&mut self, variant: &str, open: &str, close: &'static str) -> Result<Parts<'_, 'o>> {
        self.open("{", close)?.key(variant)?;
        self.out.write_str(open)?;
        Ok(Parts { writer: self, first: true, close })
    }
}

impl Parts<'_, '_> {
    fn part(&mut self) -> Result {
        if !self.first {
            self.writer.out.write_char(',')?;
        }
        self.first = false;
        Ok(())
    }

    fn element<V: Serialize + ?Sized>(&mut self, value: &V) -> Result {
        self.part()?;
        value.serialize(&mut *self.writer)
    }

    fn key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result {
        self.part()?;
        self.writer.in_key = true;
        key.serialize(&mut *self.writer)?;
        self.writer.in_key = false;
        Ok(self.writer.out.write_char(':')?)
    }

    fn member<V: Serialize + ?Sized>(&mut self, key: &str, value: &V) -> Result {
        self.key(key)?;
        value.serialize(&mut *self.writer)
    }

    fn close(self) -> Result {
        Ok(self.writer.out.write_str(self.close)?)
    }
}

macro_rules! integers {
    ($($method:ident($type:ty))*) => {$(
        fn $method(self, value: $type) -> Result {
            self.scalar(|out| write_integer(out, value))
        }
    )*};
}

impl<'w, 'o> ser::Serializer for &'w mut JsonWriter<'o> {
    type Ok = ();
    type Error = JsonError;
    type SerializeSeq = Parts<'w, 'o>;
    type SerializeTuple = Parts<'w, 'o>;
    type SerializeTupleStruct = Parts<'w, 'o>;
    type SerializeTupleVariant = Parts<'w, 'o>;
    type SerializeMap = Parts<'w, 'o>;
    type SerializeStruct = Parts<'w, 'o>;
    type SerializeStructVariant = Parts<'w, 'o>;

    integers! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_i128(i128)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_u128(u128)
    }

    fn serialize_bool(self, value: bool) -> Result {
        self.scalar(|out| out.write_str(if value { "true" } else { "false" }))
    }

    /// The double that it is, as `Math.fround` gives it.
    fn serialize_f32(self, value: f32) -> Result {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result {
        Ok(write_number(self.value_only()?, value)?)
    }

    fn serialize_char(self, value: char) -> Result {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result {
        Ok(write_text(self.out, text)?)
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result {
        self.serialize_unit()
    }

    fn serialize_some<V: Serialize + ?Sized>(self, value: &V) -> Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result {
        Ok(self.value_only()?.write_str("null")?)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<V: Serialize + ?Sized>(self, _: &'static str, value: &V) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<V>(self, _: &'static str, _: u32, variant: &'static str, value: &V) -> Result
    where
        V: Serialize + ?Sized,
    {
        let mut object = self.open("{", "}")?;
        object.member(variant, value)?;
        object.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'w, 'o>> {
        self.open("[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'w, 'o>> {
        self.open("[", "]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'w, 'o>> {
        self.open("[", "]")
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &str, _: usize) -> Result<Parts<'w, 'o>> {
        self.open_variant(variant, "[", "]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'w, 'o>> {
        self.open("{", "}")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'w, 'o>> {
        self.open("{", "}")
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &str, _: usize) -> Result<Parts<'w, 'o>> {
        self.open_variant(variant, "{", "}}")
    }

    fn collect_str<V: fmt::Display + ?Sized>(self, value: &V) -> Result {
        self.out.write_char('"')?;
        write!(Escaping(self.out), "{value}")?;
        Ok(self.out.write_char('"')?)
    }
}

/// Escapes what is written through it.
struct Escaping<'o>(&'o mut dyn Write);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        write_escaped(self.0, text)
    }
}

macro_rules! elements {
    ($($trait:ident::$method:ident)*) => {$(
        impl ser::$trait for Parts<'_, '_> {
            type Ok = ();
            type Error = JsonError;

            fn $method<V: Serialize + ?Sized>(&mut self, value: &V) -> Result {
                self.element(value)
            }

            fn end(self) -> Result {
                self.close()
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

macro_rules! members {
    ($($trait:ident)*) => {$(
        impl ser::$trait for Parts<'_, '_> {
            type Ok = ();
            type Error = JsonError;

            fn serialize_field<V: Serialize + ?Sized>(&mut self, key: &'static str, value: &V) -> Result {
                self.member(key, value)
            }

            fn end(self) -> Result {
                self.close()
            }
        }
    )*};
}

members! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Parts<'_, '_> {
    type Ok = ();
    type Error = JsonError;

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result {
        self.key(key)
    }

    fn serialize_value<V: Serialize + ?Sized>(&mut self, value: &V) -> Result {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result {
        self.close()
    }
}
