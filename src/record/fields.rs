//! The fields of the data as members of the document, beside the cookie.

use core::fmt;

use ::serde::Serialize;
use ::serde::ser::{Error, Impossible, SerializeMap, SerializeStruct, Serializer};

use crate::json;
use crate::reserved::{COOKIE, TICKET, is_reserved};
use crate::text::ShortText;

/// Writes the fields of a struct or the entries of a map into an object that has been begun; nothing else fits in.
pub(super) struct FieldsOf<'o, M> {
    pub(super) object: &'o mut M,
}

/// A name, unless it is the cookie's or Express would drop it on reading.
fn allowed<T: Serialize + ?Sized, E: Error>(name: &T) -> Result<&T, E> {
    // A name that does not fit is longer than any of those.
    let mut quoted = ShortText::<32>::EMPTY;
    let is_short = json::write_json(name, &mut quoted).is_ok();
    let text = quoted.as_str().trim_matches('"');
    if is_short && (text == COOKIE || text == TICKET || is_reserved(text)) {
        return Err(E::custom("a field of the session data has a reserved name"));
    }
    Ok(name)
}

fn no_object<T, E: Error>() -> Result<T, E> {
    Err(E::custom("the data of a session must be a struct or a map"))
}

/// The methods for everything that has no fields.
macro_rules! refuse {
    ($($method:ident($($argument:ty),*) -> $answer:ty;)*) => {
        $(fn $method(self $(, _: $argument)*) -> Result<$answer, M::Error> { no_object() })*
    };
}

impl<M: SerializeMap> Serializer for FieldsOf<'_, M> {
    type Ok = ();
    type Error = M::Error;
    type SerializeSeq = Impossible<(), M::Error>;
    type SerializeTuple = Impossible<(), M::Error>;
    type SerializeTupleStruct = Impossible<(), M::Error>;
    type SerializeTupleVariant = Impossible<(), M::Error>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<(), M::Error>;

    refuse! {
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_str(&str) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Result<(), M::Error> {
        no_object()
    }

    fn serialize_none(self) -> Result<(), M::Error> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), M::Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), M::Error> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), M::Error> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), M::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), M::Error> {
        no_object()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, M::Error> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, M::Error> {
        Ok(self)
    }
}

impl<M: SerializeMap> SerializeMap for FieldsOf<'_, M> {
    type Ok = ();
    type Error = M::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), M::Error> {
        self.object.serialize_key(allowed(key)?)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), M::Error> {
        self.object.serialize_value(value)
    }

    fn end(self) -> Result<(), M::Error> {
        Ok(())
    }
}

impl<M: SerializeMap> SerializeStruct for FieldsOf<'_, M> {
    type Ok = ();
    type Error = M::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), M::Error> {
        self.object.serialize_entry(allowed(key)?, value)
    }

    fn end(self) -> Result<(), M::Error> {
        Ok(())
    }
}
