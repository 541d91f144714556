//! A record's JSON: read as any data and as numbers, and written.

use core::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use session_core::Record;

use super::Sink;

#[derive(Clone, Copy, Default)]
struct Numbers {
    whole: i64,
    float: f64,
}

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Numbers", 2)?;
        fields.serialize_field("whole", &self.whole)?;
        fields.serialize_field("float", &self.float)?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("Numbers", &["whole", "float"], Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Numbers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numbers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Numbers, A::Error> {
        let mut numbers = Numbers::default();
        while let Some(name) = map.next_key::<&str>()? {
            match name {
                "whole" => numbers.whole = map.next_value()?,
                "float" => numbers.float = map.next_value()?,
                _ => map.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        Ok(numbers)
    }
}

#[unsafe(no_mangle)]
pub fn input_json(text: &str, scratch: &mut [u8], buffer: &mut [u8], out: &mut Sink) {
    if let Err(error) = Record::<IgnoredAny>::from_json_in(text, scratch) {
        out.show(error);
    }
    match Record::<Numbers>::from_json_in(text, scratch) {
        Ok(record) => match record.write_json_to(buffer) {
            Ok(text) => out.show(text),
            Err(error) => out.show(error),
        },
        Err(error) => out.show(error),
    }
}
