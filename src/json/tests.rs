//! The reader and the writer together, beside serde_json.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use core::marker::PhantomData;

use proptest::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{JsonError, JsonErrorKind, from_json_seed, write_json};
use crate::text::SliceWriter;

#[derive(Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Unit;

#[derive(Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Point,
    Circle(u8),
    Line(u8, char),
    Named { size: Option<()> },
}

#[derive(Debug, Serialize, Deserialize, PartialEq)]
struct Id(u128);

struct Shown;

impl Serialize for Shown {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str("a\n\"b\"")
    }
}

fn from_json<'de, T: Deserialize<'de>>(text: &'de str, scratch: &mut [u8]) -> Result<T, JsonError> {
    from_json_seed(text, scratch, PhantomData)
}

fn written(value: &impl Serialize) -> String {
    let mut out = String::new();
    write_json(value, &mut out).unwrap();
    out
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, JsonErrorKind> {
    from_json(text, &mut vec![0; text.len()]).map_err(|error: JsonError| error.kind())
}

fn key_error<K: Serialize + Ord>(key: K) -> JsonErrorKind {
    write_json(&BTreeMap::from([(key, 1)]), &mut String::new()).unwrap_err().kind()
}

#[test]
fn types_take_the_shapes_of_serde_json() {
    let shapes = [Shape::Point, Shape::Circle(1), Shape::Line(2, 'é'), Shape::Named { size: None }];
    assert_eq!(written(&shapes), serde_json::to_string(&shapes).unwrap());
    assert_eq!(read(&written(&shapes)), Ok(shapes));
    let value = (Unit, (), Some(true), [0_u8; 0], ("\u{1}", i8::MIN), Shown);
    assert_eq!(written(&value), serde_json::to_string(&value).unwrap());
}

#[test]
fn numbers_are_written_as_in_javascript() {
    assert_eq!(written(&(1.0, 1e21, -0.0, f64::NAN, u64::MAX)), "[1,1e+21,0,null,18446744073709552000]");
    assert_eq!(written(&0.1_f32), "0.10000000149011612");
}

#[test]
fn keys_are_written_as_text() {
    assert_eq!(written(&BTreeMap::from([(1, 2), (-1, 3)])), r#"{"-1":3,"1":2}"#);
    assert_eq!(written(&BTreeMap::from([(false, 'x')])), r#"{"false":"x"}"#);
    assert_eq!(written(&BTreeMap::from([('"', Some(Shape::Point))])), r#"{"\"":"Point"}"#);
    assert_eq!(written(&BTreeMap::from([(Some(Shape::Point), ())])), r#"{"Point":null}"#);
    let refused = [key_error(()), key_error([1]), key_error(None::<u8>), key_error(Shape::Circle(1))];
    assert_eq!(refused, [JsonErrorKind::KeyNotText; 4]);
}

#[test]
fn a_short_buffer_says_what_it_needs() {
    let mut buffer = [0; 8];
    let mut out = SliceWriter::new(&mut buffer);
    write_json(&["one", "two"], &mut out).unwrap();
    assert_eq!(out.finish().unwrap_err().needed(), r#"["one","two"]"#.len());
}

#[test]
fn text_is_borrowed_unless_it_has_escapes() {
    assert_eq!(from_json::<(&str, u8)>(r#" ["é", 1] "#, &mut []), Ok(("é", 1)));
    let short = from_json::<String>(r#""a\nb""#, &mut [0; 2]).unwrap_err();
    assert_eq!((short.kind(), short.offset()), (JsonErrorKind::ScratchTooShort { needed: 3 }, Some(1)));
    assert_eq!(from_json::<String>(r#""a\nb""#, &mut [0; 3]).as_deref(), Ok("a\nb"));
    assert_eq!(read::<String>(r#""\ud800""#), Err(JsonErrorKind::LoneSurrogate));
    assert_eq!(read::<BTreeMap<String, u8>>(r#"{"\udfff":1}"#), Err(JsonErrorKind::LoneSurrogate));
    assert!(read::<IgnoredAny>(r#"{"\udfff":"\ud800"}"#).is_ok());
}

#[test]
fn integers_are_read_whatever_their_spelling() {
    assert_eq!(read("[1, 1.0, 1e2, 255.0]"), Ok([1_u8, 1, 100, 255]));
    assert_eq!(read("[-1, -1.0, -0, -12.8e1]"), Ok([-1_i8, -1, 0, -128]));
    assert_eq!(read(r#"{"7":"a","-1":"b"}"#), Ok(BTreeMap::from([(7_i16, 'a'), (-1, 'b')])));
    assert_eq!(read("340282366920938463463374607431768211455"), Ok(Id(u128::MAX)));
    for text in ["1.5", "256", "-1", "1e999", "\"1\"", "null"] {
        assert_eq!(read::<u8>(text), Err(JsonErrorKind::Data), "{text}");
    }
    for key in ["01", "+1", "1.0", " 1", "256", ""] {
        assert_eq!(read::<BTreeMap<u8, u8>>(&format!("{{\"{key}\":1}}")), Err(JsonErrorKind::Data), "{key}");
    }
}

#[test]
fn doubles_are_read_exactly() {
    assert_eq!(
        read("[1, 9007199254740993, -0, 1e999, 5e-324]"),
        Ok([1.0, 9_007_199_254_740_992.0, 0.0, f64::INFINITY, 5e-324])
    );
    assert!(read::<f64>("-0").unwrap().is_sign_negative());
    assert!(read::<f64>("123456789012345678901234567890").is_ok());
}

#[test]
fn what_does_not_fit_is_refused_where_it_stands() {
    let refused = from_json::<(u8, bool)>("[1, 2]", &mut []).unwrap_err();
    assert_eq!((refused.kind(), refused.offset()), (JsonErrorKind::Data, Some(5)));
    assert_eq!(format!("{refused}"), "value not of the type asked for at byte 5");
    for text in ["[1,2,3]", "[1]", "{}", "7", r#""ab""#] {
        assert_eq!(read::<(u8, u8)>(text), Err(JsonErrorKind::Data), "{text}");
    }
    for text in [r#""Circle""#, r#""No""#, "{}", r#"{"Circle":1,"Point":null}"#, "[]", r#"{"Circle":"x"}"#] {
        assert_eq!(read::<Shape>(text), Err(JsonErrorKind::Data), "{text}");
    }
    assert_eq!(read::<u8>("1 2"), Err(JsonErrorKind::Trailing));
}

#[test]
fn depth_is_limited_however_it_is_read() {
    let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
    assert!(read::<Value>(&nested(128)).is_ok());
    assert_eq!(read::<Value>(&nested(129)), Err(JsonErrorKind::TooDeep));
    assert_eq!(read::<IgnoredAny>(&nested(129)).err(), Some(JsonErrorKind::TooDeep));
    assert_eq!(read::<(u8, IgnoredAny)>(&format!("[1,{}]", nested(128))).err(), Some(JsonErrorKind::TooDeep));
}

/// Any value that both can hold.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            proptest::collection::vec((any::<String>(), inner), 0..8).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Text that is often nearly JSON.
fn nearly_json() -> impl Strategy<Value = String> {
    let parts = [
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\\n", "\\u00", "e9", "\\", "0", "1", "-", ".", "e", "E+", "null",
        "true", "fals", " ", "\n", "\u{b}", "é", "\u{1}",
    ];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..10).prop_map(|parts| parts.concat())
}

/// serde_json refuses numbers beyond the range of doubles; JavaScript makes them infinite.
fn same_as_serde_json(text: &str) -> Result<(), TestCaseError> {
    match serde_json::from_str::<Value>(text) {
        Ok(expected) => prop_assert_eq!(read::<Value>(text), Ok(expected)),
        Err(error) => {
            let too_large = format!("{error}").contains("out of range");
            prop_assert!(read::<Value>(text).is_err() || too_large);
        }
    }
    prop_assert_eq!(read::<Value>(text).is_ok(), read::<IgnoredAny>(text).is_ok());
    Ok(())
}

proptest! {
    #[test]
    fn reads_what_serde_json_writes(value in values()) {
        same_as_serde_json(&serde_json::to_string(&value).unwrap())?;
        same_as_serde_json(&serde_json::to_string_pretty(&value).unwrap())?;
    }

    #[test]
    fn accepts_what_serde_json_accepts(text in nearly_json()) {
        same_as_serde_json(&text)?;
    }

    #[test]
    fn accepts_what_serde_json_accepts_of_spoilt_text(value in values(), at in any::<proptest::sample::Index>()) {
        let text = serde_json::to_string(&value).unwrap();
        let spoilt: String = text.chars().enumerate().filter(|(i, _)| *i != at.index(text.len())).map(|(_, c)| c).collect();
        same_as_serde_json(&spoilt)?;
    }

    #[test]
    fn serde_json_reads_what_is_written(value in values()) {
        let text = written(&value);
        let read: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(written(&read), text);
    }

    #[test]
    fn doubles_are_read_back(value in any::<f64>()) {
        prop_assert_eq!(read::<f64>(&written(&value)), Ok(value + 0.0));
    }
}
